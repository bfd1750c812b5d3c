"""What contradicts itself in an authority's schools: closed and led, closed and followed by nobody, open after its end."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import Authority
from sipmanager.core.wording import day

from ..facts import Status
from ..models import Post, RegisterTask, School, SchoolLink
from .on_a_day import served_on
from .wrong import Problem, Wrong


def wrong_facts(authority: Authority, on: date) -> Iterator[Wrong]:
    """What two records of one school can say against each other."""
    schools = served_on(authority.pk, on)
    for find in (_dates, _followed, _numbers):
        yield from find(schools, on)


def posts_and_tasks(authority: Authority, on: date) -> Iterator[Problem]:
    """Who is still in post at a closed school, and changes in the national register to settle; two queries."""
    yield from _led(served_on(authority.pk, on), on)
    for task in RegisterTask.objects.filter(authority=authority, settled_at=None).order_by("raised_at", "pk"):
        yield "register_task_open", f"task:{task.pk}", task.says


def _dates(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """Opened after it closed, or open after its last day."""
    yield Wrong("school_opened_after_it_closed", schools.filter(opened_on__gt=F("closed_on")), _correct_a_day)
    past = schools.filter(status=Status.OPEN, closed_on__lt=on)
    yield Wrong("school_open_after_its_last_day", past, _correct_the_end)


def _correct_a_day(school: School) -> str:
    return f"It opened on {day(school.opened_on)} and closed on {day(school.closed_on)}: correct one of the days"


def _correct_the_end(school: School) -> str:
    return f"It is open and its last day was {day(school.closed_on)}: load a newer extract, or correct the day"


def _followed(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """A school that another has followed and that is open still; a merger leaves the one open that took the other in."""
    past = SchoolLink.objects.filter(predecessor=OuterRef("pk"), since_on__lte=on, school__status=Status.OPEN)
    cure = "Another school followed this one: load a newer extract that closes it, or correct the link"
    yield Wrong("school_followed_and_open", schools.filter(Exists(past), status=Status.OPEN), cure)


def _led(schools: QuerySet[School], on: date) -> Iterator[Problem]:
    """A closed school at which somebody with an account is still in post: they would see it as theirs."""
    posts = Post.objects.running(on).filter(school__in=schools.filter(status=Status.CLOSED).values("pk"), user__isnull=False)
    for post in posts.select_related("school").order_by("school__name", "pk"):
        cure = f"End the post of {post.full_name}, {post.get_kind_display().lower()}: the school is closed"
        yield "post_at_closed_school", post.school.audit_subject, cure


def _numbers(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
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
    yield Wrong("establishment_number_twice", schools.filter(wanted, status=Status.OPEN), _correct_the_number)


def _correct_the_number(school: School) -> str:
    return f"Another open school has the establishment number {school.establishment_number} too: correct one of them"
