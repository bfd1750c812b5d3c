"""The pages of quality assurance, by role and by whose record it is."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.tests import factories as partner_factories
from qa.models import ShadowStatus, ShadowVisit
from sipmanager.core.models import AuditEvent, OutgoingEmail

from .factories import HELD_ON, WRITTEN, make_place, make_shadow_visit

pytestmark = pytest.mark.django_db
MOVES = ("shadow-hold", "shadow-feedback", "shadow-cancel")


@pytest.fixture(autouse=True)
def mid_november(clock_at):
    clock_at("2009-11-16 16:00")  # Monday


def url(name, shadow=None):
    return reverse(f"qa:{name}", args=[shadow.pk] if shadow else [])


def text_of(response):
    return response.content.decode()


def test_a_manager_plans_holds_writes_and_sends(as_role):
    place = make_place()
    client = as_role(user=place.manager)
    page = client.get(f"{url('shadow-plan')}?partner={place.partner.reference}")
    form = page.context["form"]
    assert form["partner"].value() == place.engagement.pk
    assert f'<option value="{place.engagement.pk}" selected>' in text_of(page)
    given = {
        "form_key": form["form_key"].value(), "partner": place.engagement.pk, "school": place.school.urn,
        "planned_on": "2009-11-18",
    }  # fmt: skip
    response = client.post(url("shadow-plan"), given, follow=True)
    assert "Shadow visit planned" in text_of(response)
    shadow = ShadowVisit.objects.get()
    assert (shadow.observer, shadow.status) == (place.manager, "planned")


def test_one_form_sent_twice_plans_one_shadow_visit(as_role):
    place = make_place()
    client = as_role(user=place.line_manager)
    form = client.get(url("shadow-plan")).context["form"]
    given = {
        "form_key": form["form_key"].value(), "partner": place.engagement.pk, "school": place.school.urn,
        "planned_on": "2009-11-18",
    }  # fmt: skip
    first, second = (client.post(url("shadow-plan"), given) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ShadowVisit.objects.count() == 1
    assert OutgoingEmail.objects.filter(kind="shadow-planned").count() == 1


def test_only_ones_own_sips_and_their_schools_are_offered(as_role):
    place, foreign = make_place(), make_place()
    form = as_role(user=place.line_manager).get(url("shadow-plan")).context["form"]
    assert list(form.fields["partner"].queryset) == [place.engagement]
    assert list(form.fields["school"].queryset) == [place.school]
    given = {
        "form_key": form["form_key"].value(), "partner": foreign.engagement.pk, "school": foreign.school.urn,
        "planned_on": "2009-11-18",
    }  # fmt: skip
    response = as_role(user=place.line_manager).post(url("shadow-plan"), given)
    assert response.status_code == 200
    assert "Select the SIP from the list" in text_of(response)
    assert not ShadowVisit.objects.exists()


def test_a_school_must_be_one_of_the_sips_own(as_role):
    place = make_place()
    other = make_place(authority=place.authority)
    client = as_role(user=place.manager)
    form = client.get(url("shadow-plan")).context["form"]
    given = {
        "form_key": form["form_key"].value(), "partner": place.engagement.pk, "school": other.school.urn,
        "planned_on": "2009-11-18",
    }  # fmt: skip
    response = client.post(url("shadow-plan"), given)
    assert "does not work with" in text_of(response)
    assert not ShadowVisit.objects.exists()


def test_a_sip_with_another_hat_is_not_offered_themself(as_role):
    place = make_place()
    accounts_factories.membership(Role.SENIOR_ADVISER, at=place.authority, of=place.sip)
    form = as_role(user=place.sip).get(url("shadow-plan")).context["form"]
    assert not form.fields["partner"].queryset.exists()


@pytest.mark.parametrize(
    ("who", "detail", "hold"),
    [("manager", 200, 200), ("line_manager", 200, 200), ("sip", 200, 404), ("head", 404, 404)],
)
def test_who_opens_a_shadow_visit_of_their_own_place(as_role, who, detail, hold):
    shadow = make_shadow_visit()
    client = as_role(user=getattr(shadow.place, who))
    assert client.get(url("shadow-detail", shadow)).status_code == detail
    assert client.get(url("shadow-hold", shadow)).status_code == hold


@pytest.mark.parametrize("who", ["manager", "line_manager", "sip", "head"])
@pytest.mark.parametrize("name", ["shadow-detail", "shadow-comment", *MOVES])
def test_a_stranger_learns_of_no_shadow_visit(as_role, who, name):
    shadow, place = make_shadow_visit(status=ShadowStatus.HELD), make_place()
    client = as_role(user=getattr(place, who))
    before = list(ShadowVisit.objects.values())
    assert client.get(url(name, shadow)).status_code == 404
    assert client.post(url(name, shadow), {"text": "x", "reason": "because"}).status_code in (404, 405)
    assert list(ShadowVisit.objects.values()) == before


def test_a_person_who_holds_two_hats_does_not_record_their_own_shadow_visit(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    accounts_factories.membership(Role.SENIOR_ADVISER, at=shadow.authority, of=shadow.place.sip)
    client = as_role(user=shadow.place.sip)
    assert client.get(url("shadow-detail", shadow)).status_code == 200
    for name in MOVES:
        assert client.get(url(name, shadow)).status_code == 403


def write(shadow):
    ShadowVisit.objects.filter(pk=shadow.pk).update(**WRITTEN)


def test_a_sip_reads_feedback_only_once_it_is_sent(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    write(shadow)
    accounts_factories.membership(Role.SENIOR_ADVISER, at=shadow.authority, of=shadow.place.sip)
    client = as_role(user=shadow.place.sip)
    page = text_of(client.get(url("shadow-detail", shadow)))
    assert not any(text in page for text in WRITTEN.values())
    assert "Took place" in page
    ShadowVisit.objects.filter(pk=shadow.pk).update(status="feedback_sent", written_on=HELD_ON)
    page = text_of(client.get(url("shadow-detail", shadow)))
    assert WRITTEN["advice"] in page
    assert "Highly effective" in page


@pytest.mark.parametrize("who", ["sip", "manager"])
def test_no_export_holds_feedback(as_role, who):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    write(shadow)
    client = as_role(user=getattr(shadow.place, who))
    plain = b"".join(client.get(f"{url('shadow-list')}?format=csv").streaming_content).decode()
    assert shadow.partner.full_name in plain
    assert not any(text in plain for text in ("Knew last", "Fitted", "effective"))
    book = client.get(f"{url('shadow-list')}?format=xlsx")
    content = b"".join(book.streaming_content) if book.streaming else book.content
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
    assert not any(text in " ".join(cells) for text in ("Knew last", "Fitted", "effective"))


def test_a_strangers_export_is_empty(as_role):
    shadow, place = make_shadow_visit(), make_place()
    for name in ("shadow-list", "due-list"):
        plain = b"".join(as_role(user=place.manager).get(f"{url(name)}?format=csv").streaming_content).decode()
        assert shadow.partner.full_name not in plain


def test_the_observer_writes_in_two_sittings_and_sends(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    client = as_role(user=shadow.observer)
    saved = client.post(url("shadow-feedback", shadow), {"advice": "Fitted the school.", "version": 1}, follow=True)
    assert "It has not been sent" in text_of(saved)
    missing = client.post(url("shadow-feedback", shadow), {"advice": "Fitted the school.", "version": 2, "send": "1"})
    assert "Judge each of the three competences." in text_of(missing)
    sent = client.post(url("shadow-feedback", shadow), {**WRITTEN, "version": 2, "send": "1"}, follow=True)
    assert f"Feedback sent to {shadow.partner.full_name}" in text_of(sent)
    again = client.post(url("shadow-feedback", shadow), {**WRITTEN, "version": 2, "send": "1"}, follow=True)
    assert "This is where it stands" in text_of(again)
    other = client.post(url("shadow-feedback", shadow), {**WRITTEN, "advice": "Too late.", "version": 3})
    assert "This feedback cannot be changed now" in text_of(other)
    assert "Too late." in text_of(other), "what was typed is still there"
    assert client.get(url("shadow-feedback", shadow)).url == shadow.get_absolute_url()
    assert OutgoingEmail.objects.filter(kind="shadow-feedback").count() == 1
    assert AuditEvent.objects.filter(what="shadowvisit.send").count() == 1


def test_d_26_feedback_in_two_windows_shows_both_texts_and_loses_nothing(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    client = as_role(user=shadow.observer)
    client.post(url("shadow-feedback", shadow), {"advice": "From the first window.", "analyse": "effective", "version": 1})

    typed = {"advice": "From the second window.", "management": "Well kept.", "version": 1}
    clash = client.post(url("shadow-feedback", shadow), typed)

    content = text_of(clash)
    assert clash.status_code == 409
    for text in ("From the first window.", "From the second window.", "Well kept.", "Effective"):
        assert text in content
    shadow.refresh_from_db()
    assert (shadow.advice, shadow.management, shadow.text_version) == ("From the first window.", "", 2)

    assert 'name="version" value="2"' in content, "what is in the boxes is saved knowingly now"
    client.post(url("shadow-feedback", shadow), {**typed, "version": 2})
    shadow.refresh_from_db()
    assert (shadow.advice, shadow.management) == ("From the second window.", "Well kept.")


def test_d_26_a_form_that_says_no_version_overwrites_nothing(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    client = as_role(user=shadow.observer)
    for version in ("", "x", "99999999999", "7"):
        assert client.post(url("shadow-feedback", shadow), {"advice": "Blind.", "version": version}).status_code == 409
    shadow.refresh_from_db()
    assert shadow.advice == ""


def test_d_26_a_comment_in_two_windows_shows_both(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    client, version = as_role(user=shadow.place.sip), shadow.text_version
    client.post(url("shadow-comment", shadow), {"text": "The first.", "version": version})
    clash = client.post(url("shadow-comment", shadow), {"text": "The second.", "version": version})
    assert clash.status_code == 409
    assert "The first." in text_of(clash)
    assert "The second." in text_of(clash)
    shadow.refresh_from_db()
    assert shadow.partner_comment == "The first."


def test_d_27_feedback_that_comes_on_a_dead_session_can_be_kept(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    assert 'name="parking_token"' in text_of(as_role(user=shadow.observer).get(url("shadow-feedback", shadow)))
    sent = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    assert 'name="parking_token"' in text_of(as_role(user=sent.place.sip).get(url("shadow-comment", sent)))


def test_recording_the_day_checks_the_order_of_its_dates(as_role):
    shadow = make_shadow_visit()
    client = as_role(user=shadow.observer)
    wrong = {"held_on": "2009-11-10", "school_agreed_on": "2009-11-11", "oral_feedback_on": "2009-11-09"}
    page = text_of(client.post(url("shadow-hold", shadow), wrong))
    assert "Date the school agreed must be the same as or before the visit" in page
    assert "Date of the oral feedback must be the same as or after the visit" in page
    shadow.refresh_from_db()
    assert shadow.status == "planned"
    right = {"held_on": "2009-11-10", "school_agreed_on": "2009-11-02", "oral_feedback_on": "2009-11-10"}
    client.post(url("shadow-hold", shadow), right)
    shadow.refresh_from_db()
    assert (shadow.status, shadow.written_due_on) == ("held", date(2009, 11, 17))


def test_hidden_fields_are_ignored(as_role):
    shadow = make_shadow_visit()
    right = {"held_on": "2009-11-10", "school_agreed_on": "2009-11-02", "oral_feedback_on": "2009-11-10"}
    more = {
        "status": "feedback_sent",
        "authority": "1",
        "observer": "1",
        "written_due_on": "2020-01-01",
        "written_on": "2009-11-10",
    }
    as_role(user=shadow.observer).post(url("shadow-hold", shadow), right | more)
    after = ShadowVisit.objects.get(pk=shadow.pk)
    assert (after.status, after.authority_id, after.observer_id) == ("held", shadow.authority_id, shadow.observer_id)
    assert (after.written_due_on, after.written_on) == (date(2009, 11, 17), None)


def test_cancelling_asks_for_a_reason(as_role):
    shadow = make_shadow_visit()
    client = as_role(user=shadow.observer)
    assert "Enter a reason" in text_of(client.post(url("shadow-cancel", shadow), {"reason": "."}))
    done = client.post(url("shadow-cancel", shadow), {"reason": "The school asked for another day"}, follow=True)
    assert "Shadow visit cancelled" in text_of(done)


def test_the_sip_comments_and_their_comment_is_shown(as_role):
    shadow = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    client = as_role(user=shadow.place.sip)
    page = client.post(
        url("shadow-comment", shadow), {"text": "<script>alert(1)</script> Thank you", "version": 2}, follow=True
    )
    assert "Thank you" in text_of(page)
    assert "<script>alert(1)</script>" not in text_of(page)
    assert as_role(user=shadow.place.manager).get(url("shadow-comment", shadow)).status_code == 404


@pytest.mark.parametrize("name", ["due-list", "shadow-list", "shadow-plan"])
def test_pages_are_drawn_for_those_who_may_open_them(as_role, name):
    shadow = make_shadow_visit(status=ShadowStatus.FEEDBACK_SENT)
    for who in ("manager", "line_manager", "sip"):
        expected = 404 if (who, name) == ("sip", "shadow-plan") else 200
        assert as_role(user=getattr(shadow.place, who)).get(url(name)).status_code == expected


def test_the_due_list_says_when_each_is_due_and_filters_by_it(as_role):
    late, fresh = make_place(began_on=date(2007, 9, 3)), None
    fresh = make_place(authority=late.authority)
    client = as_role(user=late.manager)
    page = text_of(client.get(url("due-list")))
    assert "3\u00a0Sep\u00a02009" in page
    assert "Overdue" in page
    assert "every 24 months" in " ".join(page.split())
    found = client.get(f"{url('due-list')}?standing=overdue")
    assert [row.partner for row in found.context["listing"].records] == [late.partner]
    found = client.get(f"{url('due-list')}?standing=later")
    assert [row.partner for row in found.context["listing"].records] == [fresh.partner]


@pytest.mark.parametrize("name", ["due-list", "shadow-list"])
def test_a_list_costs_the_same_for_one_row_and_for_fifty(as_role, django_assert_num_queries, name):
    shadow = make_shadow_visit(status=ShadowStatus.HELD)
    place = shadow.place
    client = as_role(user=place.manager)
    client.get(url(name))
    with django_assert_num_queries(COSTS[name]):
        assert len(client.get(url(name)).context["listing"].records) == 1
    for _ in range(49):
        partner = partner_factories.make_partner(authorities=[place.authority])
        partner_factories.engage(partner, place.authority, starts_on=date(2008, 9, 1))
        copy = ShadowVisit.objects.get(pk=shadow.pk)
        copy.pk, copy.partner = None, partner
        copy.save()
    with django_assert_num_queries(COSTS[name]):
        assert len(client.get(url(name)).context["listing"].records) == 50


# Session, user, viewer, frame and saved views; then count, page and, for who is due, the authorities and their policies.
COSTS = {"due-list": 10, "shadow-list": 8}


def test_those_for_whom_no_clock_runs_come_last(as_role):
    place = make_place()
    idle = partner_factories.make_partner(
        sectors={"primary": date(2006, 9, 1)}, authorities=[place.authority], full_name="A. Idle"
    )
    partner_factories.engage(idle, place.authority)
    rows = text_of(as_role(user=place.manager).get(url("due-list")))
    assert rows.index(place.partner.full_name) < rows.index(idle.full_name)
