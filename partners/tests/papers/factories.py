"""Agreements for tests, brought to a state by playing the real moves. Everything is invented."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.permissions import Role
from accounts.tests.factories import member, policy, user
from partners import actions
from partners.models import Agreement, AgreementStatus, Engagement
from schools.tests.factories import make_school

from ..factories import engage, make_partner, moment

YEAR_STARTS, YEAR_ENDS = date(2009, 9, 1), date(2010, 8, 31)  # Tuesday, Tuesday
TERMS = {"basis": "contractor", "sip_rate": Decimal("400.00"), "starts_on": YEAR_STARTS, "ends_on": YEAR_ENDS}


def make_papers(*, engagement, school, by: dict[str, User], on: date) -> dict[str, object]:
    """One of every paper of a SIP: a check that waits, an agreement in force with extra work and a breach, one sent."""
    partner, at = engagement.partner, moment(on)
    sip, manager, administrator = by["sip"], by["manager"], by["administrator"]
    check = actions.hand_in_check(
        engagement=engagement, kind="PRE-5", checked_on=on, by=sip, at=at,
        prepared=actions.prepare_file(name="policy.txt", content=b"Insured.", at=at),
    )  # fmt: skip
    found = {"check": check}
    for name, first, last in (
        ("agreement", YEAR_STARTS, YEAR_ENDS), ("sent_agreement", date(2010, 9, 1), date(2011, 8, 31)),
    ):  # fmt: skip
        agreement = actions.draw_up_agreement(
            engagement=engagement, basis="contractor", sip_rate=Decimal(400), starts_on=first, ends_on=last,
            schedule=[(school, Decimal(5))], by=administrator, at=at,
        )  # fmt: skip
        version = actions.send_agreement(agreement=agreement, by=administrator, at=at)
        found[name] = agreement
        if name == "agreement":
            signing = {"agreement": agreement, "digest": version.digest, "at": at}
            actions.sign_agreement(typed_name=partner.full_name, by=sip, **signing)
            actions.countersign_agreement(typed_name=manager.full_name, by=manager, **signing)
    agreement = found["agreement"]
    found["extra_work"] = actions.ask_for_extra_work(
        agreement=agreement, school=school, starts_on=on, days=Decimal(1), says="A review", by=sip, at=at
    )
    found["breach"] = actions.record_breach(
        agreement=agreement, clause="S1", happened_on=on, says="A visit was not made.", by=manager, at=at
    )
    return found


class Sides:
    """Both sides of agreements at one authority: the SIP with an account, the office, and a school."""

    def __init__(self, authority, *, preset: str = "national", sectors=None, **overrides):
        self.authority = authority
        policy(authority, preset, **overrides)
        self.sip: User = user("Ada Partner")
        self.partner = make_partner(
            "Ada Partner", user=self.sip, authorities=[authority], sectors=sectors or {"primary": date(2008, 9, 1)}
        )
        self.engagement: Engagement = engage(self.partner, authority)
        self.manager = member(Role.MANAGER, at=authority, full_name="Max Manager")
        self.administrator = member(Role.ADMINISTRATOR, at=authority, full_name="Ann Administrator")
        self.school = make_school(authority=authority)

    def draft(self, *, on: date = date(2009, 7, 1), schedule=None, **terms) -> Agreement:
        lines = [(self.school, Decimal(5))] if schedule is None else schedule
        return actions.draw_up_agreement(
            engagement=self.engagement, by=self.administrator, at=moment(on), schedule=lines, **{**TERMS, **terms}
        )

    def bring_to(self, agreement: Agreement, state: str, *, on: date = date(2009, 7, 1)) -> Agreement:
        """Play the moves that lead to a state; each a day after the other."""
        at, reached = moment(on), AgreementStatus
        if state == reached.DRAFT:
            return agreement
        if state == reached.WITHDRAWN:
            actions.withdraw_agreement(agreement=agreement, reason="Not wanted any more", by=self.administrator, at=at)
            return agreement
        actions.send_agreement(agreement=agreement, by=self.administrator, at=at)
        if state == reached.SENT:
            return agreement
        if state == reached.DECLINED:
            actions.decline_agreement(agreement=agreement, reason="Too few days", by=self.sip, at=at)
            return agreement
        self.sign(agreement, at=at)
        if state == reached.SIGNED:
            return agreement
        self.countersign(agreement, at=at)
        if state == reached.ENDED:
            last = agreement.starts_on + timedelta(days=60)
            actions.end_agreement(agreement=agreement, on=last, reason="By consent", by=self.manager, at=moment(last))
        if state == reached.REPLACED:
            day = agreement.starts_on + timedelta(days=60)
            newer = actions.change_in_force(agreement=agreement, starts_on=day, by=self.administrator, at=moment(day))
            self.bring_to(newer, reached.IN_FORCE, on=day)
            agreement.refresh_from_db()
        return agreement

    def agreement(self, state: str = AgreementStatus.IN_FORCE, **terms) -> Agreement:
        return self.bring_to(self.draft(**terms), state)

    def sign(self, agreement: Agreement, *, at, name: str = "Ada Partner", digest: str = "") -> None:
        digest = digest or actions.current_version(agreement).digest
        actions.sign_agreement(agreement=agreement, typed_name=name, digest=digest, by=self.sip, at=at)

    def countersign(self, agreement: Agreement, *, at, name: str = "Max Manager", digest: str = "") -> None:
        digest = digest or actions.current_version(agreement).digest
        actions.countersign_agreement(agreement=agreement, typed_name=name, digest=digest, by=self.manager, at=at)
