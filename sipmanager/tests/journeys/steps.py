"""The steps that journeys share: each is what one person does on the pages, in their words."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from accounts.models import Authority, User
from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Consultation, Deployment, Partner
from partners.tests import factories as partner_factories
from schools.models import Post, PostKind, School
from schools.tests.extracts import line, text_of
from sipmanager.testing import accessibility_faults
from visits.models import Note, Visit

TODAY = "2009-11-16"  # Monday
OTHER = "Brook Lane Primary School"
SCHOOL, URN, SIP, REFERENCE = "Hill Road Primary School", "900001", "Ann Able", "P990001"
WIDTHS = (320, 1280)


@dataclass
class Journey:
    """One authority's people, each with a browser of their own."""

    authority: Authority
    folder: Path
    address: str
    new_page: object
    sign_in: object
    javascript: bool
    users: dict[str, User] = field(default_factory=dict)
    pages: dict[str, object] = field(default_factory=dict)

    def as_(self, who: str):
        """That person's page, signed in once."""
        if who not in self.pages:
            client = self.sign_in(user=self.users[who])
            page = self.new_page(javascript=self.javascript)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
            page.context.add_cookies([{**cookie, "url": self.address}])
            self.pages[who] = page
        return self.pages[who]

    def look(self, page) -> None:
        """The page is sound for everybody, wide and narrow (needs scripts: axe is one)."""
        if not self.javascript:
            return
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert accessibility_faults(page) == [], page.url
            spare = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert spare <= 0, f"{page.url} is {spare} pixels too wide at {width}"


def begin(preset: str, *, folder: Path, address: str, open_page, as_role, javascript: bool) -> Journey:
    """An authority with its staff and nothing else."""
    authority = accounts_factories.authority("Westshire", code="999")
    accounts_factories.policy(authority, preset)
    journey = Journey(authority, folder, address, open_page, as_role, javascript)
    for role, name in (
        (Role.ADMINISTRATOR, "Sam Oduya"), (Role.MANAGER, "Judith Normanton"), (Role.SENIOR_ADVISER, "Beatrice Collingham")
    ):  # fmt: skip
        journey.users[role.value] = accounts_factories.member(role, at=authority, full_name=name)
    journey.users["line_manager"] = accounts_factories.user("Howard Lyle")
    return journey


def fill_date(page, group: str, day: int, month: int, year: int) -> None:
    boxes = page.get_by_role("group", name=group)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        boxes.get_by_label(label, exact=True).fill(str(value))


# ------------------------------------------------------------------------------------------------------- administrator


def load_schools(journey: Journey) -> None:
    """The administrator loads a register, looking at it first."""
    file = journey.folder / "edubasealldata20090901.csv"
    code = journey.authority.code
    rows = [
        line(URN, LA_code=code, LA_name=journey.authority.name),
        line("900002", LA_code=code, EstablishmentName=OTHER),
    ]
    file.write_text(text_of(*rows), encoding="utf-8")
    page = journey.as_("administrator")
    page.goto("/schools/import/")
    journey.look(page)
    page.get_by_label("Extract").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("heading", name="What the file would do").wait_for()
    journey.look(page)
    assert not School.objects.exists()
    page.get_by_role("button", name="Load 2 lines").click()
    page.get_by_role("heading", name="What it did").wait_for()
    journey.look(page)
    assert School.objects.filter(urn__in=[URN, "900002"]).count() == 2
    page.goto("/schools/")
    page.get_by_role("link", name=SCHOOL).first.wait_for()
    journey.look(page)


def load_partners(journey: Journey) -> None:
    """The administrator loads the SIPs."""
    file = journey.folder / "partners.csv"
    first, last = SIP.split()
    row = {
        "reference": REFERENCE, "first_name": first, "last_name": last, "email": "ann.able@example.org", "kind": "consultant",
        "primary_headship": "former", "authorities": journey.authority.code, "accredited_primary_on": "2007-06-15",
        "last_practised_on": "2009-07-20", "days_available": "40",
    }  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    file.write_text(text.getvalue(), encoding="utf-8")
    page = journey.as_("administrator")
    page.goto("/partners/import/")
    journey.look(page)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at what it would do").click()
    page.get_by_role("heading", name="What the file would do").wait_for()
    journey.look(page)
    page.get_by_role("button", name="Load 1 line").click()
    page.get_by_role("heading", name="The file is loaded").wait_for()
    journey.look(page)
    page.goto("/partners/")
    page.get_by_role("link", name=SIP, exact=True).wait_for()


def give_accounts(journey: Journey) -> None:
    """The head and the SIP take up their accounts; the paperwork of PRE-2 to PRE-9 is seen at the office."""
    school, partner = School.objects.get(urn=URN), Partner.objects.get(reference=REFERENCE)
    post = Post.objects.get(school=school, kind=PostKind.HEAD, ends_on=None)
    head = accounts_factories.user(post.full_name, email="head@hillroad.example.org")
    Post.objects.filter(pk=post.pk).update(user=head, email=head.email)
    chair = accounts_factories.user("Colin Peverell")
    Post.objects.create(
        school=school, kind=PostKind.CHAIR, full_name=chair.full_name, email=chair.email, user=chair, recorded_at=post.recorded_at
    )  # fmt: skip
    sip = accounts_factories.user(SIP, email=partner.email)
    Partner.objects.filter(pk=partner.pk).update(user=sip)
    engagement = partner_factories.engage(partner, journey.authority)
    partner_factories.complete_checks(engagement, on=date(2009, 9, 1))
    partner_factories.contract(engagement, school)
    partner_factories.support(engagement, journey.users["line_manager"])
    journey.users |= {"head": head, "sip": sip, "chair": chair}


# ------------------------------------------------------------------------------------------------------------- manager


def deploy(journey: Journey) -> None:
    """The manager asks who could take the school, proposes the SIP, records the school's word and confirms."""
    page = journey.as_("manager")
    page.goto("/")
    journey.look(page)
    page.goto("/deployments/new/")
    journey.look(page)
    page.get_by_role("link", name=SCHOOL).click()
    page.get_by_role("link", name=SIP, exact=True).wait_for()
    journey.look(page)
    page.goto(f"{reverse('partners:deploy-check', args=[URN, REFERENCE])}?starts_on=2009-11-09")
    journey.look(page)
    page.get_by_role("button", name="Propose this deployment").click()
    page.get_by_role("heading", name="Deployment proposed").wait_for()
    journey.look(page)
    page.get_by_role("link", name="Go to the deployment").click()
    enter_answers(journey, page)
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_label("Day", exact=True).fill("13")
    page.get_by_label("Month").fill("11")
    page.get_by_label("Year").fill("2009")
    journey.look(page)
    page.get_by_role("button", name="Agree with the school").click()
    page.get_by_role("heading", name="Deployment agreed").wait_for()
    page.get_by_role("link", name="Go to the deployment").click()
    journey.look(page)
    page.get_by_role("button", name="Confirm the deployment").click()
    journey.look(page)
    page.get_by_role("button", name="Confirm the deployment").click()
    page.get_by_role("heading", name="Deployment confirmed").wait_for()
    journey.look(page)
    assert Deployment.objects.get().status == "active"
    page.goto("/conditions-of-grant/")
    journey.look(page)


def enter_answers(journey: Journey, page) -> None:
    """Head and chair said yes by telephone, and the manager enters it."""
    here = page.url
    good = {
        "views": "Content with this SIP", "objection": "The governing body does not object", "choice": "Chooses this SIP",
    }  # fmt: skip
    for asked in Consultation.objects.filter(answered_at=None).order_by("pk"):
        page.goto(reverse("partners:consultation-enter", args=[asked.pk]))
        page.get_by_label(good[asked.question], exact=True).check()
        journey.look(page)
        page.get_by_role("button", name="Enter the answer").click()
        page.wait_for_url(here)
    page.goto(here)


# ----------------------------------------------------------------------------------------------------------------- SIP


def visit(journey: Journey) -> None:
    """The SIP plans a visit, confirms it, and records that it took place."""
    page = journey.as_("sip")
    page.goto("/")
    journey.look(page)
    page.goto("/visits/plan/")
    page.get_by_label("School", exact=True).select_option(label=SCHOOL)
    page.get_by_role("radio", name="Autumn").check()
    fill_date(page, "Date of visit", 16, 11, 2009)
    page.get_by_label("Focus agreed with the head").fill("Progress in mathematics")
    journey.look(page)
    page.get_by_role("button", name="Plan the visit").click()
    page.get_by_role("heading", name="About this visit").wait_for()
    journey.look(page)
    planned = Visit.objects.get()
    page.goto(reverse("visits:visit-move", args=[planned.pk, "confirm"]))
    journey.look(page)
    page.get_by_role("button", name="Confirm and email the head").click()
    page.get_by_role("heading", name="About this visit").wait_for()
    page.goto(reverse("visits:visit-preparation", args=[planned.pk]))
    journey.look(page)
    page.goto(reverse("visits:visit-move", args=[planned.pk, "hold"]))
    page.get_by_label("Who was present").fill("Headteacher, deputy headteacher")
    page.get_by_label("Time in school").fill("4")
    fill_date(page, "Date a governor was invited", 9, 11, 2009)
    page.get_by_label("A governor was present").check()
    journey.look(page)
    page.get_by_role("button", name="Record the visit").click()
    page.get_by_role("heading", name="Do you expect the head to disagree?").or_(
        page.get_by_role("link", name="See the whole note and send it")
    ).or_(page.get_by_role("button", name="See the whole note and send it")).first.wait_for()
    assert Visit.objects.get().status == "held"


def write(journey: Journey) -> Note:
    """The SIP writes every section and a recommendation."""
    page, note = journey.as_("sip"), Note.objects.get()
    page.goto(reverse("visits:note-draft", args=[note.pk]))
    journey.look(page)
    for number, section in enumerate(note.sections.order_by("position")):
        page.goto(reverse("visits:note-section", args=[note.pk, section.key]))
        page.get_by_label("Your text").fill(
            f"Leaders *reported* a good term; the books *observed* bear it out ({number + 1})."
        )
        if number == 0:
            journey.look(page)
        page.get_by_role("button", name="Save and go on").click()
        page.wait_for_url(lambda url, key=section.key: f"/section/{key}/" not in url)
    page.goto(reverse("visits:note-recommendations", args=[note.pk]))
    page.get_by_label("Recommendation", exact=True).fill("Mark once a week against each pupil's own target")
    journey.look(page)
    page.get_by_role("button", name="Add recommendation").click()
    page.get_by_text("Mark once a week against each pupil's own target").first.wait_for()
    page.goto(reverse("visits:note-whole", args=[note.pk]))
    journey.look(page)
    return note


def send(journey: Journey, label: str) -> None:
    page = journey.as_("sip")
    page.get_by_role("button", name=label).click()
    page.get_by_role("alert").wait_for()
    journey.look(page)


def issue(journey: Journey, note: Note) -> None:
    """The SIP looks who receives the note, and issues it."""
    page = journey.as_("sip")
    page.goto(reverse("visits:note-distribute", args=[note.pk]))
    journey.look(page)
    page.get_by_role("button", name="Issue the note").click()
    page.get_by_role("alert").wait_for()
    page.goto(reverse("visits:note-detail", args=[note.pk]))
    page.get_by_role("link", name="Download the note as a PDF").wait_for()
    journey.look(page)
    note.refresh_from_db()
    assert note.status == "distributed"


# -------------------------------------------------------------------------------------------------------------- school


def open_by_the_link(journey: Journey, who: str, note: Note):
    """Somebody follows the link of their message to the note."""
    page = journey.as_(who)
    page.goto(reverse("visits:note-detail", args=[note.pk]))
    journey.look(page)
    return page


def take_the_pdf(page) -> bytes:
    """The note as a PDF, through the link on the page."""
    address = page.get_by_role("link", name="Download the note as a PDF").get_attribute("href")
    answer = page.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    return answer.body()
