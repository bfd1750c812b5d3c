"""Loading files of SIPs and deployments: hand one in, look at what it would do, go ahead. It is kept privately between."""

from collections.abc import Callable
from dataclasses import dataclass

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners.forms import DeploymentUploadForm, UploadForm
from schools.actions import hand_in
from schools.imports.previews import is_large
from schools.models import ImportPreview, ImportRun, PreviewState
from schools.views.previews import PreviewRegister, count_of, look
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised

from .shared import FORM, READ, deployment_trail, partner_trail, sent

SHOWN = 100


@dataclass(frozen=True)
class Kind:
    """One kind of file: its words, its addresses and its form."""

    name: str
    heading: str
    url_name: str
    list_name: str
    form_class: type
    is_authority_needed: bool
    trail: Callable[[], list]
    columns: str


PARTNERS = Kind(
    "partners", "Load a file of School Improvement Partners (SIPs)", "partners:partner-import", "partners:partner-list",
    UploadForm, False, partner_trail,
    "first_name, last_name, email and kind; and, if wanted, reference, company, own_school_urn, the headships, regions, "
    "authorities, accreditations, last_practised_on, days_available and the days of checks",
)  # fmt: skip
DEPLOYMENTS = Kind(
    "deployments", "Load a file of deployments", "partners:deployment-import", "partners:deployment-list",
    DeploymentUploadForm, True, deployment_trail,
    "partner_reference, school_urn and start; and, if wanted, end, days, contract_confirmed and consulted_on",
)  # fmt: skip
KINDS = {kind.name: kind for kind in (PARTNERS, DEPLOYMENTS)}


@require_http_methods(FORM)
@requires(P.PARTNER_IMPORT)
def partner_import(request):
    """Load a file of SIPs."""
    return load_page(request, PARTNERS)


@require_http_methods(FORM)
@requires(P.PARTNER_IMPORT)
def deployment_import(request):
    """Load a file of deployments."""
    return load_page(request, DEPLOYMENTS)


def load_page(request, kind: Kind):
    is_national = any(reach == "E" for _, reach in request.viewer.granted(P.PARTNER_IMPORT))
    needed = kind.is_authority_needed or not is_national
    form = kind.form_class(sent(request), request.FILES or None, viewer=request.viewer, is_authority_needed=needed)
    if form.is_valid():
        preview = handed_in(request, kind, form.cleaned_data)
        look(preview)
        preview.refresh_from_db()
        if preview.state != PreviewState.REFUSED:
            return redirect("partners:import-preview", pk=preview.pk)
        form.add_error("file", preview.problem)
    context = {"form": form, "heading": kind.heading, "columns": kind.columns, "breadcrumbs": kind.trail()}
    return render(request, "partners/loading/upload.html", context)


def handed_in(request, kind: Kind, given: dict) -> ImportPreview:
    content = given["file"].read()
    options = {"is_historic": given["is_historic"] == "yes"} if kind is DEPLOYMENTS else {}
    return hand_in(
        kind=kind.name, content=content, file_name=given["file"].name, authority=given["authority"],
        options=options | {"is_large": is_large(content)}, by=request.user, at=clock.now(),
    )  # fmt: skip


class PartnerPreview(PreviewRegister):
    """What a file of SIPs or deployments would do."""

    permission = P.PARTNER_IMPORT
    kinds = (PARTNERS.name, DEPLOYMENTS.name)
    heading = "What the file would do"
    page_name, done_name = "partners:import-preview", "partners:import-done"
    names = {kind.name: kind.url_name for kind in KINDS.values()}
    done_says = {PARTNERS.name: "You have loaded the SIPs", DEPLOYMENTS.name: "You have loaded the deployments"}

    def figures(self, preview: ImportPreview) -> list[SummaryRow]:
        return figures(preview.report)

    def trail(self) -> list[tuple[str, str]]:
        kind = KINDS[self.preview.kind]
        return [*kind.trail(), (kind.heading, reverse(kind.url_name))]


import_preview = requires(P.PARTNER_IMPORT)(PartnerPreview.as_view())


@require_http_methods(READ)
@requires(P.PARTNER_IMPORT)
def import_done(request, pk):
    """What a file did: the counts, and each line refused with its reason."""
    run = fetch(request.viewer, P.PARTNER_IMPORT, ImportRun.objects.filter(kind__in=KINDS), pk=pk)
    kind = KINDS[run.kind]
    context = {
        "heading": "The file is loaded",
        "file_name": run.file_name,
        "run": run,
        "outcome": {"rows": figures(run.result), "lists": lists(run.result)},
        "list_url": reverse(kind.list_name),
        "again_url": reverse(kind.url_name),
        "breadcrumbs": kind.trail(),
    }
    return render(request, "partners/loading/done.html", context)


def figures(result: dict) -> list[SummaryRow]:
    """The counts as people read them."""
    why = [f"{capitalised(reason)} ({number:,})" for reason, number in result["skipped_because"].items()]
    found = [
        SummaryRow("Lines read", f"{result['read']:,}"), SummaryRow("New", f"{result['created']:,}"),
        SummaryRow("Changed", f"{result['updated']:,}"), SummaryRow("Unchanged", f"{result['unchanged']:,}"),
        SummaryRow("Left out", f"{result['skipped']:,}", note="; ".join(why)),
        SummaryRow("Rejected", f"{count_of(result, 'rejected'):,}"),
    ]  # fmt: skip
    broken = count_of(result, "breaches")
    return [*found, SummaryRow("Rules that were broken", f"{broken:,}")] if broken else found


def lists(result: dict) -> list[dict]:
    """What was refused, broken or warned of, the first hundred of each."""
    named = [
        ("Rejected lines", [entry(row, row["reason"]) for row in result["rejected"]]),
        ("Rules that were broken", [entry(row, f"{row['rule']}: {row['because']}") for row in result.get("breaches", [])]),
        ("Warnings", [entry(row, row["reason"]) for row in result["warnings"]]),
    ]
    return [
        {"title": title, "entries": entries[:SHOWN], "rest": max(len(entries) - SHOWN, 0)}
        for title, entries in named
        if entries
    ]


def entry(row: dict, says: str) -> dict:
    about = ", ".join(part for part in (row.get("partner", ""), row.get("urn", "")) if part)
    return {"line": row["line"], "about": about, "says": says}
