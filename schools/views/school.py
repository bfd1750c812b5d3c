"""A school's page and its tabs."""

from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import can, requires
from accounts.permissions import P
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import capitalised, counted, day, in_sentence, span

from .. import panels, timeline
from ..facts import GOVERNANCE_NAMES, PHASE_NAMES, Status
from ..kinds import BY_KEY
from ..models import ROLES_OF_POSTS, FactSource, Inspection, PostKind, School
from ..provenance import SOURCES
from ..registers import SchoolRegister, own_school
from ..selectors import head_on, last_inspection, posts_on, standing_warnings, visit_pack
from .overview import Overview
from .records import record_row
from .sections import RecordRows, sip_source_rows
from .shared import school_of

school_list = requires(P.SCHOOL_VIEW)(SchoolRegister.as_view())


def frame(request, school: School, current: str) -> dict:
    """What every tab has: heading, tags, essentials and the sub navigation."""
    viewer, on = request.viewer, request.viewer.on
    sees_people = can(viewer, P.SCHOOL_PEOPLE, school)
    tabs = [
        ("school-detail", "Overview", True),
        ("school-sip", "SIP and history", viewer.has(P.DEPLOYMENT_VIEW) and panels.has_panels(panels.SIP)),
        ("school-visits", "Visits and notes", sees_visits(viewer) and panels.has_panels(panels.VISITS)),
        ("school-inspections", "Inspections", True),
        ("school-pack", "Visit pack", can(viewer, P.CONCERN_VIEW, school)),
        ("school-people", "People", sees_people),
        ("school-record", "Record", viewer.has(P.RECORD_VIEW)),
    ]
    return {
        "school": school,
        "tags": [Tag(school.get_phase_display(), "blue"), school.status_tag],
        "essentials": essentials(request, school, sees_people),
        "warning": ". ".join(standing_warnings(school, viewer=viewer, on=on)),
        "tabs": [
            Link(label, reverse(f"schools:{name}", args=[school.urn]), is_current=name == current)
            for name, label, is_shown in tabs
            if is_shown
        ],
        "breadcrumbs": [] if own_school(viewer) else [("Schools", reverse("schools:school-list"))],
        "on": on,
    }


def sees_visits(viewer) -> bool:
    return viewer.has(P.VISIT_VIEW) or viewer.has(P.NOTE_VIEW)


def essentials(request, school: School, sees_people: bool) -> list[tuple[str, str, str]]:
    """The line under the heading, as label, text and address."""
    viewer, on = request.viewer, request.viewer.on
    found = []
    if sees_people:
        head = head_on(school, on)
        found.append(("Headteacher", head.full_name if head else "Not known", ""))
    found += panels.essentials_of(viewer, school, on)
    if school.category:
        found.append(("Category", capitalised(school.category), ""))
    inspection = last_inspection(school, on)
    if inspection is not None:
        url = reverse("schools:school-inspections", args=[school.urn])
        found.append(("Last inspection", day(inspection.starts_on), url))
    return found


@require_safe
@requires(P.SCHOOL_VIEW)
def school_detail(request, urn):
    """What a school is and what the SIP programme asks of it."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    overview = Overview(request.viewer, school, request.viewer.on)
    may_suggest = can(request.viewer, P.SCHOOL_SUGGEST, school)
    context = {
        **frame(request, school, "school-detail"),
        "sections": overview.sections(),
        "suggest_url": reverse("schools:suggestion-list", args=[urn]) if may_suggest else "",
        "panels": panels.panels_of(panels.OVERVIEW, request.viewer, school, request.viewer.on),
    }
    return render(request, "schools/school.html", context)


@require_safe
@requires(P.DEPLOYMENT_VIEW)
def school_sip(request, urn):
    """Who has been the school's SIP."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    rows = sip_source_rows(request.viewer, school, request.viewer.on)
    return panel_tab(request, school, "school-sip", panels.SIP, "SIP and history", "The school has had no SIP yet.", rows)


@require_safe
@requires(P.SCHOOL_VIEW)
def school_visits(request, urn):
    """The visits to a school and the notes of them that the viewer may read."""
    if not sees_visits(request.viewer):
        raise Http404("Not for this person")
    school = school_of(request, P.SCHOOL_VIEW, urn)
    return panel_tab(request, school, "school-visits", panels.VISITS, "Visits and notes", "There are no visits to show yet.")


def panel_tab(request, school, name, tab, title, empty, rows=()):
    context = {
        **frame(request, school, name),
        "rows": rows,
        "title": title,
        "empty": empty,
        "panels": panels.panels_of(tab, request.viewer, school, request.viewer.on),
    }
    return render(request, "schools/panels.html", context)


@require_safe
@requires(P.SCHOOL_VIEW)
def school_inspections(request, urn):
    """What inspectors found, the latest first, and the category that the school is in (SCH-15)."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    viewer = request.viewer
    may_edit = can(viewer, P.SCHOOL_EDIT, school)
    kind = BY_KEY["inspections"]
    rows = Inspection.objects.standing().filter(school=school).visible_to(viewer).order_by("-starts_on", "-pk")
    context = {
        **frame(request, school, "school-inspections"),
        "category": [RecordRows(viewer, school, viewer.on, may_edit).row("ofsted-category", "In no category")],
        "inspections": [
            {
                "title": f"{row.title}, {span(row.starts_on, row.ends_on)}",
                "rows": [replace(record_row(viewer, kind, row, may_edit), key="What was found")],
                "grades": [SummaryRow(says, grade) for says, grade in row.graded_lines()],
            }
            for row in rows.select_related("school")
        ],
        "add_url": reverse("schools:record-add", args=[urn, kind.key]) if may_edit else "",
    }
    return render(request, "schools/inspections.html", context)


@require_safe
@requires(P.CONCERN_VIEW)
def school_pack(request, urn):
    """The eleven items that a SIP needs before a visit, with the age of each (SCH-22, HND-12)."""
    school = school_of(request, P.CONCERN_VIEW, urn)
    viewer = request.viewer
    rows = [
        SummaryRow(
            row.item.says,
            [row.held, f"Last updated on {day(row.updated_on)}"] if row.held else "Not held",
            note=f"From {in_sentence(row.supplier)}",
        )
        for row in visit_pack(school, viewer=viewer, on=viewer.on)
    ]
    context = {
        **frame(request, school, "school-pack"),
        "rows": rows,
        "papers_url": reverse("schools:record-list", args=[urn, "papers"]),
        "papers_label": "Plans and papers held",
    }
    return render(request, "schools/pack.html", context)


@require_safe
@requires(P.SCHOOL_VIEW)
def type_list(request):
    """Open schools by type and by phase; each number leads to its schools (SCH-20)."""
    schools = School.objects.visible_to(request.viewer, P.SCHOOL_VIEW).filter(status=Status.OPEN)
    return render(request, "schools/types.html", {
        "types": counts_of(schools, "governance", "type", GOVERNANCE_NAMES),
        "phases": counts_of(schools, "phase", "phase", PHASE_NAMES),
        "breadcrumbs": [("Schools", reverse("schools:school-list"))],
    })  # fmt: skip


def counts_of(schools, column: str, parameter: str, names) -> list[SummaryRow]:
    """How many schools have each value of a column, in the order of its names; values that none has are left out."""
    counts = dict(schools.order_by().values_list(column).annotate(count=Count("pk")))
    found = []
    for value, name in names.items():
        if counts.get(value.value):
            query = urlencode({"applied": 1, "status": Status.OPEN.value, parameter: value.value})
            link = Link("See them", f"{reverse('schools:school-list')}?{query}", f": {in_sentence(name)}")
            found.append(SummaryRow(name, counted(counts[value.value], "school"), (link,)))
    return found


@require_safe
@requires(P.SCHOOL_PEOPLE)
def school_people(request, urn):
    """Who leads and governs the school, now and before."""
    school = school_of(request, P.SCHOOL_PEOPLE, urn)
    may_edit = can(request.viewer, P.SCHOOL_EDIT, school)
    now = posts_on(school, request.viewer.on)
    others = school.posts.exclude(pk__in=[post.pk for post in now]).order_by("-ends_on", "-pk")
    kinds = [
        (kind.label, [post_row(post, may_edit) for post in now if post.kind == kind], f"No {in_sentence(kind.label)} is known")
        for kind in PostKind
    ]
    context = {
        **frame(request, school, "school-people"),
        "kinds": kinds,
        "earlier": [
            SummaryRow(post.full_name, f"{post.get_kind_display()}, {span(post.starts_on, post.ends_on)}") for post in others
        ],
        "add_url": reverse("schools:post-add", args=[school.urn]) if may_edit else "",
    }
    return render(request, "schools/people.html", context)


def post_row(post, may_edit) -> SummaryRow:
    words = [
        "Acting" if post.is_acting else "",
        "Absent at present" if post.is_absent else "",
        post.job_title,
        f"Greeted as {post.greeting}" if post.greeting else "",
        span(post.starts_on, post.ends_on),
        post.email,
        f"Direct line {post.phone}" if post.phone else "",
        f"Mobile {post.mobile}" if post.mobile else "",
    ]
    if may_edit and post.kind in ROLES_OF_POSTS:
        words.append("Has an account" if post.user_id else "Has no account")
    note = f"{SOURCES[FactSource(post.source)]} on {day(post.recorded_at)}"
    return SummaryRow(post.full_name, [word for word in words if word], post_links(post) if may_edit else (), note)


def post_links(post) -> tuple[Link, ...]:
    of = [post.school.urn, post.pk]
    found = [Link("Change", reverse("schools:post-change", args=of), f"the details of {post.full_name}")]
    if not post.user_id and post.kind in ROLES_OF_POSTS:
        found.append(Link("Invite", reverse("schools:post-invite", args=of), f"{post.full_name} to an account"))
    found.append(Link("End", reverse("schools:post-end", args=of), f"the post of {post.full_name}"))
    return tuple(found)


@require_safe
@requires(P.RECORD_VIEW)
def school_record(request, urn):
    """Everything that happened to the school, newest first."""
    school = school_of(request, P.RECORD_VIEW, urn)
    events = AuditEvent.objects.filter(school_id=school.pk)
    events = timeline.kept_to(request.viewer, school, events)
    context = {**frame(request, school, "school-record"), "events": timeline.events_of(events)}
    return render(request, "schools/record.html", context)
