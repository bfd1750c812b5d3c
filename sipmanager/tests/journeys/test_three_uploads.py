"""From an empty authority to a complete register by three uploads, and a problems list that is true (issue 3: done when)."""

import csv
from datetime import date

import pytest

from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Deployment, DeploymentStatus, Partner
from schools.models import RegisterTask, School
from sipmanager.site.problems import problems_of

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.django_db(transaction=True)]

TODAY = date(2022, 4, 25)  # Monday
EXTRACT = "gias_raw111_hampshire_850_2022-04-20.csv"
COLUMNS = (
    "reference", "first_name", "last_name", "email", "kind", "own_school_urn", "primary_headship", "regions",
    "accredited_primary_on", "days_available", "crb_checked_on", "insurance_until", "governors_agreed_on", "cover_agreed_on",
    "confidentiality_accepted_on", "references_on", "briefed_on", "trained_on",
)  # fmt: skip
CHECKS = {name: "2021-11-01" for name in COLUMNS if name.endswith("_on") and name != "accredited_primary_on"}


@pytest.fixture
def walk(open_page, live_server, as_role, tmp_path, clock_at):
    """The administrator of an empty Hampshire."""
    clock_at(f"{TODAY} 10:00", ticking=True)
    authority = Authority.objects.get(code="850")
    journey = steps.Journey(authority, tmp_path, live_server.url, open_page, as_role, True)
    journey.users["administrator"] = accounts_factories.member(Role.ADMINISTRATOR, at=authority, full_name="Sam Oduya")
    return journey


def upload(walk, page, address: str, label: str, file, button: str):
    page.goto(address)
    walk.look(page)
    page.get_by_label(label).set_input_files(file)
    page.get_by_role("button", name=button).click()


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def partners_file(walk):
    """Five SIPs: two sound, a head without a school, one who names no place, one line that cannot be."""
    region = walk.authority.region.name
    sound = {"kind": "consultant", "primary_headship": "former", "regions": region, "accredited_primary_on": "2021-09-01"}
    sound |= {"days_available": "40", "insurance_until": "2023-08-31", **CHECKS}
    names = [("P990001", "Ann", "Able"), ("P990002", "Ben", "Bold"), ("P990003", "Cas", "Calm"), ("P990004", "Dee", "Dull")]
    rows = [
        sound | {"reference": reference, "first_name": first, "last_name": last, "email": f"{first.lower()}@example.org"}
        for reference, first, last in names
    ]
    rows[2] |= {"kind": "serving_head", "primary_headship": "serving"}
    rows[3] |= {"regions": ""}
    rows.append(sound | {"reference": "P990005", "first_name": "Eve", "last_name": "Early", "email": "nobody"})
    columns = [name for name in COLUMNS if any(name in row for row in rows)]
    return write(walk.folder / "partners.csv", [{name: row.get(name, "") for name in columns} for row in rows])


def deployments_file(walk):
    """Two sound deployments, and one to a school that is closed."""
    taken = School.objects.filter(phase="primary", governance="community", status="open").order_by("urn")[:2]
    closed = School.objects.filter(phase="primary", governance="community", status="closed").order_by("urn").first()
    first, second = taken
    rows = [
        {"partner_reference": "P990001", "school_urn": first.urn, "start": "2022-05-02", "contract_confirmed": "yes"},
        {"partner_reference": "P990002", "school_urn": second.urn, "start": "2022-05-02", "contract_confirmed": "no"},
        {"partner_reference": "P990002", "school_urn": closed.urn, "start": "2022-05-02", "contract_confirmed": "yes"},
    ]
    return write(walk.folder / "deployments.csv", rows), first, second


def test_a_newcomer_goes_from_nothing_to_a_complete_register_and_a_true_problems_list(walk, shared_data):
    page = walk.as_("administrator")
    assert not School.objects.exists()

    upload(walk, page, "/schools/import/", "Extract", shared_data / "gias" / EXTRACT, "Check the file")
    page.get_by_role("heading", name="What the file would do").wait_for()
    page.get_by_text("520 lines").first.wait_for()
    walk.look(page)
    assert not School.objects.exists()
    page.get_by_role("button", name="Load 520 lines").click()
    page.get_by_role("heading", name="What it did").wait_for()
    walk.look(page)
    assert School.objects.count() == 520

    upload(walk, page, "/partners/import/", "File", partners_file(walk), "Look at what it would do")
    page.get_by_role("heading", name="What the file would do").wait_for()
    page.get_by_role("cell", name="email").or_(page.get_by_text("email")).or_(page.get_by_text("Rejected")).first.wait_for()
    walk.look(page)
    page.get_by_role("button", name="Load 4 lines").click()
    page.get_by_role("heading", name="The file is loaded").wait_for()
    walk.look(page)
    assert Partner.objects.count() == 4

    file, first, second = deployments_file(walk)
    upload(walk, page, "/deployments/import/", "File", file, "Look at what it would do")
    page.get_by_role("heading", name="What the file would do").wait_for()
    walk.look(page)
    page.get_by_role("button", name="Load 2 lines").click()
    page.get_by_role("heading", name="The file is loaded").wait_for()
    walk.look(page)
    assert Deployment.objects.get(school=first).status == DeploymentStatus.CONFIRMED
    assert Deployment.objects.get(school=second).status == DeploymentStatus.AGREED

    known = problems_of(walk.authority, TODAY)
    page.goto("/reports/problems/")
    walk.look(page)
    page.get_by_text(f"{len(known)} problems").first.wait_for()
    found = {(problem.kind, problem.subject) for problem in known}
    waiting = Deployment.objects.get(school=second)
    assert {
        ("serving_head_without_school", "partner:P990003"), ("sip_will_work_nowhere", "partner:P990004"),
        ("deployment_not_confirmed", f"deployment:{waiting.pk}"), ("no_calendar", "authority:850"),
        ("no_primary_programme_start", "authority:850"),
    } <= found  # fmt: skip
    sound = {"partner:P990001", "partner:P990002", f"deployment:{Deployment.objects.get(school=first).pk}"}
    assert {kind for kind, subject in found if subject in sound} <= {"nothing_declared", "interests_not_declared"}
    assert {kind for kind, _subject in found if kind == "overlapping_heads"} == set()


def test_the_administrator_settles_what_the_next_extract_asks(walk, shared_data):
    """The next day's extract closes a school: what it touches is on My work, and goes once it is settled."""
    page = walk.as_("administrator")
    upload(walk, page, "/schools/import/", "Extract", shared_data / "gias" / EXTRACT, "Check the file")
    page.get_by_role("button", name="Load 520 lines").click()
    page.get_by_role("heading", name="What it did").wait_for()
    school = School.objects.filter(phase="primary", governance="community", status="open").order_by("urn").first()
    text = (shared_data / "gias" / EXTRACT).read_bytes().decode("cp1252")
    row = next(row for row in csv.DictReader(text.splitlines()) if row["URN"] == school.urn)
    row |= {"EstablishmentStatus (code)": "2", "EstablishmentStatus (name)": "Closed", "CloseDate": "22-04-2022"}
    kept = [
        name for name in ("URN", "LA (code)", "EstablishmentName", "EstablishmentStatus (code)", "CloseDate") if name in row
    ]
    file = write(walk.folder / "extract20220424.csv", [{name: row[name] for name in kept}])
    upload(walk, page, "/schools/import/", "Extract", file, "Check the file")
    page.get_by_role("heading", name="What the file would do").wait_for()
    page.get_by_text("Closed", exact=True).first.wait_for()
    walk.look(page)
    page.get_by_role("button", name="Load 1 line").click()
    page.get_by_role("heading", name="What it did").wait_for()
    walk.look(page)
    task = RegisterTask.objects.get()
    page.goto("/")
    page.get_by_role("link", name=task.says).click()
    page.get_by_role("heading", name="School closed").wait_for()
    walk.look(page)
    page.goto(f"/schools/{school.urn}/")
    walk.look(page)
    page.goto("/schools/tasks/")
    walk.look(page)
    page.get_by_role("link", name="School closed").click()
    page.get_by_role("button", name="Settle it").click()
    walk.look(page)
    page.get_by_role("radio", name="Done: the records say what is true now").check()
    page.get_by_role("button", name="Settle it").click()
    page.get_by_role("heading", name="What became of it").wait_for()
    walk.look(page)
    task.refresh_from_db()
    assert not task.is_open
    page.goto("/schools/tasks/")
    walk.look(page)
