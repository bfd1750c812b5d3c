"""The records behind the conditions, kept by actions: contact, sharing, endeavours, sanctions, brief, concerns (COG-C to COG-M)."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import (
    BriefEdition,
    Endeavour,
    GrantConcern,
    InformationShare,
    ProgrammeContact,
    Sanction,
    YearlyStatement,
)
from partners.tests.factories import engage, make_partner, moment
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db

TODAY = date(2009, 11, 16)  # Monday
TOMORROW = TODAY + timedelta(days=1)
AT = moment(TODAY)


@pytest.fixture
def kent():
    return people.authority("Kent")


@pytest.fixture
def manager(kent):
    return people.member(Role.MANAGER, at=kent, full_name="Mary Manager")


# COG-F.


def name(kent, by, **more):
    given = {"full_name": "Ann Lee", "starts_on": date(2009, 9, 1), "programme": "primary"} | more
    return actions.name_contact(authority=kent, by=by, at=AT, **given)


def test_cog_f_naming_a_contact_ends_the_one_before(kent, manager):
    first = name(kent, manager)
    second = name(kent, manager, full_name="Ben Ray", starts_on=TODAY, notified_on=TODAY)
    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (TODAY - timedelta(days=1), None)
    assert ProgrammeContact.objects.running(TODAY).get() == second
    line = AuditEvent.objects.filter(what="contact.name").order_by("-pk").first()
    assert (line.about_on, line.authority_id, line.subject) == (TODAY, kent.pk, f"contact:{second.pk}")
    assert "Ben" not in str(line.details)


def test_cog_f_a_contact_follows_on_a_later_day_and_is_told_of_in_the_past(kent, manager):
    name(kent, manager)
    with pytest.raises(MoveRefused, match="Enter a later day"):
        name(kent, manager, full_name="Ben Ray")
    with pytest.raises(MoveRefused, match="today or in the past"):
        name(kent, manager, full_name="Ben Ray", starts_on=TODAY, notified_on=TOMORROW)
    with pytest.raises(MoveRefused, match="Enter the name"):
        name(kent, manager, full_name=".", starts_on=TODAY)
    assert ProgrammeContact.objects.count() == 1


def test_cog_f_two_who_name_a_contact_at_once_end_with_one(kent, manager, monkeypatch):
    name(kent, manager)

    class Nobody:
        @staticmethod
        def first():
            return None

    real = ProgrammeContact.objects.filter
    monkeypatch.setattr(
        ProgrammeContact.objects, "filter", lambda **kw: Nobody if kw.get("ends_on", 1) is None else real(**kw)
    )
    with pytest.raises(OutOfDate):
        name(kent, manager, full_name="Ben Ray", starts_on=TODAY)
    monkeypatch.undo()
    assert ProgrammeContact.objects.get().full_name == "Ann Lee"


def test_cog_f_the_day_told_is_recorded_once_and_a_last_day_can_be_set(kent, manager):
    contact = name(kent, manager)
    actions.tell_contact(contact=contact, notified_on=TODAY, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.tell_contact(contact=contact, notified_on=TODAY, by=manager, at=AT)
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.tell_contact(contact=contact, notified_on=TOMORROW, by=manager, at=AT)
    with pytest.raises(MoveRefused, match="Enter that day or a later one"):
        actions.end_contact(contact=contact, on=date(2009, 8, 31), by=manager, at=AT)
    actions.end_contact(contact=contact, on=TODAY, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.end_contact(contact=contact, on=TODAY, by=manager, at=AT)
    contact.refresh_from_db()
    assert (contact.notified_on, contact.ends_on) == (TODAY, TODAY)


def test_only_the_sip_manager_keeps_the_records_and_a_trust_has_none(kent, manager):
    administrator = people.member(Role.ADMINISTRATOR, at=kent)
    elsewhere = people.member(Role.MANAGER, at=people.authority("Barford"))
    for user in (administrator, elsewhere):
        with pytest.raises(PermissionDenied):
            name(kent, user)
    trust = people.trust()
    with pytest.raises(MoveRefused, match="trust has no conditions"):
        name(trust, people.member(Role.MANAGER, at=trust))
    assert not ProgrammeContact.objects.exists()
    assert not AuditEvent.objects.filter(what="contact.name").exists()


# COG-I.


def share(authority, by, **more):
    given = {"shared_on": TODAY, "use": "services", "items": "Notes of autumn", "recipient": "Contractor", "notes": 3} | more
    return actions.share_information(authority=authority, programme="primary", by=by, at=AT, **given)


def test_cog_i_shares_and_statements_are_logged_and_struck_out_with_a_reason(kent, manager):
    found = share(kent, manager)
    statement = actions.make_statement(authority=kent, programme="primary", text="Used for planning.", by=manager, at=AT)
    assert (found.notes, statement.stated_on) == (3, TODAY)
    actions.strike_out(record=found, reason="Entered twice", by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.strike_out(record=found, reason="Entered twice", by=manager, at=AT)
    with pytest.raises(MoveRefused, match="why it is struck out"):
        actions.strike_out(record=statement, reason=".", by=manager, at=AT)
    assert InformationShare.objects.get().strike_reason == "Entered twice"
    line = AuditEvent.objects.get(what="share.strike")
    assert (line.about_on, line.details) == (TODAY, {"has_comment": True})
    assert YearlyStatement.objects.get().struck_at is None


def test_cog_i_a_share_needs_its_items_its_recipient_and_a_day_that_has_come(kent, manager):
    for more, words in (
        ({"items": " "}, "what was shared"), ({"recipient": "."}, "who received it"), ({"shared_on": TOMORROW}, "in the past"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused, match=words):
            share(kent, manager, **more)
    with pytest.raises(MoveRefused, match="the statement"):
        actions.make_statement(authority=kent, programme="primary", text="", by=manager, at=AT)
    assert not InformationShare.objects.exists()


# Endeavours.


def test_cog_d_an_endeavour_names_condition_day_deed_and_doer(kent, manager):
    given = {"authority": kent, "programme": "secondary", "by": manager, "at": AT}
    done = {"condition": "COG-D", "done_on": TODAY, "says": "Asked three heads", "who": "Mary Manager"}
    found = actions.log_endeavour(**done, **given)
    assert (found.condition, found.who) == ("COG-D", "Mary Manager")
    assert AuditEvent.objects.get(what="endeavour.log").details == {"condition": "COG-D", "programme": "secondary"}
    for more, words in (
        ({"condition": "COG-Z"}, "one of the conditions"), ({"says": ""}, "what was done"), ({"who": ""}, "who did it"),
        ({"done_on": TOMORROW}, "in the past"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused, match=words):
            actions.log_endeavour(**(done | more), **given)
    actions.strike_out(record=found, reason="Wrong authority", by=manager, at=AT)
    assert Endeavour.objects.get().struck_by == manager


# COG-K.


def sanction(kent, by, **more):
    given = {"kind": "withheld", "starts_on": TODAY, "says": "Until every school has a SIP", "amount": Decimal("1000")} | more
    return actions.record_sanction(authority=kent, programme="primary", by=by, at=AT, **given)


def test_cog_k_an_action_is_logged_by_those_who_oversee_or_by_the_authority_and_ended(kent, manager):
    coordinator = people.member(Role.COORDINATOR, at=kent.region)
    found = sanction(kent, coordinator)
    assert list(Sanction.objects.running(TODAY)) == [found]
    with pytest.raises(MoveRefused, match="It began on 16 November 2009"):
        actions.end_sanction(sanction=found, on=date(2009, 11, 15), by=manager, at=AT)
    actions.end_sanction(sanction=found, on=TOMORROW, by=manager, at=AT)
    with pytest.raises(OutOfDate):
        actions.end_sanction(sanction=found, on=TOMORROW, by=manager, at=AT)
    other = sanction(kent, manager)
    actions.strike_out(record=other, reason="Never happened", by=coordinator, at=AT)
    assert Sanction.objects.filter(struck_at=None).get() == found


def test_cog_k_an_action_says_what_was_done_and_makes_sense(kent, manager):
    for more, words in (
        ({"says": ""}, "what was done and why"), ({"ends_on": TODAY - timedelta(days=1)}, "before the first"),
        ({"amount": Decimal(0)}, "more than nothing"),
    ):  # fmt: skip
        with pytest.raises(MoveRefused, match=words):
            sanction(kent, manager, **more)
    with pytest.raises(PermissionDenied):
        sanction(kent, people.member(Role.ADMINISTRATOR, at=kent))
    trust = people.trust()
    with pytest.raises(MoveRefused, match="trust"):
        sanction(trust, None)
    assert not Sanction.objects.exists()


# COG-C.


def test_cog_c_agreements_cite_the_edition_of_their_first_day(kent, manager):
    director = people.member(Role.PROGRAMME)
    first = actions.record_brief(edition="First", starts_on=date(2006, 9, 1), by=director, at=AT)
    actions.record_brief(edition="Second", starts_on=date(2010, 1, 1), by=director, at=AT)
    engagement = engage(make_partner(authorities=[kent]), kent)
    drawn = actions.draw_up_agreement(
        engagement=engagement, basis="contractor", starts_on=date(2009, 12, 1), ends_on=date(2010, 8, 31), by=manager, at=AT
    )
    assert drawn.brief == first
    from partners.agreement_rules import text_of
    from partners.selectors import agreement_case

    general = text_of(agreement_case(drawn, on=TODAY), number=1)["general"]
    assert any("“First”" in clause["says"] for clause in general)


def test_cog_c_national_staff_record_editions_once(kent, manager):
    director = people.member(Role.NATIONAL_DIRECTOR)
    actions.record_brief(edition="First", starts_on=date(2006, 9, 1), by=director, at=AT)
    for edition, starts_on in (("First", TODAY), ("Other", date(2006, 9, 1))):
        with pytest.raises(MoveRefused, match="recorded already"):
            actions.record_brief(edition=edition, starts_on=starts_on, by=director, at=AT)
    with pytest.raises(MoveRefused, match="name of the edition"):
        actions.record_brief(edition=" ", starts_on=TODAY, by=director, at=AT)
    with pytest.raises(PermissionDenied):
        actions.record_brief(edition="Third", starts_on=TODAY, by=manager, at=AT)
    assert BriefEdition.objects.count() == 1


# COG-M.


def test_cog_m_a_concern_goes_to_the_manager_first_and_then_up_the_line(kent, manager):
    coordinator = people.member(Role.COORDINATOR, at=kent.region)
    concern = actions.raise_concern(
        authority=kent, programme="secondary", says="Too few heads.", condition="COG-D", by=coordinator, at=AT
    )
    assert not OutgoingEmail.objects.exists()
    for early in ("pass_on", "take_up"):
        with pytest.raises(OutOfDate):
            actions.move_concern(concern=concern, name=early, director="Ada Chief", by=coordinator, at=AT)
    actions.move_concern(concern=concern, name="share", by=coordinator, at=AT)
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.kind) == (manager.email, "concern_shared")
    assert "Too few" not in mail.body
    with pytest.raises(MoveRefused, match="name of the senior regional director"):
        actions.move_concern(concern=concern, name="pass_on", by=coordinator, at=AT)
    actions.move_concern(concern=concern, name="pass_on", director="Ada Chief", by=coordinator, at=AT)
    actions.move_concern(concern=concern, name="take_up", by=coordinator, at=AT)
    with pytest.raises(MoveRefused, match="Enter a reason"):
        actions.move_concern(concern=concern, name="close", by=coordinator, at=AT)
    actions.move_concern(concern=concern, name="close", comment="Two heads are trained.", by=coordinator, at=AT)
    concern.refresh_from_db()
    assert (concern.status, concern.director, concern.dcs_on, concern.outcome) == (
        "closed", "Ada Chief", TODAY, "Two heads are trained.",
    )  # fmt: skip
    assert [line.what for line in AuditEvent.objects.filter(subject=f"grantconcern:{concern.pk}").order_by("pk")] == [
        "grantconcern.raise", "grantconcern.share", "grantconcern.pass_on", "grantconcern.take_up", "grantconcern.close",
    ]  # fmt: skip


def test_cog_m_the_manager_reads_a_concern_once_it_is_shared_and_moves_nothing(kent, manager, viewer):
    coordinator = people.member(Role.COORDINATOR, at=kent.region)
    concern = actions.raise_concern(authority=kent, programme="primary", says="Slow notes.", by=coordinator, at=AT)
    seen = GrantConcern.objects.visible_to
    assert not seen(viewer(manager, on=TODAY)).exists()
    assert seen(viewer(coordinator, on=TODAY)).get() == concern
    actions.move_concern(concern=concern, name="share", by=coordinator, at=AT)
    assert seen(viewer(manager, on=TODAY)).get() == concern
    with pytest.raises(PermissionDenied):
        actions.move_concern(concern=concern, name="pass_on", director="Ada Chief", by=manager, at=AT)
    with pytest.raises(PermissionDenied):
        actions.raise_concern(authority=kent, programme="primary", says="Mine.", by=manager, at=AT)
    with pytest.raises(MoveRefused, match="what the concern is"):
        actions.raise_concern(authority=kent, programme="primary", says=".", by=coordinator, at=AT)
    with pytest.raises(MoveRefused, match="trust"):
        actions.raise_concern(authority=people.trust(), programme="primary", says="No.", by=None, at=AT)
    concern.refresh_from_db()
    assert concern.status == "shared"


# The contact that once stood with the start of a programme.


@pytest.mark.parametrize(
    ("first", "kept"),
    [
        (None, {"full_name": "Ann Lee", "starts_on": date(2006, 1, 4)}),
        (
            ProgrammeContact(full_name="Ben Ray", starts_on=date(2008, 9, 1)),
            {"full_name": "Ann Lee", "starts_on": date(2006, 1, 4), "ends_on": date(2008, 8, 31)},
        ),
        (ProgrammeContact(full_name="Ann Lee", starts_on=date(2008, 9, 1)), None),
        (ProgrammeContact(full_name="Ben Ray", starts_on=date(2006, 1, 4)), None),
    ],
)
def test_cog_f_the_contact_of_a_letter_becomes_a_dated_record_once(first, kept):
    kept_as = import_module("partners.migrations.0019_contacts_of_letters").kept_as
    assert kept_as("Ann Lee", date(2006, 1, 4), first) == kept
