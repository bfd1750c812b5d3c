"""The problems list: records that contradict each other or lack something, with owner and cure, over all floors (D-29)."""

from dataclasses import dataclass
from datetime import date

import partners.selectors
import schools.selectors
import visits.selectors
from accounts.models import Authority

SOURCES = (schools.selectors.problems, partners.selectors.problems, visits.selectors.problems)

# Kinds as people read them; one not named here reads as its own words.
KIND_NAMES = {
    "pru_without_deemed_phase": "Pupil referral unit without a deemed phase",
    "all_age_not_discussed": "All-age school not yet discussed with the coordinator",
    "school_without_head": "School without a headteacher on record",
    "no_calendar": "No calendar for this school year",
    "no_primary_programme_start": "No start recorded for the primary programme",
    "no_secondary_programme_start": "No start recorded for the secondary programme",
}


@dataclass(frozen=True)
class Problem:
    kind: str
    subject: str
    owner: str
    cure: str

    @property
    def name(self) -> str:
        return KIND_NAMES.get(self.kind, self.kind.replace("_", " ").capitalize())

    @property
    def url(self) -> str:
        """The page where the cure begins."""
        kind, _, key = self.subject.partition(":")
        return {
            "school": f"/schools/{key}/",
            "partner": f"/partners/{key}/",
            "deployment": f"/deployments/{key}/",
            "visit": f"/visits/{key}/",
            "note": f"/notes/{key}/",
        }.get(kind, "")

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "subject": self.subject, "owner": self.owner, "cure": self.cure}


def problems_of(authority: Authority, on: date) -> list[Problem]:
    """Everything wrong in one authority's records on a day, floor by floor."""
    return [Problem(**row) for source in SOURCES for row in source(authority=authority, on=on)]
