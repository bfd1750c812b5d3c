"""The conditions of grant of one authority, programme and day (section 12, D-19)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import Viewer, requires
from accounts.models import Authority, AuthorityKind
from accounts.permissions import P
from partners import selectors
from partners.conditions import (
    FIRST_LETTERS,
    PROGRAMMES,
    Answer,
    Result,
    Strength,
    arithmetic,
    deciding,
    figure_said,
    figure_words,
)
from partners.forms import ConditionsForm
from partners.models import Endeavour, GrantSnapshot
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import counted, day

from ..shared import READ
from .mending import Places, mend
from .money import years_in_words
from .shared import (
    HEADING,
    conditions_url,
    letter_of,
    summary_of,
    tag_for,
    trail,
    url_at,
)

MOST_FINDINGS = 25
MOST_ENDEAVOURS = 10


@require_http_methods(READ)
@requires(P.CONDITIONS_VIEW)
def conditions(request):
    """One row a condition, each opening to its working and what stands in its way."""
    viewer = request.viewer
    start = {"authority": first_authority(viewer), "phase": "primary", "on": viewer.on}
    is_asked = any(name in {"authority", "phase"} or name.startswith("on") for name in request.GET)
    given = filled_in(request.GET, start) if is_asked else None
    form = ConditionsForm(given, viewer=viewer, initial=start)
    chosen = start | {"authority": Authority.objects.filter(pk=start["authority"]).first()}
    if form.is_bound:
        chosen = form.cleaned_data if form.is_valid() else None
    context = {"form": form, "heading": HEADING, "breadcrumbs": trail()[:1]}
    if chosen is None or chosen["authority"] is None:
        return render(request, "partners/conditions/page.html", context | {"answers": [], "is_wrong": True})
    authority = chosen["authority"]
    if authority.kind != AuthorityKind.LOCAL_AUTHORITY:
        return render(request, "partners/conditions/trust.html", context | {"authority": authority})
    shown = Shown(viewer, authority, chosen["phase"], chosen["on"])
    return render(request, "partners/conditions/page.html", context | shown.context())


def filled_in(params, start):
    """What was asked for, the rest as the page begins: a link may name the programme or the day alone."""
    given = params.copy()
    for name in ("authority", "phase"):
        given.setdefault(name, start[name])
    if not any(name.startswith("on") for name in given):
        given["on"] = start["on"].isoformat()
    return given


def first_authority(viewer) -> int | None:
    """The viewer's own authority, of several the one acted for; else the first in sight that has SIPs at schools."""
    if viewer.acting is not None and viewer.acting.authority_id is not None:
        return viewer.acting.authority_id
    in_sight = selectors.in_use_first(Authority.objects.visible_to(viewer, P.CONDITIONS_VIEW))
    return in_sight.values_list("pk", flat=True).first()


@dataclass(frozen=True)
class Shown:
    """The page of one authority, programme and day, for one viewer."""

    viewer: Viewer
    authority: Authority
    programme: str
    on: date

    def context(self) -> dict[str, Any]:
        report = selectors.conditions_of_grant(authority=self.authority, programme=self.programme, on=self.on)
        before = selectors.latest_snapshot(self.authority, self.programme, self.on)
        places = Places(self.viewer, self.authority, self.programme, report.case)
        done = self.endeavours()
        sees_rows = self.viewer.has(P.DEPLOYMENT_VIEW)
        return {
            "is_wrong": False,
            "authority": self.authority,
            "programme": self.programme.capitalize(),
            "on": self.on,
            "tabs": self.tabs(),
            "summary": summary_of(answer.result for answer in report.answers),
            "first_letter": FIRST_LETTERS[self.programme],
            "answers": [self.row(answer, before, places, done.get(answer.id, []), sees_rows) for answer in report.answers],
            "grant": grant_row(report.grant),
            "grant_url": url_at("grant-lines", self.authority, self.programme),
            "links": self.links(),
            "sanctions": self.sanctions(),
        }  # fmt: skip

    def tabs(self) -> list[Link]:
        return [
            Link(f"{one.capitalize()} programme", conditions_url(self.authority, one, self.on), "", one == self.programme)
            for one in PROGRAMMES
        ]

    def endeavours(self) -> dict[str, list[Endeavour]]:
        """What was logged by the day for each condition, the newest first; one query."""
        rows = Endeavour.objects.visible_to(self.viewer).filter(
            authority=self.authority, programme=self.programme, struck_at=None, done_on__lte=self.on
        )
        found: dict[str, list[Endeavour]] = {}
        for row in rows.order_by("-done_on", "-pk"):
            found.setdefault(row.condition, []).append(row)
        return found

    def row(
        self, answer: Answer, before: GrantSnapshot | None, places: Places, done: list[Endeavour], sees_rows: bool
    ) -> dict[str, Any]:
        findings = answer.verdict.findings if sees_rows else ()
        return {
            "id": answer.id,
            "anchor": answer.id.lower(),
            "letter": letter_of(answer.id),
            "says": answer.says,
            "means": answer.means,
            "source": answer.source,
            "strength": "Will" if answer.strength is Strength.WILL else "Best endeavours",
            "tag": tag_for(answer.result, answer.strength),
            "figure": deciding(answer.id, self.programme, answer.result, answer.verdict.figures),
            "since": since_words(answer, before, self.on),
            "working": [SummaryRow(figure_words(key), figure_said(key, value)) for key, value in answer.verdict.figures.items()],
            "arithmetic": arithmetic(answer, self.programme),
            "findings": [
                {"because": row.because, "link": mend(row, answer.id, places)} for row in findings[:MOST_FINDINGS]
            ],
            "more": f"{counted(len(findings) - MOST_FINDINGS, 'more', 'more')} in the evidence pack."
            if len(findings) > MOST_FINDINGS else "",
            "warnings": list(answer.verdict.warnings),
            "missing": list(answer.verdict.missing),
            "has_data": answer.result is not Result.NO_DATA,
            "endeavours": done[:MOST_ENDEAVOURS] if sees_rows else [],
            "endeavour_url": self.endeavour_url(answer, bool(done)),
            "proof": answer.evidence,
        }  # fmt: skip

    def endeavour_url(self, answer: Answer, has_some: bool) -> str:
        is_short = answer.result in {Result.NOT_MET, Result.AT_RISK}
        if not self.viewer.has(P.CONDITIONS_KEEP) or not (is_short or has_some):
            return ""
        return f"{url_at('endeavour-new', self.authority, self.programme)}?condition={answer.id}"

    def sanctions(self) -> list[str]:
        """The actions that are in force on the day (COG-K)."""
        rows = selectors.sanctions_on(self.authority, self.programme, self.on)
        return [f"{row.get_kind_display()} since {day(row.starts_on)}." for row in rows]

    def links(self) -> list[Link]:
        """What stands behind the conditions, as far as the viewer may see it."""
        at = (self.authority, self.programme)
        rows = (
            (P.CONDITIONS_VIEW, "History", url_at("conditions-history", *at)),
            (P.CONDITIONS_VIEW, "Grant, school by school", url_at("grant-lines", *at)),
            (P.EVIDENCE_PACK, "Evidence packs", url_at("pack-list", *at)),
            (P.GRANT_RECORD_VIEW, "Named contact", url_at("contact-list", *at)),
            (P.GRANT_RECORD_VIEW, "Sharing log and yearly statement", url_at("sharing", *at)),
            (P.GRANT_RECORD_VIEW, "Endeavours", url_at("endeavour-list", *at)),
            (P.GRANT_RECORD_VIEW, "Sanctions", url_at("sanction-list", *at)),
            (P.GRANT_CONCERN_VIEW, "Concerns of the coordinator", url_at("concern-list", *at)),
            (P.CONDITIONS_OVERSEE, "All authorities", reverse("partners:conditions-overview")),
            (P.CONDITIONS_OVERSEE, "Editions of the brief", reverse("partners:brief-list")),
        )
        return [Link(label, url) for permission, label, url in rows if self.viewer.has(permission)]


def since_words(answer: Answer, before: GrantSnapshot | None, on: date) -> str:
    """Since when a condition stands as it does, going by the snapshot before; blank where there is none."""
    if before is None:
        return ""
    since = selectors.since_when([answer.as_json()], before, on)[answer.id]
    known = {row["id"]: row["result"] for row in before.answers}
    if known.get(answer.id) == answer.result:
        return f"Since {day(date.fromisoformat(since))}"
    return f"New since the snapshot of {day(before.on)}"


def grant_row(grant) -> dict[str, str]:
    return {
        "year": years_in_words(grant.financial_year),
        "amount": "No rate is known for this year" if grant.amount is None else f"£{grant.amount:,.2f}",
    }
