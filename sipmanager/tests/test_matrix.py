"""Roles by addresses, own or foreign (section 2.3, D-6, D-25, D-35; faults: Access). One table, walked from the URLconf.

What is expected comes from `accounts.permissions` alone: no right, 404; a right that reaches the record, the page, or 403
for those who may only look; a record beyond the reach, 404. `LESS` names, with its reason, where a rule gives less.
"""

import io
import re
from contextlib import contextmanager

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.doors import DOORS
from accounts.permissions import COLUMNS, NATIONAL_ROLES, Permission, Reach, Role, reach_of
from sipmanager.tests.addresses import all_addresses, guarded, kwargs_of
from sipmanager.tests.worlds import FOREIGN

P = Permission
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
READING = ("GET", "HEAD", "OPTIONS")
ALLOWED = {200, 302, 400, 403, 405, 409, 422}
SIGN_IN = "/accounts/sign-in/"

# Rows that reading may write: the session's clock, and the record of who opened what (ROL-32).
TABLES_OF_READING = {"django_session"}
OPENING = {"core_auditevent", "visits_distribution"}
OPENS = re.compile(r"visits:(note-.*|visit-.*)|partners:.*|qa:shadow-detail|schools:.*|accounts:.*")


class TakenBack(Exception):
    """Undoes what one request did."""


@contextmanager
def taken_back():
    try:
        with transaction.atomic():
            yield
            raise TakenBack
    except TakenBack:
        pass


@contextmanager
def writes():
    """The tables that the block writes to."""
    found: set[str] = set()

    def watch(execute, sql, params, many, context):
        verb = re.match(r'\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', sql, re.IGNORECASE)
        if verb:
            found.add(verb[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def ask(client: Client, method: str, url: str):
    """One request, and the tables it wrote to; nothing of it stays."""
    with taken_back(), writes() as written:
        response = client.generic(method, url) if method != "POST" else client.post(url, {})
        if response.streaming:
            response.body = b"".join(response.streaming_content)
        else:
            response.body = response.content
    return response, written


def url_of(address, world) -> str:
    return reverse(address.name, kwargs=kwargs_of(address, world))


# ---------------------------------------------------------------------------------------------------------- the tables


def test_every_permission_is_asked_for_or_is_of_a_moment():
    """A right in the table that no page and no move asks for would be a promise nobody keeps."""
    from partners.workflow import ACCREDITATION_WORKFLOW, DEPLOYMENT_WORKFLOW
    from qa.workflow import SHADOW_WORKFLOW
    from visits.workflow import NOTE_WORKFLOW, VISIT_WORKFLOW

    asked = {address.permission for address in guarded()}
    for table in (ACCREDITATION_WORKFLOW, DEPLOYMENT_WORKFLOW, SHADOW_WORKFLOW, NOTE_WORKFLOW, VISIT_WORKFLOW):
        asked |= {row.permission for row in table}
    # Asked for inside pages that others open too.
    asked |= {P.FINANCE_DETAIL_VIEW, P.SCHOOL_PEOPLE, P.PARTNER_PRIVATE, P.NOTE_DRAFT_VIEW, P.RECORD_VIEW}
    assert set(P) - asked == set()


def test_every_address_knows_its_record(worlds):
    for address in all_addresses():
        if address.name not in DOORS:
            assert reverse(address.name, kwargs=kwargs_of(address, worlds.own)).startswith("/")


@pytest.mark.parametrize("address", guarded(), ids=str)
def test_nobody_gets_past_the_door(worlds, address):
    """Whoever is not signed in is sent to sign in, learns nothing and changes nothing, by whatever method."""
    url = url_of(address, worlds.own)
    nobody = Client(raise_request_exception=False)
    for method in METHODS:
        response, written = ask(nobody, method, url)
        assert response.status_code in (302, 405), (method, response.status_code)
        if response.status_code == 302:
            assert response["Location"].startswith(SIGN_IN), method
        assert written <= TABLES_OF_READING, (method, written)


# ---------------------------------------------------------------------------------------------------------- the matrix

# Where a rule gives less than the table of permissions by itself: (address, roles, why). Such a page answers 404 or 403.
# fmt: off
LESS: tuple[tuple[str, frozenset[Role], str], ...] = (
    ("schools:school-visits",                 frozenset({Role.NATIONAL_DIRECTOR, Role.PROGRAMME, Role.TRUST_CHAIR, Role.OFFICER}),
     "the tab is there for those who may see visits or notes"),
    ("partners:stand-down-(new|end)", frozenset({Role.SIP}), "nobody suspends themself or says that they stand down no more"),
    ("partners:(partner-accreditation|accreditation-list|application-detail|claim-.*)", frozenset({Role.HEAD}),
     "a school is told yes or no, and not the clock"),
    ("schools:bulk-.*",                       frozenset({Role.NATIONAL_DIRECTOR, Role.PROGRAMME, Role.ADMINISTRATOR}),
     "a change to many schools is shown to whoever prepared it"),
    ("partners:(shortlist-.*|entry-.*)",      frozenset({Role.NATIONAL_DIRECTOR, Role.PROGRAMME, Role.COORDINATOR}),
     "a shortlist is shared inside the authority; they keep lists of their own"),
    ("partners:shortlist-close",              frozenset({Role.ADMINISTRATOR, Role.SENIOR_ADVISER}), "whoever opened it closes it"),
    ("accounts:own-address-confirm",          frozenset(COLUMNS), "the link is for the one person who asked for it"),
    ("partners:consultation-answer",          frozenset({Role.CHAIR}), "head and chair each answer what they were asked"),
    ("partners:deployment-move",              frozenset({Role.ADMINISTRATOR}), "ending is the SIP manager's"),
    ("partners:letter-(detail|pdf)",          frozenset({Role.SIP}), "a SIP reads the letters to the SIP, not those to the school"),
    ("partners:letter-csv",                   frozenset({Role.SIP, Role.HEAD}), "a notice is for the contractor"),
    ("visits:note-(detail|version|pdf|document|history)", frozenset({Role.DIOCESE, Role.READER}),
     "Kent sends them no notes (POL-5)"),
    ("visits:note-history",                   frozenset({Role.HEAD}), "a school never learns of inner steps (D-25)"),
    ("visits:note-(comment|move|draft|issue-again)", frozenset({Role.HEAD}), "the draft has not reached the head (D-25)"),
    ("visits:note-(distribute|history)",      frozenset({Role.MENTOR}), "a mentor reads drafts, not the issued note"),
)
# fmt: on


def gives_less(name: str, role: Role) -> bool:
    return any(re.fullmatch(pattern, name) and role in roles for pattern, roles, _why in LESS)


@pytest.mark.parametrize("address", guarded(), ids=str)
def test_roles_by_address_own_and_foreign(worlds, address):
    faults = []
    for role in COLUMNS:
        reach = reach_of(role, address.permission)
        client = worlds.own.client(role)
        for method in ("GET", "POST"):
            faults += walk(worlds, address, role, reach, client, method)
    assert not faults, "\n".join(faults)


def walk(worlds, address, role, reach, client, method) -> list[str]:
    """What is wrong with the answers to one role by one method, as sentences."""
    own, written = ask(client, method, url_of(address, worlds.own))
    where = f"{role} {method} {address.name}"
    faults = [f"{where}: {own.status_code}"] if own.status_code >= 500 else []
    if reach is None:
        if own.status_code not in (404, 405):
            faults.append(f"{where} without a right: {own.status_code}")
        if written - TABLES_OF_READING:
            faults.append(f"{where} without a right wrote to {sorted(written)}")
        return faults
    if method in READING:
        faults += changed(where, address, written)
        if reach is not Reach.EVERYWHERE and role not in NATIONAL_ROLES and FOREIGN.encode() in own.body:
            faults.append(f"{where} shows something of the foreign authority")
    if own.status_code not in ALLOWED and not (own.status_code == 404 and gives_less(address.name, role)):
        faults.append(f"{where} own: {own.status_code}")
    if address.converters and reach is not Reach.EVERYWHERE:
        foreign, written = ask(client, method, url_of(address, worlds.foreign))
        if foreign.status_code not in (404, 405):
            faults.append(f"{where} foreign: {foreign.status_code}")
        if written - TABLES_OF_READING:
            faults.append(f"{where} foreign wrote to {sorted(written)}")
    return faults


def changed(where: str, address, written: set[str]) -> list[str]:
    """Reading changes nothing but the session and the record of who opened what."""
    allowed = TABLES_OF_READING | (OPENING if OPENS.fullmatch(address.name) else set())
    return [f"{where} wrote to {sorted(written - allowed)}"] if written - allowed else []


@pytest.mark.parametrize("address", guarded(), ids=str)
def test_the_other_methods(worlds, address):
    """HEAD and OPTIONS change nothing; PUT, PATCH and DELETE are refused to everybody."""
    with_right = next((role for role in COLUMNS if reach_of(role, address.permission)), None)
    without = next((role for role in COLUMNS if reach_of(role, address.permission) is None), None)
    faults = []
    for role in filter(None, (with_right, without)):
        client = worlds.own.client(role)
        for method in ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer, written = ask(client, method, url_of(address, worlds.own))
            if answer.status_code >= 500:
                faults.append(f"{role} {method}: {answer.status_code}")
            if method in READING:
                faults += changed(f"{role} {method}", address, written)
            elif answer.status_code not in (404, 405) or written - TABLES_OF_READING:
                faults.append(f"{role} {method}: {answer.status_code}, wrote to {sorted(written)}")
    assert not faults, "\n".join(faults)


# ------------------------------------------------------------------------------------------------------------- exports


EXPORTS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.mark.parametrize("kind", EXPORTS)
def test_no_export_holds_a_foreign_row(worlds, kind):
    """Every list, asked for as a file by everybody who may see it."""
    exported, faults = set(), []
    for address in guarded():
        for role in COLUMNS:
            reach = reach_of(role, address.permission)
            if address.converters or reach is None:
                continue
            answer, _ = ask(worlds.own.client(role), "GET", f"{url_of(address, worlds.own)}?applied=1&format={kind}")
            if not answer.headers.get("Content-Type", "").startswith(EXPORTS[kind]):
                continue
            exported.add(address.name)
            text = answer.body.decode() if kind == "csv" else cells(openpyxl.load_workbook(io.BytesIO(answer.body)))
            if reach is not Reach.EVERYWHERE and FOREIGN in text:
                faults.append(f"{role}: {address.name}")
    assert faults == []
    assert {"schools:school-list", "partners:partner-list", "partners:deployment-list", "visits:visit-list"} <= exported
    assert {"visits:note-list", "qa:due-list", "qa:shadow-list", "site:night-list", "site:outbox-list"} <= exported


def cells(book) -> str:
    return " ".join(str(cell.value) for row in book.active for cell in row)


# ----------------------------------------------------------------------------------------- what no table of URLs shows

# The least that D-25 asks: who opens a note in which state, under Kent's way of working.
OPENED_BY = {
    Role.HEAD: {"head_review", "disputed", "distributed"},
    Role.CHAIR: {"distributed"},
    Role.GOVERNOR: {"distributed"},
    Role.DIOCESE: set(),
    Role.READER: set(),
    Role.ADMINISTRATOR: {"distributed"},
    Role.MANAGER: {"drafting", "la_review", "head_review", "disputed", "distributed"},
    Role.SIP: {"drafting", "la_review", "head_review", "disputed", "distributed"},
    Role.TRUST_CHAIR: set(),
    Role.ELECTED_MEMBER: set(),
}


@pytest.mark.parametrize("role", OPENED_BY, ids=str)
def test_d_25_who_opens_a_note_in_which_state(worlds, role):
    opened, listed = set(), worlds.own.client(role).get("/notes/?applied=1")
    for state, note in worlds.own.notes.items():
        answer = worlds.own.client(role).get(reverse("visits:note-detail", args=[note.pk]), follow=True)
        assert answer.status_code in (200, 404), (state, answer.status_code)
        if answer.status_code == 200:
            opened.add(state)
    assert opened == OPENED_BY[role]
    if listed.status_code == 200:
        assert {note.status for note in listed.context["listing"].records} <= opened


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.SENIOR_ADVISER], ids=str)
def test_a_role_taken_away_while_the_page_is_open_ends_at_the_next_request(worlds, role):
    from accounts.models import Membership

    client = worlds.own.client(role)
    url = reverse("schools:school-detail", args=[worlds.own.school.urn])
    assert client.get(url).status_code == 200
    Membership.objects.filter(user=worlds.own.users[role]).update(ends_on="2009-11-15")
    assert client.get(url).status_code == 404
    assert client.post(reverse("qa:shadow-plan"), {}).status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SIP, Role.HEAD], ids=str)
def test_a_closed_account_is_out_at_once(worlds, role):
    user, client = worlds.own.users[role], worlds.own.client(role)
    assert client.get("/").status_code == 200
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)


def test_a_sip_whose_deployment_ended_reads_what_was_issued_until_the_handover_is_over(worlds):
    """ROL-31: nothing of the school but the notes they wrote; nothing of it half a year on."""
    from partners.models import Deployment

    client, own = worlds.own.client(Role.SIP), worlds.own
    Deployment.objects.filter(pk=own["deployment"].pk).update(ends_on="2009-05-15", lead_until="2009-05-15", status="ended")
    assert client.get(reverse("schools:school-detail", args=[own.school.urn])).status_code == 404
    assert client.get(reverse("visits:visit-plan")).status_code in (200, 404)
    answer, _ = ask(client, "POST", reverse("visits:note-section", args=[own.notes["drafting"].pk, own["section"].key]))
    assert answer.status_code in (403, 404)


# What nobody may set from outside, whatever the form (faults: POST hidden fields).
HIDDEN = {
    "status": "distributed", "approved_by": "1", "authority": "1", "authority_id": "1", "is_restricted": "1",
    "made_by": "1", "voided_on": "2009-11-16", "confirmed_on": "2009-11-16", "policy_row": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "name", "thing"),
    [
        (Role.SIP, "visits:visit-move", "visit"),
        (Role.LINE_MANAGER, "qa:shadow-hold", "shadow"),
        (Role.MANAGER, "partners:deployment-move", "deployment"),
    ],
)
def test_hidden_fields_are_ignored(worlds, role, name, thing):
    record = worlds.own[thing]
    before = type(record).objects.filter(pk=record.pk).values().get()
    address = next(address for address in guarded() if address.name == name)
    answer = worlds.own.client(role).post(url_of(address, worlds.own), HIDDEN)
    assert answer.status_code < 500
    assert type(record).objects.filter(pk=record.pk).values().get() == before


def test_hidden_fields_do_not_move_a_note(worlds):
    from visits.models import Note

    note = worlds.own.notes["drafting"]
    before = Note.objects.filter(pk=note.pk).values().get()
    for role in (Role.SIP, Role.MANAGER):
        answer = worlds.own.client(role).post(reverse("visits:note-move", args=[note.pk]), HIDDEN)
        assert answer.status_code < 500
    assert Note.objects.filter(pk=note.pk).values().get() == before


@pytest.mark.parametrize("name", ["visits:note-pdf", "visits:note-version"])
def test_a_foreign_pdf_is_not_there(worlds, name):
    address = next(address for address in guarded() if address.name == name)
    for role in (Role.MANAGER, Role.SIP, Role.HEAD, Role.CHAIR, Role.SENIOR_ADVISER, Role.COORDINATOR):
        answer, _ = ask(worlds.own.client(role), "GET", url_of(address, worlds.foreign))
        assert answer.status_code == 404, role
        assert FOREIGN.encode() not in answer.body
