"""From a school register to the PDF of a note, as everybody who takes part (ACT-1)."""

import io

import pikepdf
import pytest
from django.urls import reverse

from sipmanager.core.models import OutgoingEmail
from visits.models import Distribution

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def journey(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)

    def begin(preset: str, *, javascript: bool = True) -> steps.Journey:
        return steps.begin(
            preset, folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=javascript
        )  # fmt: skip

    return begin


def up_to_the_draft(walk: steps.Journey):
    steps.load_schools(walk)
    steps.load_partners(walk)
    steps.give_accounts(walk)
    steps.deploy(walk)
    steps.visit(walk)
    return steps.write(walk)


def is_sound_pdf(content: bytes) -> bool:
    """Tagged, titled and in English."""
    with pikepdf.open(io.BytesIO(content)) as document:
        root = document.Root
        return bool(root.MarkInfo.Marked) and str(root.Lang).startswith("en") and "/StructTreeRoot" in root


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_kent_from_the_register_to_the_pdf(journey, javascript):
    walk = journey("kent", javascript=javascript)
    note = up_to_the_draft(walk)
    head = walk.as_("head")
    assert head.goto(reverse("visits:note-detail", args=[note.pk])).status == 404
    steps.send(walk, "Send to the head")

    head = steps.open_by_the_link(walk, "head", note)
    answer_every_section(head, walk)
    head.get_by_label("Agree the note").check()
    head.get_by_role("button", name="Send my answer").click()
    head.get_by_role("alert").wait_for()
    walk.look(head)

    sip = steps.open_by_the_link(walk, "sip", note)
    sip.get_by_role("button", name="Make the note final").click()
    sip.get_by_role("alert").wait_for()
    assert walk.as_("chair").goto(reverse("visits:note-detail", args=[note.pk])).status == 404
    steps.issue(walk, note)

    for who in ("head", "chair", "senior_adviser", "manager"):
        page = steps.open_by_the_link(walk, who, note)
        assert is_sound_pdf(steps.take_the_pdf(page)), who
    assert {row.recipient for row in Distribution.objects.filter(note=note)} >= {"head", "chair", "manager", "sip"}
    assert not any("bear it out" in mail.body for mail in OutgoingEmail.objects.all())


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_learning_trust_from_the_register_to_the_pdf(journey, javascript):
    walk = journey("learning_trust", javascript=javascript)
    note = up_to_the_draft(walk)
    steps.send(walk, "Submit to the authority")

    reader = walk.as_("line_manager")
    reader.goto("/")
    walk.look(reader)
    reader.get_by_role("link", name="Agree or return the draft").first.click()
    reader.goto(reverse("visits:note-queue"))
    walk.look(reader)
    reader.goto(reverse("visits:note-review", args=[note.pk]))
    walk.look(reader)
    reader.get_by_label("Agree the note").check()
    reader.get_by_role("button", name="Send my decision").click()
    reader.get_by_role("alert").wait_for()
    assert walk.as_("head").goto(reverse("visits:note-detail", args=[note.pk])).status == 404
    steps.issue(walk, note)

    head = steps.open_by_the_link(walk, "head", note)
    head.get_by_role("textbox", name="Comment").fill("We are glad of the words on attendance.")
    head.get_by_role("button", name="Save comment").click()
    head.get_by_text("We are glad of the words on attendance.").first.wait_for()
    walk.look(head)
    for who in ("head", "line_manager", "manager"):
        page = steps.open_by_the_link(walk, who, note)
        assert is_sound_pdf(steps.take_the_pdf(page)), who


def answer_every_section(page, walk: steps.Journey) -> None:
    """The head says of each section that it is accurate; with scripts each answer saves itself."""
    forms = page.locator("form.app-answer")
    for number in range(forms.count()):
        form = forms.nth(number)
        form.get_by_label("Accurate").check()
        if not walk.javascript:
            form.get_by_role("button", name="Save answer").click()
    if walk.javascript:
        for number in range(forms.count()):
            forms.nth(number).get_by_text("Saved").first.wait_for()
    walk.look(page)
