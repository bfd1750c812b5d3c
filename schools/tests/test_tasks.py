"""What changes in the national register ask somebody to settle (issue 3: schools; D-15, SCH-6, DEP-20, SCH-18)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.actions import Refused
from accounts.models import Authority
from accounts.permissions import Role
from accounts.tests import factories as people
from partners.tests.factories import complete_checks, engage, make_deployment, make_partner
from schools import actions
from schools.imports import import_links, import_schools
from schools.models import Post, RegisterTask, School, SchoolLink, SharingOptOut, TaskKind, TaskOutcome
from schools.tests.extracts import academy, closed, file_of, line
from schools.tests.factories import AT, make_chair, make_head, make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

TODAY = date(2010, 1, 4)  # Monday
NOW = datetime(2010, 1, 4, 9, 0, tzinfo=ZoneInfo("Europe/London"))
FIRST, LATER = date(2009, 9, 1), date(2009, 12, 1)


@pytest.fixture
def hampshire():
    for code, name in (("886", "Kent"), ("928", "Northamptonshire")):
        Authority.objects.update_or_create(code=code, defaults={"name": name})
    authority = Authority.objects.update_or_create(code="850", defaults={"name": "Hampshire"})[0]
    people.policy(authority, "kent")
    people.member(Role.ADMINISTRATOR, at=authority)
    return authority


@pytest.fixture
def load(tmp_path):
    def load(*rows, as_at=LATER, **options):
        path = file_of(tmp_path, *rows, name="extract.csv")
        return import_schools(source=path, as_at=as_at, by=None, at=NOW, on=TODAY, **options)

    return load


@pytest.fixture
def school(hampshire, load):
    """A school of the register with a SIP at work there."""
    load(line(), as_at=FIRST)
    school = School.objects.get(urn="900001")
    partner = make_partner("Sarah Able", sectors={"primary": date(2008, 9, 1)}, authorities=[hampshire])
    complete_checks(engage(partner, hampshire), on=date(2009, 8, 3))
    school.deployment = make_deployment(partner, school, starts_on=date(2009, 9, 1))
    return school


def tasks(kind=None):
    rows = RegisterTask.objects.filter(**({"kind": kind} if kind else {})).order_by("subject")
    return [task.subject for task in rows]


def test_the_first_load_asks_nothing(school):
    assert not RegisterTask.objects.exists()


def test_a_new_head_asks_about_deployment_post_and_recipient(school, load):
    """DEP-20: the new head and the SIP are to get to know each other."""
    load(line(HeadFirstName="Ben", HeadLastName="Later"))
    new = Post.objects.get(school=school, full_name="Ben Later")
    assert tasks() == [f"deployment:{school.deployment.pk}", f"post:{new.pk}", "recipient:900001:head"]
    task = RegisterTask.objects.get(subject=f"post:{new.pk}")
    assert (task.kind, task.was, task.now, task.about_on) == ("new_head", "Ann Early", "Ben Later", LATER)
    assert (task.authority.code, task.run.kind, task.url) == ("850", "schools", "/schools/900001/people/")
    assert "invite" in task.says
    of_deployment = RegisterTask.objects.get(subject=f"deployment:{school.deployment.pk}")
    assert "introduce the SIP to the new headteacher" in of_deployment.says
    assert of_deployment.url == reverse("partners:deployment-detail", args=[school.deployment.pk])


def test_an_old_head_with_an_account_is_asked_about_too(school, load):
    user = people.user("Ann Early")
    old = Post.objects.get(school=school)
    Post.objects.filter(pk=old.pk).update(user=user)
    load(line(HeadFirstName="Ben", HeadLastName="Later"))
    assert f"post:{old.pk}" in tasks()


def test_the_same_file_twice_asks_nothing_twice(school, load):
    changed = line(HeadFirstName="Ben", HeadLastName="Later")
    load(changed)
    before = list(RegisterTask.objects.order_by("pk").values())
    load(changed)
    load(changed, as_at=date(2009, 12, 2))
    assert list(RegisterTask.objects.order_by("pk").values()) == before


def test_a_closure_asks_about_everything_there(school, load):
    chair = make_chair(school)
    SharingOptOut.objects.create(school=school, recipient="diocese", starts_on=FIRST, recorded_at=AT)
    load(closed(on="31-12-2009"))
    head = Post.objects.get(school=school, kind="head")
    opted = SharingOptOut.objects.get()
    assert set(tasks(TaskKind.CLOSURE)) == {
        f"deployment:{school.deployment.pk}", f"opt_out:{opted.pk}", f"post:{head.pk}", f"post:{chair.pk}",
        "recipient:900001:chair", "recipient:900001:head",
    }  # fmt: skip
    assert RegisterTask.objects.first().about_on == date(2010, 1, 1)
    of_chair = RegisterTask.objects.get(subject="recipient:900001:chair")
    assert of_chair.says == (
        f"The chair of governors was to receive the notes of {school.name} that are not issued yet: say who receives them now"
    )


def test_a_school_that_opens_again_asks_no_longer_what_its_closure_asked(school, load):
    """One file says closed, the next says open: nobody is to end the deployment of an open school."""
    load(closed(on="31-12-2009"))
    done = RegisterTask.objects.filter(kind=TaskKind.CLOSURE).order_by("pk").first()
    actions.settle_task(task=done, outcome=TaskOutcome.DONE, note="", by=people.user(), at=AT)
    load(line(), as_at=date(2010, 2, 1))
    assert not RegisterTask.objects.filter(kind=TaskKind.CLOSURE, settled_at=None).exists()
    outcomes = RegisterTask.objects.filter(kind=TaskKind.CLOSURE).exclude(pk=done.pk).values_list("outcome", flat=True)
    assert set(outcomes) == {TaskOutcome.OVERTAKEN}
    done.refresh_from_db()
    assert done.outcome == TaskOutcome.DONE


def test_a_deployment_that_ended_before_the_closure_is_left_alone(school, load):
    type(school.deployment).objects.filter(pk=school.deployment.pk).update(ends_on=date(2009, 12, 30))
    load(closed(on="31-12-2009"))
    assert f"deployment:{school.deployment.pk}" not in tasks()


def test_a_conversion_asks_and_the_sip_of_an_academy_is_the_departments(school, load):
    """SCH-6."""
    load(academy())
    assert tasks(TaskKind.CONVERSION)
    assert not tasks(TaskKind.CLOSURE)
    says = RegisterTask.objects.get(subject=f"deployment:{school.deployment.pk}").says
    assert "the Department looks after academies' SIPs" in says


def test_a_change_of_authority_asks_the_old_one_for_the_deployment_and_the_new_one_for_the_posts(school, load):
    make_head(school, full_name="Entered Here")
    load(line(LA_code="886", LA_name="Kent"))
    by_subject = {task.subject: task for task in RegisterTask.objects.all()}
    deployment = by_subject[f"deployment:{school.deployment.pk}"]
    assert (deployment.authority.code, deployment.was, deployment.now) == ("850", "Hampshire", "Kent")
    assert {task.authority.code for subject, task in by_subject.items() if subject.startswith("post:")} == {"886"}


def test_nobody_is_asked_about_heads_of_authorities_that_do_not_use_the_service(hampshire, load):
    load(line("900009", LA_code="886"), as_at=FIRST)
    load(line("900009", LA_code="886", HeadLastName="Later"))
    assert not RegisterTask.objects.exists()


# Links.


def links(*rows, **options):
    text = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n" + "\n".join(",".join(row) for row in rows)
    return import_links(content=text.encode(), file_name="links.csv", by=None, at=NOW, on=TODAY, **options)


def test_a_merger_takes_the_place_of_the_closure_and_names_the_successor(school, load):
    load(closed(on="31-12-2009"), line("900002", EstablishmentName="Brook Lane Primary School"))
    closure = RegisterTask.objects.get(kind=TaskKind.CLOSURE, subject=f"deployment:{school.deployment.pk}")
    report = links(
        ("900001", "900002", "x", "Successor - merged", "31-12-2009"),
        ("900002", "900001", "y", "Predecessor - merged", "01-01-2010"),
    )
    assert (report.read, report.created, report.skipped, report.rejected) == (2, 1, 1, [])
    link = SchoolLink.objects.get()
    assert (link.predecessor.urn, link.school.urn, link.kind, link.since_on) == (
        "900001",
        "900002",
        "merged",
        date(2010, 1, 1),
    )
    merger = RegisterTask.objects.get(kind=TaskKind.MERGER, subject=f"deployment:{school.deployment.pk}")
    assert "Brook Lane Primary School (900002)" in merger.says
    closure.refresh_from_db()
    assert (closure.outcome, closure.settled_by) == (TaskOutcome.OVERTAKEN, None)
    before = RegisterTask.objects.count()
    again = links(("900001", "900002", "x", "Successor - merged", "31-12-2009"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert RegisterTask.objects.count() == before


def test_a_school_that_an_academy_followed_is_a_conversion(school, load):
    load(closed(on="31-12-2009"), academy("900002"))
    links(("900001", "900002", "x", "Successor", "31-12-2009"))
    assert f"deployment:{school.deployment.pk}" in tasks(TaskKind.CONVERSION)


def test_a_closure_of_a_school_whose_successor_is_known_says_so_at_once(school, load):
    load(line(), line("900002", EstablishmentName="Brook Lane Primary School"), as_at=date(2009, 10, 1))
    links(("900001", "900002", "x", "Successor", "01-01-2010"))
    known = RegisterTask.objects.count()
    load(closed(on="31-12-2009"), line("900002", EstablishmentName="Brook Lane Primary School"))
    assert RegisterTask.objects.count() == known
    assert not tasks(TaskKind.CLOSURE)


# Settling.


@pytest.fixture
def task(school, load):
    load(line(HeadFirstName="Ben", HeadLastName="Later"))
    return RegisterTask.objects.get(subject=f"deployment:{school.deployment.pk}")


def test_settling_keeps_who_when_and_what(task):
    user = people.user()
    actions.settle_task(task=task, outcome="done", note="", by=user, at=NOW)
    task.refresh_from_db()
    assert (task.outcome, task.settled_by, task.settled_at) == ("done", user, NOW)
    assert AuditEvent.objects.filter(what="task.settle", subject=f"task:{task.pk}").count() == 1


@pytest.mark.parametrize(
    ("outcome", "note", "says"),
    [("overtaken", "because", "Select what became of it"), ("nothing", ".", "Say why"), ("mistaken", "", "Say why")],
)
def test_settling_without_a_word_is_refused(task, outcome, note, says):
    with pytest.raises(Refused, match=says):
        actions.settle_task(task=task, outcome=outcome, note=note, by=people.user(), at=NOW)
    task.refresh_from_db()
    assert task.is_open
    assert not AuditEvent.objects.filter(what="task.settle").exists()


def test_settling_twice_is_refused(task):
    user = people.user()
    actions.settle_task(task=task, outcome="done", note="", by=user, at=NOW)
    with pytest.raises(Refused, match="settled this already"):
        actions.settle_task(task=task, outcome="nothing", note="Not needed", by=user, at=NOW)
    task.refresh_from_db()
    assert task.outcome == "done"


# Pages.


def test_the_administrator_finds_opens_and_settles_a_task(task, as_role, clock_at, hampshire):
    clock_at("2010-01-04 10:00")
    client = as_role(Role.ADMINISTRATOR, at=hampshire)
    queue = client.get(reverse("schools:task-list"))
    assert queue.context["listing"].count == 3
    assert "3 changes to settle" in queue.content.decode()
    page = client.get(reverse("schools:task-detail", args=[task.pk])).content.decode()
    assert task.url in page
    assert "Ben Later" in page
    assert "Settle it" in page
    on_school = client.get(reverse("schools:school-detail", args=["900001"])).content.decode()
    assert reverse("schools:task-detail", args=[task.pk]) in on_school
    address = reverse("schools:task-settle", args=[task.pk])
    form = client.get(address).context["form"]
    sent = {"outcome": "done", "note": "", "form_key": str(form["form_key"].value())}
    refusal = client.post(address, {**sent, "outcome": "nothing", "note": ""}).context["form"]
    assert refusal.errors == {"note": ["Say why, in a few words"]}  # beside the box, and the summary leads there
    client.post(address, sent)
    assert client.get(reverse("schools:task-list")).context["listing"].count == 2
    assert client.get(reverse("schools:task-list"), {"state": "settled"}).context["listing"].count == 1
    settled = client.get(reverse("schools:task-detail", args=[task.pk])).content.decode()
    assert "What became of it" in settled
    assert "Settle it" not in settled


def test_a_task_is_its_authoritys_alone(task, as_role, clock_at):
    clock_at("2010-01-04 10:00")
    other = as_role(Role.ADMINISTRATOR)
    assert other.get(reverse("schools:task-detail", args=[task.pk])).status_code == 404
    assert other.post(reverse("schools:task-settle", args=[task.pk])).status_code == 404
    assert other.get(reverse("schools:task-list")).context["listing"].count == 0
    assert other.get(reverse("schools:task-list"), {"format": "csv"}).getvalue().decode().count("\n") == 1


def test_the_queue_is_filtered_and_exported_as_shown(task, as_role, clock_at, hampshire):
    clock_at("2010-01-04 10:00")
    client = as_role(Role.MANAGER, at=hampshire)
    assert client.get(reverse("schools:task-list"), {"kind": "closure"}).context["listing"].count == 0
    text = client.get(reverse("schools:task-list"), {"kind": "new_head", "format": "csv"}).getvalue().decode()
    assert text.count("900001") >= 3


def test_forty_tasks_cost_the_queries_of_one(task, as_role, clock_at, hampshire, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock_at("2010-01-04 10:00")
    client = as_role(Role.ADMINISTRATOR, at=hampshire)
    client.get(reverse("schools:task-list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("schools:task-list"))
    RegisterTask.objects.bulk_create(
        RegisterTask(
            authority=hampshire,
            school=make_school(str(910000 + number), authority=hampshire),
            kind="closure",
            subject=f"post:{number}",
            says="x",
            url="/",
            key=f"k{number}",
            raised_at=NOW,
        )
        for number in range(40)
    )
    with django_assert_num_queries(len(one)):
        client.get(reverse("schools:task-list"))
