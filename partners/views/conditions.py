"""The conditions of grant of one authority, programme and day (section 12, D-19)."""

from datetime import date

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Authority, AuthorityKind
from accounts.permissions import P
from partners import selectors
from partners.conditions import RESULT_NAMES, Answer, Result, Strength
from partners.forms import ConditionsForm
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.wording import capitalised, counted

from .shared import READ

COLOURS = {Result.MET: "green", Result.AT_RISK: "yellow", Result.NOT_MET: "red", Result.NO_DATA: "grey"}
FIGURES = {
    "in_scope": "Schools in scope", "covered": "Schools with an accredited SIP", "deadline_on": "Deadline",
    "days_to_deadline": "Days to the deadline", "changes": "Changes", "sent": "Notified", "unsent": "Not notified yet",
    "late": "Late by more than five working days", "longest_wait": "Longest wait in working days", "sips": "SIPs at work",
    "sips_heads": "SIPs who are or were secondary heads", "schools": "Schools with a SIP",
    "schools_with_heads": "Schools whose SIP is or was a secondary head", "outside_experience": "SIPs with experience elsewhere",
    "serving_primary_heads": "SIPs who are serving primary heads", "deployments": "Deployments", "over_limit": "Past three years",
    "at_risk": "Within six months of three years",
}  # fmt: skip


def secondary_mix(figures) -> str:
    """What the mix turns on in the secondary programme: heads among the SIPs, and schools that have one."""
    sips, schools = counted(figures["sips"], "SIP"), counted(figures["schools"], "school")
    served = f"{figures['schools_with_heads']} of {schools} served by one"
    return f"{figures['sips_heads']} of {sips} are or were secondary heads, {served}"


def primary_mix(figures) -> str:
    """What it turns on in the primary programme."""
    return f"{figures['serving_primary_heads']} of {counted(figures['sips'], 'SIP')} serving primary heads"


MIXES = {"primary": primary_mix, "secondary": secondary_mix}
# The figure that decides, in words.
DECIDING = {
    "COG-A": lambda f: f"{f['covered']} of {counted(f['in_scope'], 'school')}",
    "COG-B": lambda f: f"{f['sent']} of {counted(f['changes'], 'change')} notified",
    "COG-H": lambda f: f"{f['over_limit']} of {counted(f['deployments'], 'deployment')} past the limit",
}
URLS = {
    "school": lambda key: reverse("schools:school-detail", args=[key]),
    "partner": lambda key: reverse("partners:partner-detail", args=[key]),
    "deployment": lambda key: reverse("partners:deployment-detail", args=[key]),
}


@require_http_methods(READ)
@requires(P.CONDITIONS_VIEW)
def conditions(request):
    """One row a condition, each opening to its working and what stands in its way."""
    viewer = request.viewer
    start = {"authority": first_authority(viewer), "phase": "primary", "on": viewer.on}
    given = request.GET if set(request.GET) & {"authority", "phase"} else None
    if given is not None and "authority" not in given:
        given = given.copy()
        given["authority"] = start["authority"]
    form = ConditionsForm(given, viewer=viewer, initial=start)
    chosen = start | {"authority": Authority.objects.filter(pk=start["authority"]).first()}
    if form.is_bound:
        chosen = form.cleaned_data if form.is_valid() else None
    context = {"form": form, "heading": "Conditions of grant", "breadcrumbs": [("My work", "/")]}
    if chosen is None or chosen["authority"] is None:
        return render(request, "partners/conditions.html", context | {"answers": [], "is_wrong": True})
    authority = chosen["authority"]
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return render(request, "partners/conditions_trust.html", context | {"authority": authority})
    report = selectors.conditions_of_grant(authority=authority, programme=chosen["phase"], on=chosen["on"])
    context |= {
        "is_wrong": False,
        "authority": authority,
        "programme": "Primary" if chosen["phase"] == "primary" else "Secondary",
        "on": chosen["on"],
        "summary": summary(report.answers),
        "answers": [answer_row(viewer, answer, chosen["phase"]) for answer in report.answers],
        "grant": grant_rows(report.grant, sees_schools=viewer.has(P.DEPLOYMENT_VIEW)),
    }
    return render(request, "partners/conditions.html", context)


def first_authority(viewer) -> int | None:
    """The viewer's own authority, of several the one acted for; else the first in sight that has SIPs at schools."""
    if viewer.acting is not None and viewer.acting.authority_id is not None:
        return viewer.acting.authority_id
    in_sight = selectors.in_use_first(Authority.objects.visible_to(viewer, P.CONDITIONS_VIEW))
    return in_sight.values_list("pk", flat=True).first()


def summary(answers) -> str:
    """How many of each result, worst first."""
    order = (Result.NOT_MET, Result.AT_RISK, Result.MET, Result.NO_DATA)
    numbers = [(sum(answer.result is result for answer in answers), RESULT_NAMES[result].lower()) for result in order]
    return capitalised(", ".join(f"{number} {words}" for number, words in numbers if number))


def tag_of(answer: Answer) -> Tag:
    """A shortfall of best endeavours is amber, not red (D-19)."""
    colour = COLOURS[answer.result]
    if answer.result is Result.NOT_MET and answer.strength is Strength.BEST_ENDEAVOURS:
        colour = "yellow"
    return Tag(RESULT_NAMES[answer.result], colour)


def answer_row(viewer, answer: Answer, programme: str) -> dict:
    figures = answer.verdict.figures
    decide = MIXES[programme] if answer.id == "COG-D" else DECIDING.get(answer.id)
    sees_rows = viewer.has(P.DEPLOYMENT_VIEW)
    return {
        "id": answer.id,
        "letter": answer.id.removeprefix("COG-").replace("-", ", "),
        "says": answer.says,
        "strength": "Will" if answer.strength is Strength.WILL else "Best endeavours",
        "tag": tag_of(answer),
        "figure": decide(figures) if decide and figures and answer.result is not Result.NO_DATA else "",
        "working": [SummaryRow(words_of(key), shown(value, key)) for key, value in figures.items()],
        "findings": [{"because": row.because, "url": url_of(row.subject)} for row in answer.verdict.findings] if sees_rows else [],
        "warnings": list(answer.verdict.warnings),
        "has_data": answer.result is not Result.NO_DATA,
    }  # fmt: skip


def words_of(figure: str) -> str:
    return FIGURES.get(figure, capitalised(figure.replace("_", " ")))


def shown(value, figure: str = ""):
    """A figure as the page shows it: a day as a day, a deadline passed as passed, the rest as text."""
    if figure == "days_to_deadline" and value is not None and value < 0:
        return f"Passed {counted(-value, 'day')} ago"
    if value is None:
        return "None recorded"
    return value if isinstance(value, date) else str(value)


def url_of(subject: str) -> str:
    kind, _, key = subject.partition(":")
    return URLS[kind](key) if kind in URLS else ""


def grant_rows(grant, *, sees_schools: bool) -> dict:
    return {
        "year": f"{grant.financial_year} to {grant.financial_year + 1}",
        "amount": "No rate is known for this year" if grant.amount is None else f"£{grant.amount:,.2f}",
        "basis": []
        if not sees_schools
        else [{"school": row.school_name, "amount": f"£{row.amount:,.2f}", "because": row.because} for row in grant.basis],
    }
