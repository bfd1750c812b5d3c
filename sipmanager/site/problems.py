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
    "overlapping_heads": "Two headteachers at the same time",
    "panel_of_fewer_than_three": "Performance management panel of fewer than three",
    "national_challenge_unrated": "National Challenge school without rating or days",
    "special_measures_without_inspection": "Special measures without an inspection",
    "notice_to_improve_without_inspection": "Notice to improve without an inspection",
    "finance_flag_without_category": "Finance flag names a category that is not recorded",
    "category_not_in_policy": "Support category that the local policy has not",
    "no_calendar": "No calendar for this school year",
    "no_primary_programme_start": "No start recorded for the primary programme",
    "no_secondary_programme_start": "No start recorded for the secondary programme",
    "register_task_open": "Change in the national register to settle",
    "school_opened_after_it_closed": "School that opened after it closed",
    "school_open_after_its_last_day": "School that is open after its last day",
    "school_followed_and_open": "School that another has followed and that is open",
    "post_at_closed_school": "Somebody in post at a closed school",
    "establishment_number_twice": "Two open schools with one establishment number",
    "sip_will_work_nowhere": "SIP who names no place to work",
    "sip_at_own_school": "SIP at their own school",
    "serving_head_without_school": "Serving headteacher without a school",
    "headship_at_closed_school": "Headship at a closed school",
    "headships_overlap": "Overlapping headships of one SIP",
    "two_leads": "Two SIPs who lead one school",
    "same_person_suspected": "Two records that may be of one person",
    "deployed_without_engagement": "SIP at work without an engagement",
}

# Where what an authority itself lacks is entered.
AUTHORITY_PAGES = {
    "no_calendar": "/schools/calendar/",
    "records_unverified": "/accreditations/records/{}/",
    "no_primary_programme_start": "/schools/programme-starts/",
    "no_secondary_programme_start": "/schools/programme-starts/",
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
            "task": f"/schools/tasks/{key}/",
            "authority": AUTHORITY_PAGES.get(self.kind, "").format(key),
        }.get(kind, "")

    def as_json(self) -> dict[str, str]:
        return {"kind": self.kind, "subject": self.subject, "owner": self.owner, "cure": self.cure}


def problems_of(authority: Authority, on: date) -> list[Problem]:
    """Everything wrong in one authority's records on a day, floor by floor."""
    return [Problem(**row) for source in SOURCES for row in source(authority=authority, on=on)]
