"""Finding, keeping and comparing SIPs, changing many schools, merging two records (REG-20, SPM-3, SPM-4, SPM-7)."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from accounts.permissions import Role
from accounts.tests import factories as accounts_factories
from partners.models import Merge, Partner, Shortlist
from partners.tests.factories import engage, make_partner
from schools.models import BulkChange, School
from schools.tests.factories import make_school
from sipmanager.core.models import SavedView

from . import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AWARDED = {"primary": date(2009, 1, 12)}  # Monday


@pytest.fixture
def journey(open_page, live_server, as_role, tmp_path, clock_at):
    clock_at(f"{steps.TODAY} 10:00", ticking=True)

    def begin(*, javascript: bool = True) -> steps.Journey:
        walk = steps.begin(
            "kent", folder=tmp_path, address=live_server.url, open_page=open_page, as_role=as_role, javascript=javascript
        )  # fmt: skip
        walk.users["national"] = accounts_factories.member(Role.PROGRAMME, full_name="Nora Field")
        make_school(steps.URN, name=steps.SCHOOL, authority=walk.authority)
        make_school("900002", name=steps.OTHER, authority=walk.authority)
        for number, name in enumerate(("Ann Able", "Bea Brook", "Cay Coast")):
            make_partner(
                name, reference=f"P99000{number}", sectors=AWARDED, authorities=[walk.authority], days_available=5 * number,
                is_htpm_trained=number > 0, pen_portrait="Led two schools by the sea.",
            )  # fmt: skip
        return walk

    return begin


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_spm_4_a_manager_finds_shortlists_compares_and_exports(journey, javascript):
    walk = journey(javascript=javascript)
    page = walk.as_("manager")
    page.goto("/partners/find/")
    walk.look(page)
    find(page, javascript)
    for name in ("Bea Brook", "Cay Coast"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Add to a shortlist").click()
    page.get_by_role("heading", name="Add 2 SIPs to a shortlist").wait_for()
    walk.look(page)
    page.get_by_label("Name of the shortlist").fill("Coastal schools")
    page.get_by_label("URN of the school it is for").fill(steps.URN)
    page.get_by_label("Share it with").check()
    page.get_by_role("button", name="Add to the shortlist").click()
    page.get_by_role("heading", name="Coastal schools").wait_for()
    walk.look(page)
    page.get_by_role("link", name="Add a note on Cay Coast").click()
    page.get_by_label("Note", exact=True).fill("Knows the coast")
    page.get_by_role("button", name="Save the note").click()
    page.get_by_role("button", name="Move up Cay Coast").click()
    page.get_by_role("button", name="Move down Cay Coast").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text(encoding="utf-8-sig"))))
    assert [(row["Name"], row["Note"]) for row in rows] == [("Cay Coast", "Knows the coast"), ("Bea Brook", "")]
    for name in ("Cay Coast", "Bea Brook"):
        page.get_by_label(f"Compare {name}").check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Compare School Improvement Partners").wait_for()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.get_by_role("rowheader", name=f"Could take {steps.SCHOOL}").is_visible()
    walk.look(page)
    page.set_viewport_size({"width": 320, "height": 900})
    assert not page.get_by_role("table").is_visible()
    assert page.get_by_role("heading", name="Bea Brook").is_visible()
    page.goto("/partners/shortlists/")
    page.get_by_role("link", name="Coastal schools").wait_for()
    walk.look(page)
    assert Shortlist.objects.get().is_shared


def find(page, javascript: bool) -> None:
    """Those trained in HTPM, saved as a view; with scripts the box answers while one types, one request for all the keys."""
    if javascript:
        page.set_viewport_size({"width": 1280, "height": 900})
        asked = []
        page.on("request", lambda request: asked.append(request.url) if request.headers.get("x-part") else None)
        page.get_by_label("Name or reference").press_sequentially("coast", delay=20)
        page.get_by_text("1 SIP", exact=True).wait_for()
        page.get_by_role("link", name="Ann Able").wait_for(state="detached")
        assert len(asked) == 1
        assert "q=coast" in page.url
        page.get_by_label("Name or reference").fill("")
        page.get_by_role("link", name="Ann Able").wait_for()
    page.get_by_role("group", name="HTPM-trained").get_by_label("Yes").check()
    page.get_by_role("button", name="Apply filters").first.click()
    page.get_by_text("2 SIPs", exact=True).wait_for()
    page.get_by_text("Saved views").click()
    page.get_by_label("Save the filters and the order in use as").fill("Trained ones")
    page.get_by_role("button", name="Save this view").click()
    page.get_by_role("alert").wait_for()
    assert "htpm=yes" in SavedView.objects.get().query
    page.get_by_text("Saved views (1)").click()
    page.get_by_role("link", name="Trained ones").click()
    page.get_by_text("2 SIPs", exact=True).wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_spm_3_a_manager_changes_the_category_of_many_schools_and_takes_it_back(journey, javascript):
    walk = journey(javascript=javascript)
    page = walk.as_("manager")
    page.goto("/schools/")
    walk.look(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    if javascript:
        page.get_by_role("button", name="Tick all on this page").click()
    else:
        page.get_by_label(f"Choose {steps.SCHOOL}").check()
        page.get_by_label(f"Choose {steps.OTHER}").check()
    page.get_by_role("button", name="Change them").click()
    page.get_by_role("heading", name="Change 2 schools").wait_for()
    walk.look(page)
    page.get_by_label("Support category").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("group", name="Support category").get_by_role("radio").first.check()
    steps.fill_date(page, "Date of change", 2, 11, 2009)
    walk.look(page)
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("heading", name="Check the change").wait_for()
    walk.look(page)
    assert not School.objects.exclude(category="").exists()
    page.get_by_role("button", name="Change 2 schools").click()
    page.get_by_role("heading", name="What was changed").wait_for()
    walk.look(page)
    assert School.objects.exclude(category="").count() == 2
    page.get_by_role("button", name="Undo this change").click()
    page.get_by_role("button", name="Change 2 schools").click()
    page.get_by_role("heading", name="What was changed").wait_for()
    assert not School.objects.exclude(category="").exists()
    assert BulkChange.objects.count() == 2


def test_national_staff_merge_two_records_that_a_manager_points_out(journey):
    walk = journey()
    twin = make_partner(
        "ABLE, ANN", reference="P990009", email="ann@home.example.org", sectors={"secondary": date(2009, 1, 12)},
        authorities=[walk.authority],
    )  # fmt: skip
    engage(twin, walk.authority)
    page = walk.as_("manager")
    page.goto("/partners/duplicates/")
    walk.look(page)
    page.get_by_role("link", name="ABLE, ANN").click()
    walk.look(page)
    page.get_by_role("button", name="Ask for the merge").click()
    page.get_by_label("Why are they one person?").fill("She told us so")
    page.get_by_role("button", name="Ask for the merge").click()
    page.get_by_role("alert").wait_for()
    page = walk.as_("national")
    page.goto("/partners/duplicates/")
    page.get_by_text("Merge asked for").wait_for()
    walk.look(page)
    page.get_by_role("link", name="ABLE, ANN").click()
    page.get_by_role("button", name="Merge the two records").click()
    page.get_by_role("heading", name="Merge P990000 and P990009").wait_for()
    walk.look(page)
    page.get_by_role("group", name="Which reference stays?").get_by_label("P990000").check()
    page.get_by_role("group", name="Full name").get_by_label("Ann Able").check()
    page.get_by_label("How do you know that they are one person?").fill("Her manager told us, and both awards are hers")
    page.get_by_role("button", name="Merge the two records").click()
    page.get_by_role("heading", name="Ann Able").wait_for()
    walk.look(page)
    assert Merge.objects.get().gone_id == twin.pk
    assert set(Partner.objects.get(reference="P990000").accreditations.values_list("sector", flat=True)) == {
        "primary",
        "secondary",
    }
    page.goto("/partners/P990009/accreditation/")
    assert page.url.endswith("/partners/P990000/accreditation/")
