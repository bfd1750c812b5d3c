"""Loading a school register in the browser: choose a file, see what it would do, go ahead."""

from datetime import date
from io import BytesIO

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P, Reach
from sipmanager.core import clock, uploads
from sipmanager.core.models import UsedFormKey
from sipmanager.core.once import once
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised

from ..forms import GoAheadForm, UploadForm
from ..imports import FileRefused, Report, import_schools
from ..models import ImportRun
from .shared import posted

PURPOSE = "schools.import"
NAMED_AT_MOST = 200


def sees_everything(viewer) -> bool:
    return any(reach is Reach.EVERYWHERE for _capacity, reach in viewer.granted(P.SCHOOL_IMPORT))


def authorities_of(viewer):
    """The authorities whose rows the viewer may load."""
    return Authority.objects.visible_to(viewer, P.SCHOOL_IMPORT).order_by("name", "pk")


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_IMPORT)
def school_import(request):
    """Choose an extract. It is kept privately until somebody goes ahead, four hours at most."""
    form = upload_form(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        authority = given.get("authority") or (
            None if sees_everything(request.viewer) else authorities_of(request.viewer).first()
        )
        ticket = uploads.hold(
            content=given["file"].read(), name=given["file"].name, purpose=PURPOSE, by=request.user, at=clock.now(),
            as_at=given["as_at"].isoformat() if given["as_at"] else "", authority=authority.code if authority else "",
        )  # fmt: skip
        try:
            trial(request, ticket)
        except FileRefused as refusal:
            uploads.release(ticket=ticket, purpose=PURPOSE, by=request.user)
            form.add_error("file", sentence(refusal))
        else:
            return redirect(f"{reverse('schools:school-import-check')}?{urlencode({'ticket': ticket})}")
    runs = (
        ImportRun.objects.visible_to(request.viewer, P.SCHOOL_IMPORT)
        .filter(kind="schools")
        .order_by("-started_at", "-pk")[:10]
    )
    context = {"form": form, "runs": runs, "breadcrumbs": [("Schools", reverse("schools:school-list"))]}
    return render(request, "schools/import.html", context)


def upload_form(request) -> UploadForm:
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if not sees_everything(request.viewer) and authorities_of(request.viewer).count() > 1:
        form.fields["authority"] = forms.ModelChoiceField(
            authorities_of(request.viewer), label="Authority", to_field_name="code", empty_label="Choose an authority",
            error_messages={"required": "Select the authority"},
        )  # fmt: skip
    return form


def sentence(refusal: FileRefused) -> str:
    return capitalised(str(refusal))


def run_import(request, ticket: str, **options) -> Report:
    """The held file through the import. Raises `FileRefused` and `uploads.UploadGone`."""
    upload = uploads.held(ticket=ticket, purpose=PURPOSE, by=request.user, at=clock.now())
    code, as_at = upload.details.get("authority"), upload.details.get("as_at")
    # Rights are those of now, whatever the ticket says.
    authority = fetch(request.viewer, P.SCHOOL_IMPORT, Authority.objects.all(), code=code) if code else None
    if authority is None and not sees_everything(request.viewer):
        raise uploads.UploadGone
    return import_schools(
        source=BytesIO(upload.content), file_name=upload.name, authority=authority,
        as_at=date.fromisoformat(as_at) if as_at else None, may_take_schools=sees_everything(request.viewer),
        by=request.user, at=clock.now(), on=request.viewer.on, **options,
    )  # fmt: skip


def trial(request, ticket: str) -> Report:
    return run_import(request, ticket, dry_run=True)


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_IMPORT)
def school_import_check(request):
    """What the file would do, and going ahead with it."""
    ticket = request.POST.get("ticket") or request.GET.get("ticket", "")
    try:
        report = trial(request, ticket)
    except (uploads.UploadGone, FileRefused):
        return _gone_or_done(request)
    form = GoAheadForm(posted(request), must_confirm=bool(report.held), initial={"ticket": ticket})
    if request.method == "POST" and form.is_valid():
        return _go_ahead(request, form.cleaned_data["form_key"], ticket, confirm=bool(report.held))
    upload = uploads.held(ticket=ticket, purpose=PURPOSE, by=request.user, at=clock.now())
    context = {
        "form": form,
        "file_name": upload.name,
        "figures": figures(report.as_dict()),
        "held": report.held,
        "lists": row_lists(report.as_dict()),
        "writes": report.created + report.updated,
        "back": reverse("schools:school-import"),
    }
    return render(request, "schools/import_check.html", context)


def _go_ahead(request, key, ticket, *, confirm: bool):
    def effect():
        run_import(request, ticket, confirm=confirm)
        latest = ImportRun.objects.filter(started_by=request.user, kind="schools").order_by("-pk").first()
        return reverse("schools:import-detail", args=[latest.pk])

    goes_to, is_new = once(key=key, by=request.user, at=clock.now(), effect=effect)
    if is_new:
        uploads.release(ticket=ticket, purpose=PURPOSE, by=request.user)
        messages.success(request, "You have loaded the school register")
    return redirect(goes_to)


def _gone_or_done(request):
    """A second click comes after the file was thrown away: it is sent to what the first one did (D-31)."""
    key = request.POST.get("form_key", "")
    went_to = _used(request, key) if key else ""
    if went_to:
        return redirect(went_to)
    messages.info(request, "The file is no longer held. Choose it again.")
    return redirect("schools:school-import")


def _used(request, key: str) -> str:
    try:
        used = UsedFormKey.objects.filter(key=key, user=request.user).first()
    except ValidationError:
        return ""
    return used.went_to if used else ""


@require_safe
@requires(P.SCHOOL_IMPORT)
def import_detail(request, pk):
    """What one load of a register did."""
    runs = ImportRun.objects.select_related("authority", "started_by").filter(kind="schools")
    run = fetch(request.viewer, P.SCHOOL_IMPORT, runs, pk=pk)
    context = {
        "run": run,
        "about": [
            SummaryRow("File", run.file_name),
            SummaryRow("Date of the extract", run.as_at),
            SummaryRow("Authority", run.authority.name if run.authority else "All authorities"),
            SummaryRow("Loaded", run.started_at),
            SummaryRow("By", str(run.started_by or "The service")),
        ],
        "figures": figures(run.result),
        "lists": row_lists(run.result),
        "breadcrumbs": [
            ("Schools", reverse("schools:school-list")),
            ("Load a school register", reverse("schools:school-import")),
        ],
    }
    return render(request, "schools/import_detail.html", context)


def figures(result: dict) -> list[SummaryRow]:
    """The counts of D-11 as people read them."""
    names = (
        ("read", "Rows read"), ("created", "New schools"), ("updated", "Changed"), ("unchanged", "Unchanged"),
        ("skipped", "Left out"), ("closed", "Closed (part of these)"),
    )  # fmt: skip
    rows = [SummaryRow(label, f"{result.get(key, 0):,}") for key, label in names]
    because = [f"{capitalised(reason)}: {number:,}" for reason, number in result.get("skipped_because", {}).items()]
    if because:
        rows[4] = SummaryRow("Left out", [rows[4].value, *because])
    number = result.get("rejected_count", len(result.get("rejected", [])))
    return [*rows, SummaryRow("Rejected", f"{number:,}")]


def row_lists(result: dict) -> list[dict]:
    """The rows that are named, each list with how many more there are."""
    found = []
    for key, title in (("rejected", "Rejected rows"), ("warnings", "Warnings")):
        rows = result.get(key, [])
        total = result.get(f"{key}_count", len(rows))
        if rows:
            found.append({"title": title, "rows": rows[:NAMED_AT_MOST], "more": max(0, total - NAMED_AT_MOST)})
    return found
