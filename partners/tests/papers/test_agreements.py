"""Agreements from the first draft to the last day (AGR-1 to AGR-15, PRE-6)."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.actions.papers import printing
from partners.agreement_rules import digest_of
from partners.jobs import agreements as agreement_jobs
from partners.models import Agreement, AgreementSignature, AgreementStatus, AgreementVersion, Contract, Engagement
from schools.tests.factories import make_school
from sipmanager.core import documents
from sipmanager.core.documents import DocumentDamaged
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..factories import make_deployment, moment
from .factories import YEAR_ENDS, YEAR_STARTS, Sides

pytestmark = pytest.mark.django_db
S = AgreementStatus
JULY, NOV = date(2009, 7, 1), date(2009, 11, 16)  # Wednesday, Monday
AT = moment(JULY)


def state_of(agreement) -> dict:
    return Agreement.objects.filter(pk=agreement.pk).values().get()


def test_agr_15_from_draft_to_in_force(sides, django_capture_on_commit_callbacks):
    agreement = sides.draft(other_days=Decimal("1.5"), other_days_for="Training new SIPs")
    assert selectors.agreement_case(agreement, on=JULY).total_days == Decimal("10.5")
    version = actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    assert version.content["total_days"] == "10.5"
    assert version.content["rates"] == {"sip": "400.00", "nca": None}
    assert version.digest == digest_of(version.content)
    sides.sign(agreement, at=AT, name=" ada  PARTNER ")
    assert (agreement.status, agreement.in_force_on) == (S.SIGNED, None)
    with django_capture_on_commit_callbacks(execute=True):
        sides.countersign(agreement, at=AT)
    agreement.refresh_from_db()
    assert (agreement.status, agreement.in_force_on, agreement.last_on) == (S.IN_FORCE, JULY, YEAR_ENDS)
    signed = list(AgreementSignature.objects.order_by("pk").values_list("side", "typed_name", "digest", "signed_at"))
    assert signed == [
        ("partner", "ada PARTNER", version.digest, AT), ("authority", "Max Manager", version.digest, AT),
    ]  # fmt: skip
    sides.engagement.refresh_from_db()
    assert sides.engagement.contracted_days == Decimal("6.5")
    assert selectors.agreement_on(sides.engagement, date(2010, 1, 1)) == agreement
    assert selectors.agreement_on(sides.engagement, date(2009, 8, 31)) is None
    kinds = list(OutgoingEmail.objects.order_by("pk").values_list("kind", "to"))
    assert kinds == [
        ("agreement_send", sides.partner.email), ("agreement_sign", sides.manager.email),
        ("agreement_countersign", sides.partner.email),
    ]  # fmt: skip


def test_pre_6_a_signed_agreement_puts_the_schools_of_its_schedule_under_contract(sides):
    agreement = sides.agreement(S.SIGNED)
    assert not Contract.objects.exists()
    sides.countersign(agreement, at=AT)
    contract = Contract.objects.get()
    assert (contract.school, contract.confirmed_on, contract.ends_on) == (sides.school, JULY, YEAR_ENDS)
    assert contract.agreement == agreement


def test_pre_6_a_contract_runs_out_with_its_agreement(sides):
    sides.agreement()
    case = selectors.deployment_case(partner=sides.partner, school=sides.school, starts_on=date(2010, 9, 1), on=NOV)
    from partners.deployment_rules import contract_is_confirmed

    assert "runs out on 31 August 2010" in contract_is_confirmed(case)
    case = selectors.deployment_case(partner=sides.partner, school=sides.school, starts_on=date(2010, 8, 31), on=NOV)
    assert contract_is_confirmed(case) is None


def test_pre_6_a_renewal_keeps_the_day_on_which_the_contract_was_first_confirmed(sides):
    agreement = sides.agreement()
    following = actions.follow_on(agreement=agreement, by=sides.administrator, at=moment(date(2010, 6, 1)))
    assert (following.starts_on, following.ends_on, following.renews) == (date(2010, 9, 1), date(2011, 8, 31), agreement)
    assert [(row.school, row.days) for row in following.schedule.all()] == [(sides.school, Decimal("5.00"))]
    sides.bring_to(following, S.IN_FORCE, on=date(2010, 6, 1))
    contract = Contract.objects.get()
    assert (contract.confirmed_on, contract.ends_on) == (JULY, date(2011, 8, 31))


def test_a_schedule_starts_from_where_the_sip_is_deployed(sides):
    deployment = make_deployment(sides.partner, sides.school, sides.authority, starts_on=YEAR_STARTS, days=4)
    agreement = actions.draw_up_agreement(
        engagement=sides.engagement,
        basis="contractor",
        starts_on=YEAR_STARTS,
        ends_on=YEAR_ENDS,
        by=sides.administrator,
        at=AT,
    )
    assert [(row.school, row.days) for row in agreement.schedule.all()] == [(deployment.school, Decimal("4.00"))]


def test_the_schedule_of_a_draft_is_changed_school_by_school(sides):
    agreement = sides.draft()
    second = make_school(authority=sides.authority)
    more = {"agreement": agreement, "by": sides.administrator, "at": AT}
    actions.schedule_school(school=second, days=Decimal(6), **more)
    actions.schedule_school(school=second, days=Decimal("2.5"), **more)
    with pytest.raises(MoveRefused):
        actions.schedule_school(school=second, days=Decimal(0), **more)
    actions.unschedule_school(school_id=sides.school.pk, **more)
    actions.unschedule_school(school_id=sides.school.pk, **more)
    assert [(row.school, row.days) for row in agreement.schedule.all()] == [(second, Decimal("2.5"))]
    assert AuditEvent.objects.filter(what="agreement.unschedule").count() == 1


def test_terms_are_changed_only_in_the_state_that_was_seen(sides):
    agreement = sides.draft()
    stale = Agreement.objects.get(pk=agreement.pk)
    more = {"by": sides.administrator, "at": AT}
    actions.change_agreement(agreement=agreement, sip_rate=Decimal(420), basis="contractor", **more)
    with pytest.raises(OutOfDate):
        actions.change_agreement(agreement=stale, sip_rate=Decimal(1), **more)
    with pytest.raises(OutOfDate):
        actions.change_agreement(agreement=agreement, sequence=0, sip_rate=Decimal(1), **more)
    with pytest.raises(TypeError):
        actions.change_agreement(agreement=agreement, status="in_force", **more)
    assert state_of(agreement)["sip_rate"] == Decimal(420)
    assert AuditEvent.objects.get(what="agreement.change").details["fields"] == ["sip_rate"]
    sides.bring_to(agreement, S.SENT)
    with pytest.raises(OutOfDate):
        actions.change_agreement(agreement=agreement, sip_rate=Decimal(1), **more)


INCOMPLETE = {
    "AGR-1": {"basis": "company"},
    "AGR-2": {"ends_on": date(2010, 9, 1)},
    "AGR-4": {"sip_rate": None},
    "AGR-5": {"nca_rate": Decimal(0)},
    "AGR-9": {"reserved_days": Decimal("3.75")},
    "AGR-15": {"schedule": []},
}


@pytest.mark.parametrize("rule", INCOMPLETE)
def test_an_incomplete_agreement_is_not_sent(sides, rule):
    """AGR-1, AGR-2, AGR-4, AGR-5, AGR-9, AGR-15: nothing is frozen, nobody is written to."""
    agreement = sides.draft(**INCOMPLETE[rule])
    before = state_of(agreement)
    with pytest.raises(MoveRefused):
        actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    assert state_of(agreement) == before
    assert not AgreementVersion.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_agr_13_a_school_in_an_ofsted_category_needs_its_extra_responsibilities(sides):
    from schools.models import CategoryOfOfsted

    CategoryOfOfsted.objects.create(
        school=sides.school, starts_on=date(2009, 3, 2), category="special_measures", recorded_at=AT
    )
    agreement = sides.draft()
    with pytest.raises(MoveRefused, match="extra responsibilities"):
        actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    actions.change_agreement(agreement=agreement, extra_responsibilities="Chairs the review.", by=sides.administrator, at=AT)
    version = actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    assert version.content["extra_responsibilities"] == "Chairs the review."


def test_agr_14_accreditation_is_a_condition_where_it_is_asked(db):
    sides = Sides(people.authority(), sectors={"primary": date(2003, 1, 6)})
    agreement = sides.draft()
    with pytest.raises(MoveRefused, match="holds no accreditation"):
        actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    actions.change_agreement(agreement=agreement, needs_accreditation=False, by=sides.administrator, at=AT)
    actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    assert state_of(agreement)["status"] == S.SENT


def test_agr_2_a_renewal_beyond_three_years_needs_a_reason_of_substance(sides):
    agreement = sides.agreement(starts_on=date(2006, 9, 1), ends_on=date(2007, 8, 31), needs_accreditation=False)
    for year in (2007, 2008):
        following = actions.follow_on(agreement=agreement, by=sides.administrator, at=moment(date(year, 6, 1)))
        agreement = sides.bring_to(following, S.IN_FORCE, on=date(year, 6, 1))
    assert agreement.ends_on == date(2009, 8, 31)
    fourth = actions.follow_on(agreement=agreement, by=sides.administrator, at=moment(date(2009, 6, 1)))
    assert selectors.first_start(fourth) == date(2006, 9, 1)
    for reason in ("", "."):
        actions.change_agreement(agreement=fourth, override_reason=reason, by=sides.administrator, at=AT)
        with pytest.raises(MoveRefused, match="3 years in all"):
            actions.send_agreement(agreement=fourth, by=sides.administrator, at=AT)
    reason = "Nobody else is accredited for special schools"
    actions.change_agreement(agreement=fourth, override_reason=reason, by=sides.administrator, at=AT)
    assert actions.send_agreement(agreement=fourth, by=sides.administrator, at=AT).content["override_reason"] == reason


def test_two_agreements_do_not_hold_at_once(sides):
    sides.agreement()
    second = sides.draft(starts_on=date(2010, 8, 31), ends_on=date(2011, 8, 30))
    with pytest.raises(MoveRefused, match="Another agreement"):
        actions.send_agreement(agreement=second, by=sides.administrator, at=AT)


def test_an_engagement_does_not_end_under_an_agreement_in_force(sides):
    """AGR-3: the agreement ends first, by its own way, and its contracts with it."""
    agreement = sides.agreement()
    asked = {"engagement": sides.engagement, "on": date(2009, 11, 30), "by": sides.administrator, "at": AT}
    with pytest.raises(MoveRefused, match="End the agreement from 1 September 2009 first; it holds until 31 August 2010"):
        actions.end_engagement(**asked)
    assert Engagement.objects.get(pk=sides.engagement.pk).ends_on is None
    actions.end_agreement(agreement=agreement, on=date(2009, 11, 30), reason="Moves away", by=sides.manager, at=AT)
    actions.end_engagement(**asked)
    assert Engagement.objects.get(pk=sides.engagement.pk).ends_on == date(2009, 11, 30)


def test_an_ended_engagement_has_no_new_agreement(sides):
    actions.end_engagement(engagement=sides.engagement, on=date(2009, 7, 31), by=sides.administrator, at=AT)
    with pytest.raises(MoveRefused, match="engagement ended"):
        sides.draft()
    assert not Agreement.objects.exists()


# -------------------------------------------------------------------------------------------------------- signatures


def test_nobody_signs_another_text_or_another_name(sides):
    agreement = sides.agreement(S.SENT)
    before = state_of(agreement)
    with pytest.raises(OutOfDate, match="text has changed"):
        sides.sign(agreement, at=AT, digest="0" * 64)
    with pytest.raises(MoveRefused, match="Type your name"):
        sides.sign(agreement, at=AT, name="Somebody Else")
    AgreementVersion.objects.update(content={"title": "Something else"})
    with pytest.raises(OutOfDate, match="text has changed"):
        sides.sign(agreement, at=AT)
    assert state_of(agreement) == before
    assert not AgreementSignature.objects.exists()


def test_the_same_person_never_signs_for_both_sides(sides):
    """A SIP who is a manager of the authority too signs as the SIP, and not for the authority."""
    agreement = sides.agreement(S.SENT)
    people.membership(Role.MANAGER, at=sides.authority, of=sides.sip)
    sides.sign(agreement, at=AT)
    digest = actions.current_version(agreement).digest
    with pytest.raises(PermissionDenied):
        actions.countersign_agreement(agreement=agreement, typed_name="Ada Partner", digest=digest, by=sides.sip, at=AT)
    assert state_of(agreement)["status"] == S.SIGNED
    # Their account as a SIP was closed and handed to an officer: the signature they gave still stands.
    AgreementSignature.objects.update(signed_by=sides.manager)
    with pytest.raises(MoveRefused, match="both sides"):
        sides.countersign(agreement, at=AT)


def test_a_second_signature_for_one_side_comes_too_late(sides):
    agreement = sides.agreement(S.SENT)
    stale = Agreement.objects.select_related("engagement__partner", "engagement__authority", "policy").get(pk=agreement.pk)
    sides.sign(agreement, at=AT)
    with pytest.raises(OutOfDate):
        sides.sign(stale, at=AT)
    assert AgreementSignature.objects.count() == 1


def test_changes_after_signing_are_a_new_version_that_both_sign_anew(sides):
    agreement = sides.agreement(S.SIGNED)
    actions.take_back_agreement(agreement=agreement, reason="The rate was wrong", by=sides.administrator, at=AT)
    assert agreement.status == S.DRAFT
    actions.change_agreement(agreement=agreement, sip_rate=Decimal(450), by=sides.administrator, at=AT)
    first = AgreementVersion.objects.get(number=1)
    second = actions.send_agreement(agreement=agreement, by=sides.administrator, at=AT)
    assert (second.number, second.signatures.count()) == (2, 0)
    assert second.digest != first.digest
    with pytest.raises(OutOfDate):
        sides.countersign(agreement, at=AT)
    with pytest.raises(OutOfDate, match="text has changed"):
        sides.sign(agreement, at=AT, digest=first.digest)
    sides.sign(agreement, at=AT)
    sides.countersign(agreement, at=AT)
    assert first.signatures.count() == 1
    assert state_of(agreement)["status"] == S.IN_FORCE


def test_an_agreement_in_force_is_changed_by_one_that_replaces_it(sides):
    agreement = sides.agreement()
    second = make_school(authority=sides.authority)
    day = date(2010, 1, 4)
    more = {"by": sides.administrator, "at": moment(date(2009, 12, 1))}
    newer = actions.change_in_force(agreement=agreement, starts_on=day, **more)
    actions.schedule_school(agreement=newer, school=second, days=Decimal(4), **more)
    actions.unschedule_school(agreement=newer, school_id=sides.school.pk, **more)
    sides.bring_to(newer, S.SIGNED, on=date(2009, 12, 1))
    assert state_of(agreement)["status"] == S.IN_FORCE
    sides.countersign(newer, at=moment(date(2009, 12, 2)))
    agreement.refresh_from_db()
    assert (agreement.status, agreement.last_on) == (S.REPLACED, day - timedelta(days=1))
    contracts = {row.school_id: row.ends_on for row in Contract.objects.all()}
    assert contracts == {sides.school.pk: date(2010, 1, 3), second.pk: YEAR_ENDS}
    assert selectors.agreement_on(sides.engagement, date(2010, 1, 3)) == agreement
    assert selectors.agreement_on(sides.engagement, day) == newer
    with pytest.raises(MoveRefused, match="Only an agreement in force"):
        actions.change_in_force(agreement=agreement, starts_on=day, **more)


def test_what_was_to_be_replaced_may_have_ended_meanwhile(sides):
    agreement = sides.agreement()
    newer = actions.change_in_force(agreement=agreement, starts_on=date(2010, 1, 4), by=sides.administrator, at=moment(NOV))
    sides.bring_to(newer, S.SIGNED, on=NOV)
    actions.end_agreement(agreement=agreement, on=date(2009, 12, 18), reason="By consent", by=sides.manager, at=moment(NOV))
    before = state_of(newer)
    with pytest.raises(MoveRefused, match="not in force any more"):
        sides.countersign(newer, at=moment(NOV))
    assert state_of(newer) == before
    assert AgreementSignature.objects.filter(version__agreement=newer).count() == 1


# ------------------------------------------------------------------------------------------------------------ the end


def test_an_agreement_ends_within_its_days_and_its_contracts_with_it(sides):
    agreement = sides.agreement()
    for day in (date(2009, 8, 31), date(2010, 9, 1)):
        with pytest.raises(MoveRefused, match="last day must be from"):
            actions.end_agreement(agreement=agreement, on=day, reason="By consent", by=sides.manager, at=moment(NOV))
    assert state_of(agreement)["status"] == S.IN_FORCE
    actions.end_agreement(agreement=agreement, on=date(2010, 3, 31), reason="By consent", by=sides.manager, at=moment(NOV))
    agreement.refresh_from_db()
    assert (agreement.status, agreement.last_on, agreement.ended_on) == (S.ENDED, date(2010, 3, 31), NOV)
    assert Contract.objects.get().ends_on == date(2010, 3, 31)


def test_the_night_ends_what_is_past_its_last_day_once(sides):
    agreement = sides.agreement()
    night = {"partition": sides.authority.code, "at": moment(date(2010, 9, 1))}
    assert agreement_jobs.end_past_agreements(on=YEAR_ENDS, **night).states_changed == 0
    assert agreement_jobs.end_past_agreements(on=date(2010, 9, 1), dry_run=True, **night).states_changed == 1
    assert state_of(agreement)["status"] == S.IN_FORCE
    assert agreement_jobs.end_past_agreements(on=date(2010, 9, 3), **night).states_changed == 1
    assert agreement_jobs.end_past_agreements(on=date(2010, 9, 4), **night).states_changed == 0
    assert (state_of(agreement)["status"], state_of(agreement)["last_on"]) == (S.ENDED, YEAR_ENDS)


def test_one_agreement_that_fails_does_not_stop_the_night(sides, monkeypatch):
    sides.agreement()

    def fails(**_):
        raise RuntimeError("no")

    monkeypatch.setattr(agreement_jobs, "expire_agreement", fails)
    tally = agreement_jobs.end_past_agreements(partition=sides.authority.code, on=date(2010, 9, 1), at=AT)
    assert [row["step"] for row in tally.failures] == ["end_past_agreements"]


# ------------------------------------------------------------------------------------------------------------ the PDF


def test_the_signed_text_is_kept_as_a_tagged_pdf_once(sides):
    agreement = sides.agreement()
    night = {"partition": sides.authority.code, "on": NOV, "at": moment(NOV)}
    AgreementVersion.objects.update(document=None)
    assert agreement_jobs.print_waiting_agreements(dry_run=True, **night).states_changed == 1
    assert agreement_jobs.print_waiting_agreements(**night).states_changed == 1
    assert agreement_jobs.print_waiting_agreements(**night).states_changed == 0
    version = actions.current_version(agreement)
    agreement_jobs.print_agreement(version_id=version.pk, at=AT)
    with pikepdf.open(io.BytesIO(documents.read(version.document))) as printed:
        assert "/StructTreeRoot" in printed.Root
        assert printed.Root.Lang is not None
    assert AuditEvent.objects.filter(what="agreement.print").count() == 1


def test_nothing_is_printed_before_both_have_signed_or_of_a_text_that_was_tampered_with(sides, monkeypatch):
    monkeypatch.setattr(printing.pdf, "render", lambda *_, **__: b"%PDF-1.7 stands in")
    agreement = sides.agreement(S.SIGNED)
    version = actions.current_version(agreement)
    actions.print_agreement(version=version, at=AT)
    assert version.document is None
    sides.countersign(agreement, at=AT)
    AgreementVersion.objects.update(content={**version.content, "total_days": "99"}, document=None)
    with pytest.raises(DocumentDamaged):
        actions.print_agreement(version=actions.current_version(agreement), at=AT)
    tally = agreement_jobs.print_waiting_agreements(partition=sides.authority.code, on=NOV, at=AT)
    assert [row["step"] for row in tally.failures] == ["print_agreements"]
    assert actions.current_version(agreement).document is None


def test_two_workers_keep_one_pdf(sides, monkeypatch):
    monkeypatch.setattr(printing.pdf, "render", lambda *_, **__: b"%PDF-1.7 stands in")
    agreement = sides.agreement()
    AgreementVersion.objects.update(document=None)
    first, second = actions.current_version(agreement), actions.current_version(agreement)
    actions.print_agreement(version=first, at=AT)
    before = AuditEvent.objects.filter(what="agreement.print").count()
    actions.print_agreement(version=second, at=AT)
    assert AuditEvent.objects.filter(what="agreement.print").count() == before
