"""Writing and answering in a real browser: saved while one types, two windows, a session that ends, a phone, no script."""

from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from sipmanager.testing import accessibility_faults
from visits import actions
from visits.states import NoteState as S
from visits.tests.factories import at, make_note, make_people, make_visit, move

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMPUTER, PHONE = 1280, 320


@pytest.fixture(autouse=True)
def _day(clock_at):
    clock_at("2009-11-11 10:00", ticking=True)  # Wednesday


def address(name: str, *args) -> str:
    return reverse(f"visits:{name}", args=args)


@pytest.fixture
def sign_in(as_role, live_server):
    """`sign_in(page, user)`: the page's browser holds that person's session from now on."""

    def sign_in(page, user):
        page.context.clear_cookies()
        session = as_role(user=user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return sign_in


def text_of(note, key="evidence") -> str:
    return note.sections.get(key=key).text


def type_into(page, words):
    box = page.get_by_label("Your text")
    box.press("End")
    box.press_sequentially(words)
    return box


def test_what_is_typed_is_saved_without_a_button(open_page, sign_in):
    note = make_note(is_written=False)
    page = sign_in(open_page(), note.people.sip)
    page.goto(address("note-section", note.pk, "evidence"))

    type_into(page, "Four lessons were seen.")
    expect(page.locator("[data-autosave-status]")).to_have_text("Saved at 10am", timeout=10_000)
    type_into(page, " And a fifth.")
    page.get_by_role("button", name="Save and go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Progress since the summer")
    assert text_of(note) == "Four lessons were seen. And a fifth."


def test_two_windows_on_one_section_show_both_texts_and_lose_neither(open_page, sign_in):
    """D-26."""
    note = make_note(is_written=False)
    page = sign_in(open_page(), note.people.sip)
    other = page.context.new_page()
    for window in (page, other):
        window.goto(address("note-section", note.pk, "evidence"))
    type_into(other, "From the other window.")
    other.get_by_role("button", name="Save and go on").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Progress since the summer")

    type_into(page, "From this window.")
    page.get_by_label("Your text").blur()

    conflict = page.get_by_role("group", name="You have saved this somewhere else")
    expect(conflict).to_contain_text("From the other window.")
    expect(conflict).to_contain_text("From this window.")
    assert text_of(note) == "From the other window."
    assert not accessibility_faults(page)

    page.get_by_label("Your text", exact=True).fill("From both windows.")
    page.get_by_role("button", name="Save what is in the box").click()
    expect(page.get_by_text("Your text is saved.")).to_be_visible()
    assert text_of(note) == "From both windows."


def test_a_session_that_ends_while_one_writes_loses_no_word(open_page, sign_in):
    """D-27: the text stays in the page, and is saved once its writer has signed in again elsewhere."""
    note = make_note(is_written=False)
    page = sign_in(open_page(), note.people.sip)
    page.goto(address("note-section", note.pk, "evidence"))
    type_into(page, "Before the end.")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at", timeout=10_000)

    Session.objects.all().delete()
    box = type_into(page, " After the end.")
    box.blur()
    expect(page.locator("[data-autosave-status]")).to_contain_text("you have been signed out", timeout=10_000)
    assert text_of(note) == "Before the end."

    sign_in(page, note.people.sip)
    page.context.new_page().goto(address("note-draft", note.pk))  # as signing in does, it brings a new token for forms
    box.press("End")
    box.press_sequentially(" Again.")
    box.blur()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at", timeout=10_000)
    assert text_of(note) == "Before the end. After the end. Again."


def test_a_head_answers_on_a_phone_and_agrees(open_page, sign_in):
    note = make_note(S.HEAD_REVIEW)
    page = sign_in(open_page(width=PHONE), note.people.head)
    page.goto(address("note-detail", note.pk))

    evidence = page.locator("#section-evidence")
    evidence.get_by_text("Accurate").click()
    evidence.get_by_text("Your answer").first.click()
    expect(page.locator("[data-progress]").first).to_have_text("1 of 9 sections answered", timeout=10_000)
    progress = page.locator("#section-progress")
    progress.get_by_text("I have a comment").click()
    progress.get_by_label("What would you like to say?").fill("Well put.")
    progress.get_by_label("What would you like to say?").blur()
    expect(page.locator("[data-progress]").first).to_have_text("2 of 9 sections answered", timeout=10_000)

    page.get_by_label("Agree the note").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("You have agreed the note. Thank you.")).to_be_visible()
    note.refresh_from_db()
    assert note.status == S.AGREED


def test_a_note_is_written_and_sent_without_a_script(open_page, sign_in):
    note = make_note(is_written=False)
    page = sign_in(open_page(javascript=False), note.people.sip)
    page.goto(address("note-draft", note.pk))
    page.get_by_role("link", name="Evidence").click()

    for number in range(note.sections.count()):
        page.get_by_label("Your text").fill(f"Written without a script, part {number}.")
        page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Recommendation", exact=True).fill("Read more aloud.")
    page.get_by_role("button", name="Add recommendation").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Send to the head").click()

    expect(page.get_by_text("The note is sent to the head.")).to_be_visible()
    note.refresh_from_db()
    assert note.status == S.HEAD_REVIEW


def every_page():
    """Each page of visits and notes with somebody who opens it."""
    county, trust = make_people("kent"), make_people("learning_trust")
    issued = make_note(S.AMENDED, people=county, day=date(2009, 3, 10), recommendations=5)
    draft, planned = make_note(people=county, is_written=False), make_visit(county, day=date(2009, 12, 1))
    returned = make_note(S.LA_REVIEW, people=trust)
    move(returned, "return_to_sip", "line_manager", comment="Which lessons?")
    one = returned.sections.get(key="evidence")
    actions.save_section(
        note=returned, key="evidence", text="What four lessons showed.", version=one.version, by=trust.sip, at=at()
    )
    move(returned, "submit", "sip")
    with_head, disputed, final = make_note(S.HEAD_REVIEW), make_note(S.DISPUTED), make_note(S.FINAL)
    sip, manager = county.sip, county.manager
    return [
        (sip, "visit-list"), (manager, "note-list"), (sip, "visit-plan"), (sip, "visit-detail", planned.pk),
        (sip, "visit-preparation", planned.pk), (sip, "visit-move", planned.pk, "hold"), (manager, "visit-void", planned.pk),
        (sip, "note-draft", draft.pk), (sip, "note-section", draft.pk, "targets_next"), (sip, "note-reviews", draft.pk),
        (sip, "note-recommendations", draft.pk), (sip, "note-whole", draft.pk), (manager, "note-detail", issued.pk),
        (manager, "note-history", issued.pk), (manager, "note-amend", issued.pk), (trust.line_manager, "note-queue"),
        (trust.line_manager, "note-review", returned.pk), (with_head.people.head, "note-draft", with_head.pk),
        (disputed.people.senior_adviser, "note-moderate", disputed.pk), (final.people.sip, "note-draft", final.pk),
        (final.people.sip, "note-distribute", final.pk),
    ]  # fmt: skip


def test_every_page_is_accessible_and_fits_a_phone(open_page, sign_in):
    pages, faults = every_page(), []
    for width in (COMPUTER, PHONE):
        page = open_page(width=width)
        for person, name, *args in pages:
            where = address(name, *args)
            answer = sign_in(page, person).goto(where)
            faults += [] if answer.status == 200 else [f"{where}: {answer.status}"]
            faults += [f"{where} at {width}: {fault}" for fault in accessibility_faults(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [] if wide <= width else [f"{where} at {width}: {wide} pixels wide"]
    assert faults == []


def test_the_preparation_prints_what_is_folded_on_the_screen(open_page, sign_in):
    people = make_people()
    make_note(S.DISTRIBUTED, people=people, day=date(2009, 3, 10))  # Tuesday
    page = sign_in(open_page(), people.sip)
    page.goto(address("visit-preparation", make_visit(people, day=date(2009, 12, 1)).pk))

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_text("What was seen of evidence.")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_text("What was seen of evidence.")).to_be_hidden()


@pytest.mark.parametrize("width", [COMPUTER, PHONE])
def test_a_head_attaches_a_document_and_the_adviser_finds_it(open_page, sign_in, tmp_path, width):
    """ACT-12, NOV-33: the form, its refusal and the list, wide and narrow."""
    note = make_note(S.DISPUTED)
    page = sign_in(open_page(width=width), note.people.head)
    page.goto(address("note-draft", note.pk))
    page.get_by_role("button", name="Attach a document").click()
    for name, content in (("results.pdf", "<html>"), ("results.txt", "Results of summer 2009")):
        path = tmp_path / name
        path.write_text(content)
        page.get_by_label("File").set_input_files(path)
        page.get_by_role("button", name="Attach the document").click()
        assert accessibility_faults(page) == []
        if name == "results.pdf":
            expect(page.get_by_role("alert")).to_contain_text("does not match the ending of its name")
    expect(page.locator("#document-list")).to_contain_text("results.txt")

    sign_in(page, note.people.senior_adviser).goto(address("note-moderate", note.pk))
    expect(page.locator("#document-list")).to_contain_text("results.txt")
    assert accessibility_faults(page) == []
