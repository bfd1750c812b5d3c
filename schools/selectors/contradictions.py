"""What contradicts itself in an authority's schools: closed and led, closed and followed by nobody, open after its end."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Authority
from sipmanager.core.wording import day

from ..facts import Status
from ..models import Post, RegisterTask, School, SchoolLink
from .on_a_day import served_on

Problem = tuple[str, str, str]


def of_contradictions(authority: Authority, on: date) -> Iterator[Problem]:
    """What two records of one school say against each other, as kind, subject and cure; a fixed number of queries."""
    schools = served_on(authority.pk, on).order_by("name", "pk")
    for find in (_dates, _followed, _led, _numbers):
        yield from find(schools, on)
    for task in RegisterTask.objects.filter(authority=authority, settled_at=None).order_by("raised_at", "pk"):
        yield "register_task_open", f"task:{task.pk}", task.says


def _dates(schools: QuerySet[School], on: date) -> Iterator[Problem]:
    """Opened after it closed, or open after its last day."""
    for school in schools.filter(opened_on__gt=F("closed_on")):
        says = f"It opened on {day(school.opened_on)} and closed on {day(school.closed_on)}: correct one of the days"
        yield "school_opened_after_it_closed", school.audit_subject, says
    for school in schools.filter(status=Status.OPEN, closed_on__lt=on):
        says = f"It is open and its last day was {day(school.closed_on)}: load a newer extract, or correct the day"
        yield "school_open_after_its_last_day", school.audit_subject, says


def _followed(schools: QuerySet[School], on: date) -> Iterator[Problem]:
    """A school that another has followed and that is open still; a merger leaves the one open that took the other in."""
    past = SchoolLink.objects.filter(predecessor=OuterRef("pk"), since_on__lte=on, school__status=Status.OPEN)
    for school in schools.filter(Exists(past), status=Status.OPEN):
        cure = "Another school followed this one: load a newer extract that closes it, or correct the link"
        yield "school_followed_and_open", school.audit_subject, cure


def _led(schools: QuerySet[School], on: date) -> Iterator[Problem]:
    """A closed school at which somebody with an account is still in post: they would see it as theirs."""
    posts = Post.objects.running(on).filter(school__in=schools.filter(status=Status.CLOSED).values("pk"), user__isnull=False)
    for post in posts.select_related("school").order_by("school__name", "pk"):
        cure = f"End the post of {post.full_name}, {post.get_kind_display().lower()}: the school is closed"
        yield "post_at_closed_school", post.school.audit_subject, cure


def _numbers(schools: QuerySet[School], on: date) -> Iterator[Problem]:
    """Two open schools of one authority with the same establishment number: one of them is another's record."""
    numbered = School.objects.filter(status=Status.OPEN).exclude(establishment_number="")
    twice = (
        numbered.filter(pk__in=schools.values("pk"))
        .order_by()
        .values("local_authority", "establishment_number")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    wanted = Q(pk__in=())
    for row in twice:
        wanted |= Q(local_authority=row["local_authority"], establishment_number=row["establishment_number"])
    for school in schools.filter(wanted, status=Status.OPEN):
        cure = f"Another open school has the establishment number {school.establishment_number} too: correct one of them"
        yield "establishment_number_twice", school.audit_subject, cure
