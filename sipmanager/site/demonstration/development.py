"""Development of SIPs in the demonstration: events held, to be filled in and to come, own entries, an absence, a talk (CPD-1)."""

from datetime import date
from decimal import Decimal

from accounts.models import Membership
from accounts.permissions import Role
from partners import actions
from partners.actions import Said
from partners.models import DevelopmentEvent, Engagement

from .build import Made, moment

HALF = Decimal("0.5")
ENTERED_ON = date(2009, 9, 1)  # Tuesday
SAID_ON = date(2009, 11, 12)  # Thursday


def make_development(made: Made) -> None:
    """A briefing whose list is filled in and one that waits, a workshop on two dates, an own entry, notes of a talk."""
    by = made.staff["administrator"]
    first, second = made.partners[1], made.partners[2]
    autumn = arrange(made, "Autumn briefing", "briefing", date(2009, 9, 17), is_mandatory=True)
    fill(autumn, {second.pk: ("absent", "")}, by)
    late = arrange(made, "Briefing on targets", "briefing", date(2009, 11, 12), is_mandatory=True)
    row = late.attendances.filter(partner=second).first()
    if row is not None:
        actions.answer_invitation(
            attendance=row,
            is_coming=False,
            reason="A governors' meeting at my own school",
            by=second.user,
            at=moment(date(2009, 11, 11)),
        )
    for day in (date(2009, 11, 26), date(2009, 12, 3)):  # Thursdays
        arrange(made, "Workshop: reading the data", "workshop", day, alternatives="Data workshop", places=12)
    actions.enter_development(
        partner=first, title="Online module: challenge and support", kind="online", held_on=date(2009, 10, 8), days=HALF,
        note="Ask first what the school makes of its own figures.", by=first.user, at=moment(SAID_ON),
    )  # fmt: skip
    engagement = Engagement.objects.select_related("partner", "authority").get(partner=first, authority=made.authority)
    actions.record_development_review(
        engagement=engagement, reviewed_on=date(2009, 10, 20), went_well="Clear notes, sent on time; heads value the challenge.",
        barriers="Little time between visits in the same week.", needs="Early years.", by=made.staff["line.manager"],
        at=moment(date(2009, 10, 20)),
    )  # fmt: skip


def arrange(made: Made, title: str, kind: str, held_on: date, **more) -> DevelopmentEvent:
    by = made.staff["administrator"]
    event = actions.arrange_event(
        authority=made.authority, title=title, kind=kind, held_on=held_on, days=HALF, venue="Town hall, 9.30am to 12.30pm", by=by,
        at=moment(ENTERED_ON), **more,
    )  # fmt: skip
    actions.invite_to_event(event=event, by=by, at=moment(ENTERED_ON))
    return event


def fill(event: DevelopmentEvent, otherwise: dict[int, tuple[str, str]], by) -> None:
    """Everybody came but those of whom something else is said."""
    said = [
        Said(pk=row.pk, was=(actions.code_of(row), row.absence_reason), now=otherwise.get(row.partner_id, ("came", "")))
        for row in event.attendances.standing()
    ]
    actions.record_attendance(event=event, said=said, by=by, at=moment(event.held_on, 17))


def make_national_meeting() -> None:
    """The termly whole-day meeting of autumn, once for all authorities; most came (COG-E)."""
    if DevelopmentEvent.objects.filter(authority=None).exists():
        return
    by = Membership.objects.filter(role=Role.PROGRAMME.value).select_related("user").order_by("pk")[0].user
    event = actions.arrange_event(
        authority=None, title="National meeting of SIPs, autumn", kind="termly", held_on=date(2009, 10, 14), days=Decimal(1),
        host="national", venue="Birmingham, 10am to 4pm", by=by, at=moment(ENTERED_ON),
    )  # fmt: skip
    actions.invite_to_event(event=event, by=by, at=moment(ENTERED_ON))
    rows = list(event.attendances.standing().order_by("pk"))
    fill(event, {row.partner_id: ("absent", "") for row in rows[3::4]}, by)
