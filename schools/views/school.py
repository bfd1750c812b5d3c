"""A school's page and its tabs."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import can, requires
from accounts.permissions import P
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import span

from .. import panels, timeline
from ..models import PostKind, School, SharingOptOut
from ..registers import SchoolRegister, own_school
from ..selectors import head_on, posts_on
from .overview import Overview
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
        ("school-people", "People", sees_people),
        ("school-record", "Record", viewer.has(P.RECORD_VIEW)),
    ]
    return {
        "school": school,
        "tags": [Tag(school.get_phase_display(), "blue"), school.status_tag],
        "essentials": essentials(request, school, sees_people),
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
        found.append(("Category", school.category.capitalize(), ""))
    return found


@require_safe
@requires(P.SCHOOL_VIEW)
def school_detail(request, urn):
    """What a school is and what the SIP programme asks of it."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    overview = Overview(request.viewer, school, request.viewer.on)
    context = {
        **frame(request, school, "school-detail"),
        "support": overview.support(),
        "people": overview.people(),
        "identity": overview.identity(),
        "address": overview.address(),
        "panels": panels.panels_of(panels.OVERVIEW, request.viewer, school, request.viewer.on),
    }
    return render(request, "schools/school.html", context)


@require_safe
@requires(P.DEPLOYMENT_VIEW)
def school_sip(request, urn):
    """Who has been the school's SIP."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    return panel_tab(request, school, "school-sip", panels.SIP, "SIP and history", "The school has had no SIP yet.")


@require_safe
@requires(P.SCHOOL_VIEW)
def school_visits(request, urn):
    """The visits to a school and the notes of them that the viewer may read."""
    if not sees_visits(request.viewer):
        raise Http404("Not for this person")
    school = school_of(request, P.SCHOOL_VIEW, urn)
    return panel_tab(request, school, "school-visits", panels.VISITS, "Visits and notes", "There are no visits to show yet.")


def panel_tab(request, school, name, tab, title, empty):
    context = {
        **frame(request, school, name),
        "title": title,
        "empty": empty,
        "panels": panels.panels_of(tab, request.viewer, school, request.viewer.on),
    }
    return render(request, "schools/panels.html", context)


@require_safe
@requires(P.SCHOOL_PEOPLE)
def school_people(request, urn):
    """Who leads and governs the school, now and before."""
    school = school_of(request, P.SCHOOL_PEOPLE, urn)
    may_edit = can(request.viewer, P.SCHOOL_EDIT, school)
    now = posts_on(school, request.viewer.on)
    others = school.posts.exclude(pk__in=[post.pk for post in now]).order_by("-ends_on", "-pk")
    kinds = [
        (kind.label, [post_row(post, may_edit) for post in now if post.kind == kind], f"No {kind.label.lower()} is known")
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
    words = ["Acting" if post.is_acting else "", post.job_title, span(post.starts_on, post.ends_on), post.email, post.phone]
    if may_edit:
        words.append("Has an account" if post.user_id else "Has no account")
    return SummaryRow(post.full_name, [word for word in words if word], post_links(post) if may_edit else ())


def post_links(post) -> tuple[Link, ...]:
    of = [post.school.urn, post.pk]
    found = [Link("Change", reverse("schools:post-change", args=of), f"the details of {post.full_name}")]
    if not post.user_id:
        found.append(Link("Invite", reverse("schools:post-invite", args=of), f"{post.full_name} to an account"))
    found.append(Link("End", reverse("schools:post-end", args=of), f"the post of {post.full_name}"))
    return tuple(found)


@require_safe
@requires(P.RECORD_VIEW)
def school_record(request, urn):
    """Everything that happened to the school, newest first."""
    school = school_of(request, P.RECORD_VIEW, urn)
    events = AuditEvent.objects.filter(school_id=school.pk)
    context = {**frame(request, school, "school-record"), "events": timeline.events_of(events)}
    return render(request, "schools/record.html", context)


@require_safe
@requires(P.SCHOOL_EDIT)
def school_sharing(request, urn):
    """With whom the school's reports are not shared."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    rows = SharingOptOut.objects.filter(school=school).order_by("-starts_on", "-pk")
    context = {
        "school": school,
        "rows": [
            SummaryRow(
                row.get_recipient_display(), span(row.starts_on, row.ends_on),
                () if row.ends_on else (
                    Link("End", reverse("schools:opt-out-end", args=[urn, row.pk]), row.get_recipient_display()),
                ),
            )
            for row in rows
        ],
        "add_url": reverse("schools:opt-out-add", args=[urn]),
        "back": reverse("schools:school-detail", args=[urn]),
    }  # fmt: skip
    return render(request, "schools/sharing.html", context)
