"""What stands behind the conditions of grant in the demonstration: snapshots, contacts, sharing, endeavours, a concern."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Membership
from accounts.permissions import Role
from partners import actions
from partners.models import BriefEdition

from .build import Made, moment
from .people import DEMONSTRATION_DAY
from .remainder import make_evidence

NIGHTS = (
    date(2009, 3, 31), date(2009, 4, 30), date(2009, 5, 31), date(2009, 6, 30), date(2009, 7, 31), date(2009, 8, 31),
    date(2009, 9, 30), date(2009, 10, 31), date(2009, 11, 15),
)  # fmt: skip
LATELY = date(2009, 11, 12)  # Thursday
SHARES = (
    (date(2009, 2, 9), "services", "What SIPs found about transition from primary to secondary", 6),
    (date(2009, 5, 18), "resources", "Schools that ask for support with reading, by district", 4),
    (date(2009, 7, 6), "underperformance", "Schools where progress fell two years running", 9),
    (date(2009, 10, 12), "engagement", "Notes of the autumn visits that name a concern", 3),
)


def make_brief() -> None:
    """The edition of the national brief that agreements cite."""
    if not BriefEdition.objects.exists():
        at = moment(date(2006, 6, 1))
        actions.record_brief(edition="Third edition", starts_on=date(2006, 9, 1), by=None, at=at)


def make_grants(made: Made) -> None:
    """Nights of snapshots, then what was recorded since about earlier days, so that then and now differ with a reason.

    The last night follows what was recorded, as it would have: what differs from a night has to be on record after it.
    """
    if made.invented.schools_of:
        return  # a trust has no conditions
    take_snapshots(made, NIGHTS[:-1])
    make_kept_records(made)
    take_snapshots(made, NIGHTS[-1:])
    if made.invented.preset == "national":
        make_evidence(made)


def take_snapshots(made: Made, nights: Iterable[date]) -> None:
    for on in nights:
        for programme in ("primary", "secondary"):
            actions.take_snapshot(authority=made.authority, programme=programme, on=on, at=moment(on, 3))


def make_kept_records(made: Made) -> None:
    """Contacts, sharing, endeavours, a sanction and a concern, all entered lately."""
    to = {"authority": made.authority, "by": made.manager, "at": moment(LATELY)}
    contact = actions.name_contact(
        programme="primary", full_name=made.manager.full_name, email=made.manager.email, starts_on=date(2008, 9, 1), **to
    )
    actions.tell_contact(contact=contact, notified_on=date(2008, 9, 8), by=made.manager, at=to["at"])
    actions.name_contact(programme="secondary", full_name=made.staff["administrator"].full_name, starts_on=LATELY, **to)
    for shared_on, use, items, notes in SHARES:
        told = {"shared_on": shared_on, "use": use, "items": items, "recipient": "National contractor", "notes": notes}
        actions.share_information(programme="primary", **told, **to)
        if use == "services":
            actions.share_information(programme="secondary", **told, **to)
    actions.make_statement(
        programme="primary",
        text="What SIPs found was used to plan the reading support of the year and to choose the schools that are visited more.", **to,
    )  # fmt: skip
    actions.make_statement(
        programme="secondary", text="What SIPs found was used to choose the schools that share a leader for mathematics.", **to
    )
    actions.log_endeavour(
        programme="primary", condition="COG-A", done_on=date(2009, 11, 4), who=made.manager.full_name,
        says="Wrote to four SIPs of neighbouring authorities about the school without one; two have time from January.", **to,
    )  # fmt: skip
    actions.log_endeavour(
        programme="secondary", condition="COG-D", done_on=date(2009, 10, 20), who=made.manager.full_name,
        says="Asked three secondary heads of neighbouring authorities; one is willing from January.", **to,
    )  # fmt: skip
    if made.invented.preset == "national":
        actions.record_sanction(
            programme="secondary", kind="suspended", starts_on=date(2009, 11, 2),
            says="The November instalment waits until every school has a SIP.", **to,
        )  # fmt: skip
    raise_concern(made)


def raise_concern(made: Made) -> None:
    """A concern that the coordinator of the region has shared with the manager."""
    rows = Membership.objects.running(DEMONSTRATION_DAY).filter(role=Role.COORDINATOR, region=made.authority.region)
    coordinator = rows.select_related("user").order_by("pk").first()
    if coordinator is None:
        return
    concern = actions.raise_concern(
        authority=made.authority, programme="secondary", condition="COG-D", by=coordinator.user, at=moment(LATELY),
        says="Too few SIPs have led a secondary school. What is planned for January?",
    )  # fmt: skip
    actions.move_concern(concern=concern, name="share", by=coordinator.user, at=moment(LATELY, 15))
