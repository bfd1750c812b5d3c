"""Pages that join several floors: My work, search, deadlines, reports, problems, the outbox."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.models import Authority
from accounts.permissions import Permission
from partners.selectors import in_use_first, read_ahead
from sipmanager.core import deadlines
from sipmanager.core.deadlines import DueState
from sipmanager.core.listing import page_number, pages_of
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.parts import Link, Tag
from sipmanager.core.readings import shared

from . import health, menu, naming, problems, searching, work

P = Permission
PER_PAGE = 50
REPORTS = [("My work", "/"), ("Reports", "/reports/")]
# fmt: off
REPORT_PAGES = (
    (P.REPORT_VIEW,       Link("Allocation summary", "/reports/allocation/"),
     "How many schools have a SIP, authority by authority."),
    (P.SCHOOL_VIEW,       Link("Gap list", "/schools/?applied=1&status=open&sip=gap"),
     "Schools that must have a SIP and have none today."),
    (P.CONDITIONS_VIEW,   Link("Conditions of grant", "/conditions-of-grant/"),
     "Which conditions are met, at risk or not met, and why."),
    (P.DEADLINE_VIEW,     Link("Deadlines", "/deadlines/"),
     "What is owed, by whom and when."),
    (P.PROBLEM_VIEW,      Link("Problems", "/reports/problems/"),
     "Records that lack something or contradict each other, with the cure."),
    (P.TASK_VIEW,         Link("Changes in the national register", "/schools/tasks/"),
     "What new headteachers, closures, conversions and mergers ask to be settled."),
    (P.CPD_VIEW,          Link("Development of SIPs", "/partners/development/"),
     "Days of development, events attended and missed, by SIP and school year."),
    (P.SUCCESSION_VIEW,   Link("Three years", "/deployments/limits/"),
     "Deployments whose three years come to their end, and who is planned to follow."),
    (P.NOTIFICATION_VIEW, Link("Notification log", "/deployments/notifications/"),
     "What the national contractor has been told, and what is still to be sent."),
    (P.NIGHT_VIEW,        Link("Nights", "/reports/nights/"),
     "What each night's run reminded, escalated and changed."),
    (P.OUTBOX_VIEW,       Link("Outbox", "/reports/outbox/"),
     "Messages queued, sent and failed."),
)
# fmt: on


@require_safe
@requires(P.HOME)
@shared()
def home(request):
    """My work: what is mine to do in order of its day, and what I wait for."""
    viewer = request.viewer
    if (authority := health.authority_of(viewer)) is not None:
        read_ahead(authority, viewer.on)
    found = work.work_of(viewer)
    context = {
        "groups": found.groups,
        "waiting": [(due, work.lateness(due, viewer.on)) for due in found.waiting[:PER_PAGE]],
        "openable": work.openable(viewer, found.waiting[:PER_PAGE]),
        "more_waiting": max(0, len(found.waiting) - PER_PAGE),
        "shortcuts": work.shortcuts(viewer),
        "numbers": health.numbers(viewer, found.owed),
        "what_comes_next": "" if found.groups else work.what_comes_next(viewer),
    }
    return render(request, "site/home.html", context)


@require_safe
@requires(P.SEARCH)
def search(request):
    """Schools, SIPs and notes that the person may see, by name or number."""
    asked = " ".join(request.GET.get("q", "").split())[:100]
    groups = searching.search(request.viewer, asked) if asked else []
    return render(request, "site/search.html", {"asked": asked, "groups": groups, "is_empty": not any(g.rows for g in groups)})


@require_safe
@requires(P.DEADLINE_VIEW)
def deadline_list(request):
    """What is owed at the authorities where the person may see it; for one's own, My work says more."""
    viewer = request.viewer
    codes = Authority.objects.visible_to(viewer, P.DEADLINE_VIEW).order_by("name", "pk")
    chosen = chosen_authority(request, codes)
    only_late = request.GET.get("late") == "1"
    about, rules = health.ABOUT.get(request.GET.get("about", ""), ("", None))
    if chosen is None:
        dues = work.work_of(viewer).dues
    else:
        dues = [due for due in deadlines.owed(partition=chosen.code, on=viewer.on) if due.state is not DueState.MET]
    if rules is not None:
        dues = [due for due in dues if due.rule in rules]
    if only_late:
        dues = [due for due in dues if due.state is DueState.OVERDUE]
    paginator = Paginator(dues, PER_PAGE)
    number = page_number(request.GET, paginator)
    shown = list(paginator.page(number))
    context = {
        "authority": chosen,
        "authorities": codes if len(codes) > 1 else [],
        "rows": [(due, work.lateness(due, viewer.on)) for due in shown],
        "openable": work.openable(viewer, shown),
        "pages": pages_of(request.GET, number, paginator.num_pages),
        "count": paginator.count,
        "only_late": only_late,
        "about": about,
        "other_url": address_with(request.GET, late="" if only_late else "1"),
        "all_url": address_with(request.GET, about="") if about else "",
        "breadcrumbs": REPORTS if viewer.has(P.REPORT_VIEW) else [("My work", "/")],
    }
    return render(request, "site/deadline_list.html", context)


def chosen_authority(request, authorities):
    """The authority asked for, else the one acted for, else the first in sight that has SIPs at schools."""
    asked = authorities.filter(code=request.GET.get("authority", "")).first()
    acting = request.viewer.acting
    if asked is None and acting is not None and acting.authority_id is not None:
        asked = authorities.filter(pk=acting.authority_id).first()
    return asked or in_use_first(authorities).first()


def address_with(params, **changes: str) -> str:
    """The same list from its first page, with some parameters changed; a blank one goes."""
    kept = {name: params[name] for name in ("authority", "about", "late") if name in params}
    return f"?{urlencode({name: value for name, value in (kept | changes).items() if value})}"


@require_safe
@requires(P.HOME)
def menu_page(request):
    """Everything the person may do, under the names of the old menu (SPM-2)."""
    return render(request, "site/menu.html", {"groups": menu.groups_for(request.viewer), "breadcrumbs": REPORTS[:1]})


@require_safe
@requires(P.REPORT_VIEW)
def reports(request):
    """The way to every report that the person may see."""
    shown = [(link, says) for permission, link, says in REPORT_PAGES if request.viewer.has(permission)]
    return render(request, "site/reports.html", {"pages": shown, "breadcrumbs": REPORTS[:1]})


@require_safe
@requires(P.PROBLEM_VIEW)
def problem_list(request):
    """The problems list of one authority."""
    viewer = request.viewer
    authorities = Authority.objects.visible_to(viewer, P.PROBLEM_VIEW).order_by("name", "pk")
    chosen = chosen_authority(request, authorities)
    rows = problems.problems_of(chosen, viewer.on) if chosen else []
    paginator = Paginator(rows, PER_PAGE)
    number = page_number(request.GET, paginator)
    context = {
        "authority": chosen,
        "authorities": authorities if len(authorities) > 1 else [],
        "rows": in_words(paginator.page(number)),
        "pages": pages_of(request.GET, number, paginator.num_pages),
        "count": paginator.count,
        "breadcrumbs": REPORTS,
    }
    return render(request, "site/problem_list.html", context)


def in_words(rows) -> list[tuple[problems.Problem, str, str]]:
    """Problems, each with what its subject and its owner are called."""
    rows = list(rows)
    subjects = naming.names_of(problem.subject for problem in rows)
    owners = naming.people_called(problem.owner for problem in rows)
    return [(row, subjects.get(row.subject, row.subject), owners.get(row.owner, row.owner)) for row in rows]


@require_safe
@login_not_required
def demonstration_outbox(request):
    """The local outbox of a demonstration: every message as it would have been sent, links included (D-32)."""
    if not settings.DEMONSTRATION:
        raise Http404
    paginator = Paginator(OutgoingEmail.objects.order_by("-queued_at", "-pk"), PER_PAGE)
    number = page_number(request.GET, paginator)
    context = {"emails": paginator.page(number), "pages": pages_of(request.GET, number, paginator.num_pages)}
    return render(request, "site/demonstration_outbox.html", context)


@require_safe
@login_not_required
def demonstration_email(request, pk):
    """One message of the local outbox."""
    if not settings.DEMONSTRATION:
        raise Http404
    email = get_object_or_404(OutgoingEmail, pk=pk)
    context = {"email": email, "tag": Tag(email.get_state_display()), "back": ("Back to the outbox", "/outbox/")}
    return render(request, "site/demonstration_email.html", context)
