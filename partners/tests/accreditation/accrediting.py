"""Applications, claims, discussions and removal cases, brought to a state by the real moves; what their forms send."""

from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import Authority, User
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import (
    Application,
    ApplicationStatus,
    CaseStatus,
    Claim,
    Discussion,
    Engagement,
    Partner,
    RemovalCase,
)

from ..factories import engage, make_partner

A_DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def make_application(
    status: str = ApplicationStatus.APPLIED, *, partner: Partner | None = None, sector: str = "primary",
    on: date = date(2008, 9, 1), by: User | None = None,
) -> Application:  # fmt: skip
    """An application in a state: applied on `on`, each stage passed a week after the one before."""
    partner = partner or make_partner(sectors={})
    at = noon(on + timedelta(days=60))
    application = actions.apply_for(partner=partner, sector=sector, applied_on=on, by=by, at=at)
    if status == ApplicationStatus.APPLIED:
        return application
    if status in (ApplicationStatus.TURNED_DOWN, ApplicationStatus.WITHDRAWN):
        name = "turn_down" if status == ApplicationStatus.TURNED_DOWN else "withdraw"
        actions.close_application(application=application, name=name, reason="No head's experience", by=by, at=at)
        return application
    referee = actions.ask_reference(application=application, full_name="Una Referee", requested_on=on, by=by, at=at)
    actions.receive_reference(referee=referee, received_on=on + 5 * A_DAY, by=by, at=at)
    actions.accept_application(application=application, on=on + 7 * A_DAY, by=by, at=at)
    for step, reached in ((14, ApplicationStatus.ONLINE_PASSED), (21, ApplicationStatus.RESIDENTIAL_PASSED)):
        if application.status == status:
            break
        day = on + step * A_DAY
        actions.record_sitting(
            application=application, is_passed=True, taken_on=day, result_on=day, notified_on=day, by=by, at=at
        )
        assert application.status == reached
    return application


def make_lapsed(
    *, last: date = date(2006, 7, 31), authority: Authority | None = None, user: User | None = None, **more
) -> Partner:
    """A SIP accredited for primary on 1 September 2005 who last practised on `last`, engaged by an authority if one is given."""
    partner = make_partner(
        sectors={"primary": date(2005, 9, 1)}, last_practised_on=last, user=user,
        authorities=[authority] if authority else (), **more,
    )  # fmt: skip
    if authority is not None:
        engage(partner, authority)
    return partner


def make_claim(
    partner: Partner, *, on: date = date(2009, 11, 16), ends_on: date | None = date(2008, 7, 18), by: User | None = None,
    authority: Authority | None = None,
) -> Claim:  # fmt: skip
    """A claim that waits for a decision, with one period of practice up to `ends_on` unless that is `None`."""
    claim = actions.make_claim(partner=partner, says="A year at a school is missing", by=by, at=noon(on), authority=authority)
    if ends_on is not None:
        actions.show_practice(
            claim=claim, sector="primary", place="Mill Lane School", starts_on=date(2007, 9, 3), ends_on=ends_on,
            evidence="Contract and notes of visit", by=by, at=noon(on),
        )  # fmt: skip
    return claim


def make_discussion(
    engagement: Engagement, *, on: date = date(2009, 9, 14), criterion: str = "competence", by: User | None = None, **more
) -> Discussion:  # fmt: skip
    """A record of a discussion held and copied on a day."""
    return actions.record_discussion(
        engagement=engagement, criterion=criterion, held_on=on, text="The notes of visit were discussed.", by=by, at=noon(on),
        **more,
    )  # fmt: skip


MEMBERS = ({"name": "Nora Nield", "body": "NCSL"}, {"name": "Sol Stroud", "body": "NS"}, {"name": "Dee Day", "body": "DfES"})


def make_case(
    status: str = CaseStatus.RAISED, *, engagement: Engagement | None = None, criterion: str = "competence",
    on: date = date(2009, 10, 5), by: User | None = None, **more,
) -> RemovalCase:  # fmt: skip
    """A case in a state, three weeks after the discussion that it stands on; heard a week later, decided a day after that."""
    if engagement is None:
        authority = people.authority()
        engagement = engage(make_partner(authorities=[authority]), authority)
    if not Discussion.objects.filter(partner=engagement.partner).exists():
        make_discussion(engagement, on=on - timedelta(days=21), criterion=criterion, by=None)
    at = noon(on)
    items = ["lateness"] if criterion == "conduct" else []
    case = actions.open_case(
        engagement=engagement, criterion=criterion, circumstances="What was seen at two schools.", by=by, at=at,
        **{"items": items, "support_given": "A mentor since spring", **more},
    )  # fmt: skip
    path = {
        CaseStatus.RAISED: [], CaseStatus.DROPPED: ["drop"], CaseStatus.SIP_TOLD: ["sip"],
        CaseStatus.UNDER_REVIEW: ["sip", "director"], CaseStatus.HEARING_CALLED: ["sip", "director", "call"],
        CaseStatus.HEARD: ["sip", "director", "call", "hear"],
        CaseStatus.REMOVED: ["sip", "director", "call", "hear", "remove"],
        CaseStatus.RETAINED: ["sip", "director", "call", "hear", "retain"],
    }[CaseStatus(status)]  # fmt: skip
    later = on + 7 * A_DAY
    for step in path:
        {
            "drop": lambda: actions.drop_case(case=case, reason="Settled", by=by, at=at),
            "sip": lambda: actions.tell_sip(case=case, by=by, at=at),
            "director": lambda: actions.tell_director(case=case, by=by, at=at),
            "call": lambda: actions.call_hearing(case=case, hearing_on=later, by=by, at=at),
            "hear": lambda: actions.record_hearing(
                case=case, heard_on=later, members=MEMBERS, mitigation="An illness in the family", by=by, at=noon(later),
                is_withholding_found=False if case.is_withholding_alleged else None,
            ),
            "remove": lambda: actions.remove_accreditation(
                case=case, removed_from=later + A_DAY, reason="No improvement", by=by, at=noon(later + A_DAY)
            ),
            "retain": lambda: actions.retain_accreditation(case=case, reason="It has improved", by=by, at=noon(later + A_DAY)),
        }[step]()  # fmt: skip
    return case


def director(**more) -> User:
    return people.member(Role.NATIONAL_DIRECTOR, **more)


# Pages.


def url(name, *args):
    return reverse(f"partners:{name}", args=args)


def day(name, value):
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def keyed(client, page, **given):
    """What a form sends, with its key."""
    return {"form_key": client.get(page).context["form"]["form_key"].value(), **given}


def text(response):
    return response.content.decode()
