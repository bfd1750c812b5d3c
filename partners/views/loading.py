"""Loading files of SIPs and deployments: upload, look at what it would do, go ahead. The file is kept privately between."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners.forms import DeploymentUploadForm, GoAheadForm, UploadForm
from partners.imports import Outcome, import_deployments, import_partners
from schools.models import ImportRun
from sipmanager.core import clock, uploads
from sipmanager.core.csvfiles import FileRefused
from sipmanager.core.once import once
from sipmanager.core.parts import SummaryRow
from sipmanager.core.uploads import UploadGone
from sipmanager.core.wording import capitalised, counted

from .shared import FORM, READ, deployment_trail, partner_trail, sent

SHOWN = 100


@dataclass(frozen=True)
class Kind:
    """One kind of file: its words, its addresses, its form and what loads it."""

    name: str
    heading: str
    url_name: str
    done_name: str
    list_name: str
    form_class: type
    is_authority_needed: bool
    load: Callable[..., Outcome]
    trail: Callable[[], list]
    columns: str


PARTNERS = Kind(
    "partners", "Load a file of School Improvement Partners (SIPs)", "partners:partner-import", "partners:import-done",
    "partners:partner-list", UploadForm, False, import_partners, partner_trail,
    "first_name, last_name, email and kind; and, if wanted, reference, company, own_school_urn, the headships, regions, "
    "authorities, accreditations, last_practised_on, days_available and the days of checks",
)  # fmt: skip
DEPLOYMENTS = Kind(
    "deployments", "Load a file of deployments", "partners:deployment-import", "partners:import-done",
    "partners:deployment-list", DeploymentUploadForm, True, import_deployments, deployment_trail,
    "partner_reference, school_urn and start; and, if wanted, end, days, contract_confirmed and consulted_on",
)  # fmt: skip


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
    if request.method == "POST" and "ticket" in request.POST:
        return go_ahead(request, kind)
    is_national = any(reach == "E" for _, reach in request.viewer.granted(P.PARTNER_IMPORT))
    needed = kind.is_authority_needed or not is_national
    form = kind.form_class(sent(request), request.FILES or None, viewer=request.viewer, is_authority_needed=needed)
    if form.is_valid():
        answer = look(request, kind, form)
        if answer is not None:
            return answer
    context = {"form": form, "heading": kind.heading, "columns": kind.columns, "breadcrumbs": kind.trail()}
    return render(request, "partners/loading/upload.html", context)


def look(request, kind: Kind, form):
    """What the file would do; nothing is written."""
    given, at = form.cleaned_data, clock.now()
    content, options = given["file"].read(), options_of(kind, given)
    authority = given["authority"]
    try:
        outcome = kind.load(
            content=content, file_name=given["file"].name, authority=authority, by=request.user, on=clock.today(), at=at,
            dry_run=True, **options,
        )  # fmt: skip
    except FileRefused as refusal:
        form.add_error("file", str(refusal))
        return None
    ticket = uploads.hold(
        content=content, name=given["file"].name, purpose=kind.name, by=request.user, at=at,
        authority_id=authority.pk if authority else None, options=options,
    )  # fmt: skip
    will_write = outcome.created + outcome.updated
    context = {
        "heading": "Look at what the file would do",
        "file_name": given["file"].name,
        "authority": authority,
        "outcome": shown(outcome),
        "will_write": will_write,
        "button_label": f"Load {counted(will_write, 'line')}",
        "form": GoAheadForm(initial={"ticket": ticket}),
        "action": reverse(kind.url_name),
        "breadcrumbs": [*kind.trail(), (kind.heading, reverse(kind.url_name))],
    }
    return render(request, "partners/loading/preview.html", context)


def options_of(kind: Kind, given: dict) -> dict:
    return {"is_historic": given["is_historic"] == "yes"} if kind is DEPLOYMENTS else {}


def go_ahead(request, kind: Kind):
    """Load the file that was looked at, once however often the button is pressed."""
    form, at = GoAheadForm(request.POST), clock.now()
    if not form.is_valid():
        messages.info(request, "Choose the file again.")
        return redirect(kind.url_name)

    def effect():
        upload = uploads.held(ticket=form.cleaned_data["ticket"], purpose=kind.name, by=request.user, at=at)
        authority = None
        if upload.details["authority_id"] is not None:
            # The right may have ended since the file was looked at.
            authority = fetch(request.viewer, P.PARTNER_IMPORT, Authority.objects.all(), pk=upload.details["authority_id"])
        kind.load(
            content=upload.content, file_name=upload.name, authority=authority, by=request.user, on=clock.today(), at=at,
            **upload.details["options"],
        )  # fmt: skip
        run = ImportRun.objects.filter(kind=kind.name, started_by=request.user).order_by("-pk").first()
        return reverse(kind.done_name, args=[run.pk])

    try:
        url, is_new = once(key=form.cleaned_data["form_key"], by=request.user, at=at, effect=effect)
    except UploadGone:
        messages.info(request, "The file is no longer held. Choose it again.")
        return redirect(kind.url_name)
    if is_new:
        uploads.release(ticket=form.cleaned_data["ticket"], purpose=kind.name, by=request.user)
    return redirect(url)


@require_http_methods(READ)
@requires(P.PARTNER_IMPORT)
def import_done(request, pk):
    """What a file did: the counts, and each line refused with its reason."""
    run = fetch(request.viewer, P.PARTNER_IMPORT, ImportRun.objects.filter(kind__in=[PARTNERS.name, DEPLOYMENTS.name]), pk=pk)
    kind = PARTNERS if run.kind == PARTNERS.name else DEPLOYMENTS
    context = {
        "heading": "The file is loaded",
        "file_name": run.file_name,
        "run": run,
        "outcome": shown(run.result),
        "list_url": reverse(kind.list_name),
        "again_url": reverse(kind.url_name),
        "breadcrumbs": kind.trail(),
    }
    return render(request, "partners/loading/done.html", context)


def shown(outcome: Outcome | dict) -> dict:
    """The counts as rows, and what was refused, warned of or broken, the first hundred of each."""
    result = outcome.as_json() if isinstance(outcome, Outcome) else outcome
    why = [f"{capitalised(reason)} ({number:,})" for reason, number in result["skipped_because"].items()]
    rows = [
        SummaryRow("Lines read", str(result["read"])), SummaryRow("New", str(result["created"])),
        SummaryRow("Changed", str(result["updated"])), SummaryRow("Unchanged", str(result["unchanged"])),
        SummaryRow("Left out", str(result["skipped"]), note="; ".join(why)),
        SummaryRow("Refused", str(len(result["rejected"]))),
    ]  # fmt: skip
    lists = [
        ("Lines refused", [entry(row, row["reason"]) for row in result["rejected"]]),
        ("Rules that were broken", [entry(row, f"{row['rule']}: {row['because']}") for row in result.get("breaches", [])]),
        ("Worth a look", [entry(row, row["reason"]) for row in result["warnings"]]),
    ]
    return {
        "rows": rows,
        "lists": [
            {"title": title, "entries": entries[:SHOWN], "rest": max(len(entries) - SHOWN, 0)}
            for title, entries in lists
            if entries
        ],
    }


def entry(row: dict, says: str) -> dict:
    about = ", ".join(part for part in (row.get("partner", ""), row.get("urn", "")) if part)
    return {"line": row["line"], "about": about, "says": says}
