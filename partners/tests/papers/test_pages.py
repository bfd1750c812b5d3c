"""The pages of checks and agreements: who sees what, what is refused, one effect for one form (PRE, AGR)."""

import io
import uuid
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as people
from partners.models import (
    Agreement,
    AgreementBreach,
    AgreementSchool,
    AgreementStatus,
    AgreementVersion,
    Check,
    Engagement,
    ExtraWork,
    PartnerFile,
)
from sipmanager.core.models import AuditEvent

from ..factories import make_deployment
from .factories import YEAR_STARTS, Sides

pytestmark = pytest.mark.django_db
S = AgreementStatus
NOV = date(2009, 11, 16)  # Monday


@pytest.fixture(autouse=True)
def _day_and_shelf(clock_at, settings, tmp_path):
    clock_at("2009-11-16 10:00")
    shelf = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = {**settings.STORAGES, "documents": shelf}


def url(sides, name: str, *more) -> str:
    return reverse(f"partners:{name}", args=[sides.partner.reference, *more])


def boxes(name: str, day: date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def handed_in(name="policy.txt", content=b"Insured.", **more) -> dict:
    given = {"form_key": str(uuid.uuid4()), "evidence": "", "file": SimpleUploadedFile(name, content), **more}
    return given | boxes("checked_on", date(2009, 9, 1))


# ------------------------------------------------------------------------------------------------------------- checks


def test_a_sip_hands_in_evidence_once_and_the_manager_verifies_it(sides, as_role):
    mine, manager = as_role(user=sides.sip), as_role(user=sides.manager)
    page = url(sides, "check-hand-in", sides.engagement.pk, "PRE-5")
    form = handed_in(source="own", insurer="Invented Mutual")
    for _ in range(2):
        assert mine.post(page, {**form, "file": SimpleUploadedFile("policy.txt", b"Insured.")}).status_code == 302
    check = Check.objects.get()
    assert PartnerFile.objects.count() == 1
    detail = url(sides, "check-detail", sides.engagement.pk, "PRE-5")
    assert "policy.txt" in manager.get(detail).content.decode()
    assert "Verify it" in manager.get(detail).content.decode()
    assert "Verify it" not in mine.get(detail).content.decode()
    assert mine.post(url(sides, "check-verify", check.pk), boxes("checked_on", NOV)).status_code == 404
    verify = url(sides, "check-verify", check.pk)
    assert manager.get(verify).status_code == 200
    assert manager.post(verify, boxes("checked_on", date(2009, 9, 1))).status_code == 302
    assert manager.post(verify, boxes("checked_on", date(2009, 9, 1))).status_code == 302
    assert AuditEvent.objects.filter(what="check.verify").count() == 1
    assert "Verified" in mine.get(url(sides, "partner-checks")).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("policy.pdf", b"<html></html>", "does not match"), ("policy.svg", b"<svg/>", "must be a PDF"),
        ("policy.docm", b"PK", "macros"), ("policy.txt", b"", "empty"),
    ],
)  # fmt: skip
def test_an_unfit_file_is_refused_on_the_form_and_nothing_is_recorded(sides, as_role, name, content, says):
    answer = as_role(user=sides.sip).post(url(sides, "check-hand-in", sides.engagement.pk, "PRE-5"), handed_in(name, content))
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Check.objects.exists()
    assert not PartnerFile.objects.exists()


def test_pre_8_is_accepted_by_a_tick(sides, as_role):
    mine, page = as_role(user=sides.sip), url(sides, "check-hand-in", sides.engagement.pk, "PRE-8")
    form = {"form_key": str(uuid.uuid4()), **boxes("checked_on", NOV)}
    assert "Select that you keep it in confidence" in mine.post(page, form).content.decode()
    assert mine.post(page, {**form, "accepts": "on"}).status_code == 302
    assert Check.objects.get().kind == "PRE-8"


def test_the_office_records_with_evidence_and_adds_and_strikes_out(sides, as_role):
    office, manager = as_role(user=sides.administrator), as_role(user=sides.manager)
    form = handed_in(kind="PRE-2", is_not_applicable="")
    page = f"{url(sides, 'check-record', sides.engagement.pk)}?kind=PRE-2"
    assert "the CRB check" in office.get(page).content.decode()
    assert office.post(page, form).status_code == 302
    check = Check.objects.get()
    detail = office.get(url(sides, "check-detail", sides.engagement.pk, "PRE-2")).content.decode()
    assert "Add a file" in detail
    more = {"form_key": str(uuid.uuid4()), "says": "", "file": SimpleUploadedFile("b.txt", b"Page two")}
    assert office.post(url(sides, "check-file", check.pk), more).status_code == 302
    assert PartnerFile.objects.count() == 2
    assert manager.get(url(sides, "check-return", check.pk)).status_code == 200
    assert "Enter the why it does not do" not in manager.post(url(sides, "check-return", check.pk), {}).content.decode()
    assert manager.post(url(sides, "check-return", check.pk), {"reason": "."}).status_code == 200
    assert manager.post(url(sides, "check-return", check.pk), {"reason": "Not legible"}).status_code == 302
    assert "Not legible" in office.get(url(sides, "check-detail", sides.engagement.pk, "PRE-2")).content.decode()
    assert office.get(url(sides, "check-void", check.pk)).status_code == 200
    assert office.post(url(sides, "check-void", check.pk)).status_code == 302
    assert office.post(url(sides, "check-void", check.pk)).status_code == 302
    assert "Struck out" in office.get(url(sides, "check-detail", sides.engagement.pk, "PRE-2")).content.decode()


def test_there_is_no_page_of_a_check_that_does_not_exist_or_is_anothers(sides, as_role):
    other = Sides(people.authority("Elsewhere"))
    manager = as_role(user=sides.manager)
    assert manager.get(url(sides, "check-detail", sides.engagement.pk, "PRE-99")).status_code == 404
    assert manager.get(url(other, "check-detail", other.engagement.pk, "PRE-5")).status_code == 404
    assert manager.get(url(other, "check-detail", sides.engagement.pk, "PRE-5")).status_code == 404


def test_pre_13_the_register_and_the_page_of_a_deployment_flag_what_has_run_out(sides, as_role):
    deployment = make_deployment(sides.partner, sides.school, sides.authority, starts_on=YEAR_STARTS)
    manager, page = as_role(user=sides.manager), reverse("partners:deployment-detail", args=[deployment.pk])
    assert "Check expired" not in manager.get(reverse("partners:deployment-list")).content.decode()
    Check.objects.filter(kind="PRE-5").update(expires_on=date(2009, 11, 15))
    assert "Check expired" in manager.get(reverse("partners:deployment-list")).content.decode()
    text = manager.get(page).content.decode()
    assert "Run out: professional indemnity on 15 November 2009" in text
    assert "/checks/PRE-5/" in text
    for role in (Role.SENIOR_ADVISER, Role.COORDINATOR):
        place = sides.authority if role is Role.SENIOR_ADVISER else sides.authority.region
        client = as_role(role, at=place)
        assert "Check expired" not in client.get(reverse("partners:deployment-list")).content.decode()
        assert "Run out" not in client.get(page).content.decode()


# --------------------------------------------------------------------------------------------------------- agreements


def terms(**more) -> dict:
    given = {
        "basis": "contractor", "sip_rate": "400", "travel": "separate", "development": "in_rate", "reserved_days": "4",
        "needs_accreditation": "on", **boxes("starts_on", date(2009, 9, 1)), **boxes("ends_on", date(2010, 8, 31)),
    }  # fmt: skip
    return given | more


def test_an_agreement_is_drawn_up_changed_scheduled_and_sent(sides, as_role):
    office = as_role(user=sides.administrator)
    page = url(sides, "agreement-new", sides.engagement.pk)
    assert office.get(page).status_code == 200
    form = terms(form_key=str(uuid.uuid4()))
    for _ in range(2):
        assert office.post(page, form).status_code == 302
    agreement = Agreement.objects.get()
    move = url(sides, "agreement-move", agreement.pk, "send")
    assert "Add the schools" in office.get(move).content.decode()
    assert office.post(move).status_code == 200
    schedule = url(sides, "agreement-schools", agreement.pk)
    assert office.get(schedule).status_code == 200
    assert "There is no school" in office.post(schedule, {"school": "999999", "days": "5"}).content.decode()
    assert office.post(schedule, {"school": sides.school.urn, "days": "5"}).status_code == 302
    assert "9 days in all" in office.get(schedule).content.decode()
    agreement.refresh_from_db()
    changed = terms(sip_rate="412.50", sequence=agreement.sequence)
    assert office.post(url(sides, "agreement-terms", agreement.pk), changed).status_code == 302
    late = office.post(url(sides, "agreement-terms", agreement.pk), {**changed, "sip_rate": "1"})
    assert "changed this agreement while" in late.content.decode()
    assert Agreement.objects.get().sip_rate == Decimal("412.50")
    assert office.get(move).status_code == 200
    assert office.post(move).status_code == 302
    assert office.post(move).status_code == 302
    assert AgreementVersion.objects.count() == 1
    assert office.post(url(sides, "agreement-school-remove", agreement.pk, sides.school.pk)).status_code == 302
    assert AgreementSchool.objects.count() == 1
    assert "can be changed while" in office.get(schedule).content.decode()


def test_the_last_day_lies_on_or_after_the_first_and_other_days_may_be_blank(sides, as_role):
    office, page = as_role(user=sides.administrator), url(sides, "agreement-new", sides.engagement.pk)
    wrong = terms(form_key=str(uuid.uuid4()), **boxes("ends_on", date(2009, 8, 31)))
    assert "Last day must be the same as or after the first day" in office.post(page, wrong).content.decode()
    assert not Agreement.objects.exists()


def test_hidden_fields_do_not_sign_or_move_an_agreement(sides, as_role):
    agreement = sides.draft()
    before = Agreement.objects.values().get()
    hidden = {"status": "in_force", "in_force_on": "2009-11-16", "version": "7", "last_on": "2010-08-31", "made_by": "1"}
    for client in (as_role(user=sides.administrator), as_role(user=sides.sip), as_role(user=sides.manager)):
        for name in ("agreement-terms", "agreement-sign", "agreement-countersign", "agreement-schools"):
            assert client.post(url(sides, name, agreement.pk), hidden).status_code < 500
    assert Agreement.objects.values().get() == before


def test_both_sign_the_text_on_the_page_and_the_pdf_is_theirs(sides, as_role, django_capture_on_commit_callbacks):
    agreement = sides.agreement(S.SENT)
    mine, manager = as_role(user=sides.sip), as_role(user=sides.manager)
    digest = AgreementVersion.objects.get().digest
    page = url(sides, "agreement-sign", agreement.pk)
    text = mine.get(page).content.decode()
    assert digest in text
    assert "Give each school on the schedule the days" in text
    assert "Select that you have read" in mine.post(page, {"typed_name": "Ada Partner", "digest": digest}).content.decode()
    signed = {"typed_name": "Ada Partner", "agrees": "on", "digest": digest}
    assert "Type your name as it stands" in mine.post(page, {**signed, "typed_name": "Nobody"}).content.decode()
    assert mine.post(page, {**signed, "digest": "0" * 64}).status_code == 302
    assert Agreement.objects.get().status == S.SENT
    assert manager.get(url(sides, "agreement-countersign", agreement.pk)).status_code == 302
    assert mine.post(page, signed).status_code == 302
    assert mine.post(page, signed).status_code == 302
    assert mine.post(url(sides, "agreement-countersign", agreement.pk), signed).status_code == 404
    pdf = url(sides, "agreement-pdf", agreement.pk)
    assert mine.get(pdf).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        answer = manager.post(url(sides, "agreement-countersign", agreement.pk), {**signed, "typed_name": "Max Manager"})
    assert answer.status_code == 302
    for client in (mine, manager, as_role(user=sides.administrator)):
        answer = client.get(pdf)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(what="agreement.open").count() == 3
    for role in (Role.SENIOR_ADVISER, Role.MANAGER):
        stranger = as_role(role, at=sides.authority if role is Role.SENIOR_ADVISER else people.authority())
        assert stranger.get(pdf).status_code == 404
        assert stranger.get(url(sides, "agreement-detail", agreement.pk)).status_code == 404


def test_a_sip_sees_nothing_of_a_draft(sides, as_role):
    agreement = sides.draft()
    mine = as_role(user=sides.sip)
    assert mine.get(url(sides, "agreement-detail", agreement.pk)).status_code == 404
    assert "There is no agreement yet" in mine.get(url(sides, "partner-checks")).content.decode()
    assert mine.get(reverse("partners:agreement-list")).context["listing"].records == []


@pytest.mark.parametrize(
    ("state", "who", "name", "form"),
    [
        (S.SENT, "sip", "decline", {"reason": "Too few days"}),
        (S.SENT, "administrator", "take_back", {"reason": "The rate is wrong"}),
        (S.SIGNED, "administrator", "withdraw", {"reason": "Not needed"}),
        (S.IN_FORCE, "manager", "end", {"reason": "By consent", **boxes("on", date(2010, 3, 31))}),
    ],
)
def test_the_plain_moves_have_a_page_and_one_effect(sides, as_role, state, who, name, form):
    agreement = sides.agreement(state)
    client, page = as_role(user=getattr(sides, who)), url(sides, "agreement-move", agreement.pk, name)
    assert client.get(page).status_code == 200
    assert client.post(page, {}).status_code == 200
    assert Agreement.objects.get().status == state
    assert client.post(page, form).status_code == 302
    moved = Agreement.objects.get().status
    assert moved != state
    assert client.post(page, form).status_code == 302
    assert Agreement.objects.get().status == moved
    assert client.get(page).status_code == 404


def test_the_next_year_is_drawn_up_once(sides, as_role):
    agreement = sides.agreement()
    office, page = as_role(user=sides.administrator), url(sides, "agreement-follow", agreement.pk)
    assert page in office.get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    for _ in range(2):
        assert office.post(page).status_code == 302
    assert Agreement.objects.filter(renews=agreement).count() == 1
    Engagement.objects.filter(pk=sides.engagement.pk).update(ends_on=NOV)
    Agreement.objects.filter(renews=agreement).update(status=S.WITHDRAWN)
    assert office.post(page).status_code in (302, 404)
    assert Agreement.objects.filter(renews=agreement).count() == 1


def test_a_changed_agreement_is_drawn_up_beside_the_one_in_force(sides, as_role):
    agreement = sides.agreement()
    office, page = as_role(user=sides.administrator), url(sides, "agreement-change", agreement.pk)
    assert office.get(page).status_code == 200
    form = {"form_key": str(uuid.uuid4()), **boxes("starts_on", date(2010, 1, 4))}
    assert office.post(page, form).status_code == 302
    newer = Agreement.objects.get(replaces=agreement)
    text = office.get(url(sides, "agreement-detail", newer.pk)).content.decode()
    assert "Takes the place of" in text
    assert Agreement.objects.get(pk=agreement.pk).status == S.IN_FORCE


def test_agr_3_the_page_says_the_earliest_last_day(sides, as_role):
    agreement = sides.agreement()
    mine, page = as_role(user=sides.sip), url(sides, "agreement-notice", agreement.pk)
    assert "16 January 2010 at the earliest" in mine.get(page).content.decode()
    early = mine.post(page, {"says": "I stop", **boxes("ends_on", date(2010, 1, 15))})
    assert "must be from 16 January 2010" in early.content.decode()
    assert mine.post(page, {"says": "I stop", **boxes("ends_on", date(2010, 1, 31))}).status_code == 302
    assert mine.get(page).status_code == 302
    text = mine.get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    assert "it ends on 31 January 2010" in text


def test_agr_3_the_office_records_a_letter_and_others_do_not(sides, as_role):
    agreement = sides.agreement()
    page = url(sides, "agreement-notice", agreement.pk)
    line_manager = people.member(Role.OFFICER, at=sides.authority)
    from ..factories import support

    support(sides.engagement, line_manager)
    assert as_role(user=line_manager).get(page).status_code == 403
    office = as_role(user=sides.administrator)
    form = {"says": "Letter", **boxes("ends_on", date(2010, 1, 31)), **boxes("notice_on", date(2009, 11, 2))}
    assert office.get(page).status_code == 200
    assert office.post(page, form).status_code == 302
    assert Agreement.objects.get().notice_on == date(2009, 11, 2)


def test_agr_3_too_late_for_notice_says_so(sides, as_role, clock_at):
    agreement = sides.agreement()
    clock_at("2010-07-20 10:00")
    text = as_role(user=sides.sip).get(url(sides, "agreement-notice", agreement.pk)).content.decode()
    assert "ends on 31 August 2010 anyway" in text


def test_agr_7_extra_work_is_asked_for_and_confirmed_in_writing(sides, as_role):
    agreement = sides.agreement()
    mine, manager = as_role(user=sides.sip), as_role(user=sides.manager)
    page = url(sides, "extra-work-new", agreement.pk)
    assert "conflict of interest" in mine.get(page).content.decode()
    form = {"form_key": str(uuid.uuid4()), "school": sides.school.pk, "days": "1.5", "says": "A review"}
    form |= boxes("starts_on", date(2009, 12, 1))
    for _ in range(2):
        assert mine.post(page, form).status_code == 302
    work = ExtraWork.objects.get()
    assert "Confirm" in manager.get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    decide = url(sides, "extra-work-decide", agreement.pk, work.pk, "confirm")
    assert mine.get(decide).status_code == 404
    assert manager.get(decide).status_code == 200
    assert manager.post(decide, {"reason": "Agreed"}).status_code == 302
    assert manager.post(decide, {"reason": "Agreed"}).status_code == 302
    manager.get(url(sides, "agreement-detail", agreement.pk))  # what the move did has been read
    late = manager.get(url(sides, "extra-work-decide", agreement.pk, work.pk, "refuse"), follow=True).content.decode()
    assert "This has already moved on" in late
    assert "Confirmed by Max Manager" in mine.get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    for name, pk in (("confirm", 0), ("smile", work.pk)):
        assert manager.get(url(sides, "extra-work-decide", agreement.pk, pk, name)).status_code == 404


def test_agr_12_a_breach_is_recorded_evidenced_and_reviewed(sides, as_role):
    agreement = sides.agreement()
    manager = as_role(user=sides.manager)
    page = url(sides, "breach-new", agreement.pk)
    assert "S1. " in manager.get(page).content.decode()
    form = {
        "form_key": str(uuid.uuid4()), "clause": "S1", "says": "A visit was not made", **boxes("happened_on", date(2009, 11, 2)),
        "file": SimpleUploadedFile("mail.txt", b"From a school"),
    }  # fmt: skip
    assert manager.post(page, form).status_code == 302
    breach = AgreementBreach.objects.get()
    more = {"form_key": str(uuid.uuid4()), "says": "", "file": SimpleUploadedFile("b.txt", b"More")}
    assert manager.get(url(sides, "breach-file", agreement.pk, breach.pk)).status_code == 200
    assert manager.post(url(sides, "breach-file", agreement.pk, breach.pk), more).status_code == 302
    text = as_role(user=sides.sip).get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    assert "A visit was not made" in text
    assert "mail.txt" in text
    review = url(sides, "breach-review", agreement.pk, breach.pk)
    assert manager.get(review).status_code == 200
    given = {"says": "Talked over", "outcome": "conditions", **boxes("reviewed_on", NOV)}
    assert "Enter the conditions" in manager.post(review, given).content.decode()
    assert "Enter the last day" in manager.post(review, {**given, "outcome": "terminate"}).content.decode()
    assert manager.post(review, {**given, "conditions": "Tell the office first"}).status_code == 302
    assert manager.post(review, {**given, "conditions": "Tell the office first"}).status_code == 302
    assert "Tell the office first" in manager.get(url(sides, "agreement-detail", agreement.pk)).content.decode()
    assert manager.get(url(sides, "breach-review", agreement.pk, 0)).status_code == 404


def test_a_breach_of_what_nobody_signed_has_no_page(sides, as_role):
    agreement = sides.agreement(S.SENT)
    assert as_role(user=sides.manager).get(url(sides, "breach-new", agreement.pk)).status_code == 302


# ---------------------------------------------------------------------------------------------------------- register


def test_the_register_filters_by_state_year_and_end_and_exports_what_it_shows(sides, as_role):
    sides.agreement()
    sides.draft(starts_on=date(2010, 9, 1), ends_on=date(2011, 8, 31))
    office, page = as_role(user=sides.administrator), reverse("partners:agreement-list")

    def shown(query: str) -> list[str]:
        return [row.status for row in office.get(f"{page}?applied=1&{query}").context["listing"].records]

    assert sorted(shown("")) == ["draft", "in_force"]
    assert shown("state=draft") == ["draft"]
    assert shown("year=2009") == ["in_force"]
    assert shown("year=2010") == ["draft"]
    assert shown("ending=60") == []
    assert shown("q=ada") != []
    assert shown("q=nobody") == []
    assert shown(f"authority={sides.authority.pk}") != []
    csv = b"".join(office.get(f"{page}?applied=1&state=in_force&format=csv").streaming_content).decode()
    assert "Ada Partner" in csv
    assert "400.00" in csv
    assert "9.00" in csv
    answer = office.get(f"{page}?applied=1&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content))
    assert book.active.max_row == 3
    mine = as_role(user=sides.sip).get(f"{page}?applied=1")
    assert [row.status for row in mine.context["listing"].records] == ["in_force"]


def test_the_register_costs_the_same_for_one_and_for_forty(sides, as_role):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office, page = as_role(user=sides.administrator), reverse("partners:agreement-list")
    sides.draft()
    office.get(page)
    with CaptureQueriesContext(connection) as one:
        office.get(page)
    for number in range(12):
        sides.draft(starts_on=date(2011 + number, 9, 1), ends_on=date(2012 + number, 8, 31))
    with CaptureQueriesContext(connection) as many:
        office.get(page)
    assert len(many) == len(one)
