"""An authority's school year, and when its programmes start."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, requires
from accounts.models import Authority, AuthorityKind
from accounts.permissions import P
from accounts.selectors import policy_on
from sipmanager.core import academic, clock
from sipmanager.core.academic import Term, academic_label
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import counted, day, span

from .. import actions, selectors
from ..forms import ClosureForm, ProgrammeStartForm, TermForm
from ..models import AcademicYear, Closure, Programme, ProgrammeStart
from .shared import form_page, posted

change = require_http_methods(["GET", "POST"])


def authority_of(request, permission, code) -> Authority:
    return fetch(request.viewer, permission, Authority.objects.all(), code=code)


@require_safe
@requires(P.CALENDAR_EDIT)
def calendar_list(request):
    """The authorities whose school year the viewer enters; with one, its year at once."""
    authorities = list(Authority.objects.visible_to(request.viewer, P.CALENDAR_EDIT).order_by("name", "pk"))
    year = academic.academic_year(request.viewer.on)
    if len(authorities) == 1:
        return redirect("schools:calendar-detail", code=authorities[0].code, year=year)
    links = [Link(one.name, reverse("schools:calendar-detail", args=[one.code, year])) for one in authorities]
    context = {"heading": "School year", "links": links, "breadcrumbs": [("Schools", reverse("schools:school-list"))]}
    return render(request, "schools/choose_authority.html", context)


def calendar_of(request, code, year) -> AcademicYear:
    rows = AcademicYear.objects.select_related("authority").filter(authority__code=code)
    return fetch(request.viewer, P.CALENDAR_EDIT, rows, year=year)


def address_of(authority, year) -> str:
    return reverse("schools:calendar-detail", args=[authority.code, year])


@require_safe
@requires(P.CALENDAR_EDIT)
def calendar_detail(request, code, year):
    """The terms and closures of one academic year, and how many working days each term has."""
    authority = authority_of(request, P.CALENDAR_EDIT, code)
    calendar = AcademicYear.objects.filter(authority=authority, year=year).first()
    entered = selectors.entered_terms(authority, year)
    counts = working_days(authority, year, entered)
    context = {
        "authority": authority,
        "label": academic_label(year),
        "calendar": calendar,
        "terms": [term_row(authority, year, term, counts[term.number]) for term in entered],
        "total": sum(counts.values()),
        "closures": closure_rows(authority, calendar) if calendar else [],
        "defaults": [
            SummaryRow(term.season.value.capitalize(), span(term.starts_on, term.ends_on))
            for term in academic.default_terms(year)
        ],
        "years": [
            Link(academic_label(one), address_of(authority, one), is_current=one == year) for one in (year - 1, year, year + 1)
        ],
        "term_url": reverse("schools:term-put", args=[code, year]),
        "closure_url": reverse("schools:closure-add", args=[code, year]),
        "breadcrumbs": [("Schools", reverse("schools:school-list"))],
    }
    return render(request, "schools/calendar.html", context)


def working_days(authority, year, terms: tuple[Term, ...]) -> dict[int, int]:
    """Weekdays of each term without bank holidays and, where the policy counts them, closures (CAL-4)."""
    policy = policy_on(authority=authority, on=date(year, 9, 1))
    calendar = selectors.working_calendar(authority, date(year, 12, 1), policy)
    return {
        term.number: sum(
            calendar.is_working(date.fromordinal(number))
            for number in range(term.starts_on.toordinal(), term.ends_on.toordinal() + 1)
        )
        for term in terms
    }


def term_row(authority, year, term: Term, days: int) -> SummaryRow:
    of = [authority.code, year, term.number]
    links = (
        Link("Change", reverse("schools:term-change", args=of), f"term {term.number}"),
        Link("Take out", reverse("schools:term-remove", args=of), f"term {term.number}"),
    )
    value = [span(term.starts_on, term.ends_on), f"{term.season.value.capitalize()}, {counted(days, 'working day')}"]
    return SummaryRow(f"Term {term.number}", value, links)


def closure_rows(authority, calendar) -> list[SummaryRow]:
    return [
        SummaryRow(
            row.name,
            span(row.starts_on, row.ends_on),
            (Link("Take out", reverse("schools:closure-remove", args=[authority.code, calendar.year, row.pk]), row.name),),
        )
        for row in calendar.closures.order_by("starts_on", "pk")
    ]


@change
@requires(P.CALENDAR_EDIT)
def term_put(request, code, year, number=None):
    """Enter a term, or change the one of a number."""
    authority = authority_of(request, P.CALENDAR_EDIT, code)
    terms = {term.number: term for term in selectors.entered_terms(authority, year)}
    known = terms.get(number)
    if number is not None and known is None:
        raise Http404("No such term")
    initial = {"number": max(terms, default=0) + 1}
    if known is not None:
        initial = {
            "number": number, "season": known.season.value, "starts_on": known.starts_on, "ends_on": known.ends_on,
        }  # fmt: skip
    form = TermForm(posted(request), initial=initial)
    if known is not None:
        form.fields["number"].disabled = True

    def act(**given):
        calendar = AcademicYear.objects.filter(authority=authority, year=year).first()
        if calendar is None:
            calendar = actions.open_year(authority=authority, year=year, by=given["by"], at=given["at"])
        actions.put_term(calendar=calendar, **given)

    return form_page(
        request, form, heading=f"Term of {academic_label(year)}", back=address_of(authority, year), act=act,
        says="You have saved the term",
        text=f"{authority.name}. Due dates that are fixed already stay as they are.",
    )  # fmt: skip


@change
@requires(P.CALENDAR_EDIT)
def term_remove(request, code, year, number):
    """Take out a term entered in error."""
    calendar = calendar_of(request, code, year)
    term = get_object_or_404(calendar.terms.all(), number=number)
    if request.method == "POST":
        actions.remove_term(calendar=calendar, number=number, by=request.user, at=clock.now())
        return redirect(address_of(calendar.authority, year))
    return confirm(request, f"Take out term {number} of {academic_label(year)}?", span(term.starts_on, term.ends_on), calendar)


@change
@requires(P.CALENDAR_EDIT)
def closure_add(request, code, year):
    """Enter days on which schools are closed inside a term."""
    calendar = calendar_of(request, code, year)
    form = ClosureForm(posted(request))

    def act(**given):
        actions.add_closure(calendar=calendar, **given)

    return form_page(
        request, form, heading=f"Closure in {academic_label(year)}", back=address_of(calendar.authority, year), act=act,
        says="You have added the closure",
        text=f"{calendar.authority.name}. Closures count only where the local policy says so.",
    )  # fmt: skip


@change
@requires(P.CALENDAR_EDIT)
def closure_remove(request, code, year, pk):
    """Take out a closure entered in error."""
    calendar = calendar_of(request, code, year)
    closure = get_object_or_404(Closure, academic_year=calendar, pk=pk)
    if request.method == "POST":
        actions.remove_closure(closure=closure, by=request.user, at=clock.now())
        return redirect(address_of(calendar.authority, year))
    return confirm(request, f"Take out {closure.name}?", span(closure.starts_on, closure.ends_on), calendar)


def confirm(request, heading, text, calendar):
    context = {
        "heading": heading, "text": text, "button_label": "Take it out", "is_destructive": True,
        "cancel_url": address_of(calendar.authority, calendar.year),
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


# Programme starts.


@require_safe
@requires(P.PROGRAMME_START_EDIT)
def programme_start_list(request):
    """When each programme starts at the viewer's authorities."""
    authorities = Authority.objects.visible_to(request.viewer, P.PROGRAMME_START_EDIT)
    authorities = list(authorities.filter(kind=AuthorityKind.LOCAL_AUTHORITY).order_by("name", "pk"))
    chosen = request.GET.get("authority", "")
    if len(authorities) != 1 and not chosen:
        here = reverse("schools:programme-start-list")
        links = [Link(one.name, f"{here}?authority={one.code}") for one in authorities]
        none = "A programme starts at a local authority, and none of them is yours."
        context = {
            "heading": "Programme starts",
            "links": links,
            "none": none,
            "breadcrumbs": [("Schools", reverse("schools:school-list"))],
        }
        return render(request, "schools/choose_authority.html", context)
    authority = authority_of(request, P.PROGRAMME_START_EDIT, chosen or authorities[0].code)
    starts = {start.programme: start for start in ProgrammeStart.objects.filter(authority=authority)}
    context = {
        "authority": authority,
        "cards": [(f"{one.label} programme", start_rows(authority, one, starts.get(one.value))) for one in Programme],
        "breadcrumbs": [("Schools", reverse("schools:school-list"))],
    }
    return render(request, "schools/programme_starts.html", context)


def start_rows(authority, programme, start) -> list[SummaryRow]:
    links = (
        Link("Change", reverse("schools:programme-start-change", args=[authority.code, programme.value]),
             f"the {programme.label.lower()} programme"),
    )  # fmt: skip
    if start is None:
        return [SummaryRow("Every school has a SIP by", "Not entered: it counts as past", links)]
    return [
        SummaryRow("Every school has a SIP by", day(start.coverage_by) or "Not entered: it counts as past", links),
        SummaryRow("Grant letter", start.letter_on),
    ]


@change
@requires(P.PROGRAMME_START_EDIT)
def programme_start_change(request, code, programme):
    """Enter when a programme starts (D-20)."""
    authority = authority_of(request, P.PROGRAMME_START_EDIT, code)
    start = ProgrammeStart.objects.filter(authority=authority, programme=programme).first()
    initial = {"letter_on": start.letter_on, "coverage_by": start.coverage_by} if start else {}
    form = ProgrammeStartForm(posted(request), initial=initial)

    def act(**given):
        actions.set_programme_start(authority=authority, programme=programme, **given)

    return form_page(
        request, form, heading=f"{Programme(programme).label} programme at {authority.name}",
        back=f"{reverse('schools:programme-start-list')}?authority={authority.code}", act=act,
        says="You have entered when the programme starts",
    )  # fmt: skip
