"""Dated records of schools that contradict each other or lack something, with the cure; a fixed number of queries."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import Authority
from accounts.selectors import policy_on
from sipmanager.core.wording import counted

from ..facts import Status
from ..finances import Trigger
from ..inspecting import Verdict
from ..models import (
    CategoryOfOfsted,
    Concern,
    ConcernFlag,
    FactKind,
    FactSource,
    FinanceFlag,
    Inspection,
    Post,
    PostKind,
    School,
    SchoolFact,
)
from .on_a_day import served_on
from .wrong import Wrong

LEAST_PANEL = 3  # governors who review the head (SCH-10)


def wrong_records(authority: Authority, on: date) -> Iterator[Wrong]:
    """What can be wrong in the records of an authority's schools."""
    schools = served_on(authority.pk, on).filter(status=Status.OPEN)
    for find in (_heads, _panels, _concerns, _ofsted, _finance):
        yield from find(schools, on)
    yield from _categories(authority, schools, on)


def _heads(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """Two heads on one day, past or present; an absent one and whoever acts for them are not two."""
    spans = {
        "first": Coalesce("starts_on", Value(date.min), output_field=DateField()),
        "last": Coalesce("ends_on", Value(date.max), output_field=DateField()),
    }
    posts = Post.objects.filter(kind=PostKind.HEAD, is_absent=False).annotate(**spans)
    others = posts.filter(school=OuterRef("school"), pk__gt=OuterRef("pk"))
    # Two whom the national register names in one line lead the school together.
    together = Q(source=FactSource.GIAS, recorded_at=OuterRef("recorded_at"), first=OuterRef("first"))
    others = others.exclude(together)
    overlapping = posts.filter(Exists(others.filter(first__lte=OuterRef("last"), last__gte=OuterRef("first"))))
    cure = "End the post of the one who left on the school's People page: two heads are in post on the same day"
    yield Wrong("overlapping_heads", schools.filter(pk__in=overlapping.values("school_id")), cure)


def _panels(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """A panel that has begun to form and has fewer than three governors (SCH-10)."""
    on_panel = Post.objects.running(on).filter(
        kind__in=(PostKind.PANEL, PostKind.PANEL_CHAIR), school__in=schools.values("pk")
    )
    sizes = dict(on_panel.order_by().values_list("school_id").annotate(size=Count("full_name", distinct=True)))

    def cure(school: School) -> str:
        number = counted(sizes[school.pk], "governor")
        return f"Add governors to the performance management panel, which has {number} and needs three"

    short = [pk for pk, size in sizes.items() if size < LEAST_PANEL]
    yield Wrong("panel_of_fewer_than_three", schools.filter(pk__in=short), cure)


def _concerns(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """A National Challenge school without its risk rating or its days (SCH-14)."""
    flags = ConcernFlag.objects.running(on).filter(concern=Concern.NATIONAL_CHALLENGE)
    unrated = schools.filter(pk__in=flags.filter(Q(risk="") | Q(days=None)).values("school_id"))
    cure = "Enter the risk rating and the days of support on the school's page of concern flags"
    yield Wrong("national_challenge_unrated", unrated, cure)


def _ofsted(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """A category that no inspection speaks for (SCH-15)."""
    inspected = Inspection.objects.standing().filter(school=OuterRef("school"), starts_on__lte=OuterRef("starts_on"))
    rows = CategoryOfOfsted.objects.running(on).filter(~Exists(inspected))
    kinds = (
        (Verdict.SPECIAL_MEASURES, "special_measures_without_inspection"),
        (Verdict.NOTICE_TO_IMPROVE, "notice_to_improve_without_inspection"),
    )
    cure = "Record the inspection that led to the category, or correct the day it was entered"
    for verdict, kind in kinds:
        yield Wrong(kind, schools.filter(pk__in=rows.filter(category=verdict).values("school_id")), cure)


def _finance(schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """The trigger of a category where no category is recorded (FIN-3)."""
    in_category = CategoryOfOfsted.objects.running(on).filter(school=OuterRef("school"))
    flags = FinanceFlag.objects.running(on).filter(~Exists(in_category), trigger=Trigger.CATEGORY)
    cure = "Record the Ofsted category, or clear the finance flag that names one"
    yield Wrong("finance_flag_without_category", schools.filter(pk__in=flags.values("school_id")), cure)


def _categories(authority: Authority, schools: QuerySet[School], on: date) -> Iterator[Wrong]:
    """A support category that the local policy in force has not (SCH-13, POL-23)."""
    allowed = policy_on(authority=authority, on=on).categories
    rows = SchoolFact.objects.running(on).filter(kind=FactKind.CATEGORY).exclude(value__in=allowed)
    cure = "Choose a support category of the local policy, or none"
    yield Wrong("category_not_in_policy", schools.filter(pk__in=rows.values("school_id")), cure)
