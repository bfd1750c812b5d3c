"""Loading a school register, or links between schools, in the browser: choose a file, see what it would do, go ahead."""

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow

from .. import actions
from ..forms import LinkUploadForm, UploadForm
from ..imports import previews
from ..imports.loaders import LINKS, SCHOOLS, sees_everything
from ..models import ImportPreview, ImportRun, PreviewState
from .previews import PreviewRegister, count_of, figures, look
from .shared import posted

NAMED_AT_MOST = 200
UPLOADS = {SCHOOLS: "schools:school-import", LINKS: "schools:link-import"}
HEADINGS = {SCHOOLS: "Load a school register", LINKS: "Load links between schools"}

import_preview = requires(P.SCHOOL_IMPORT)(PreviewRegister.as_view())


def authorities_of(viewer):
    """The authorities whose rows the viewer may load."""
    return Authority.objects.visible_to(viewer, P.SCHOOL_IMPORT).order_by("name", "pk")


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_IMPORT)
def school_import(request):
    """Choose an extract of establishments. It is kept privately until somebody goes ahead, four hours at most."""
    return upload_page(request, SCHOOLS, UploadForm)


@require_http_methods(["GET", "POST"])
@requires(P.SCHOOL_IMPORT)
def link_import(request):
    """Choose a file of links between establishments."""
    return upload_page(request, LINKS, LinkUploadForm)


def upload_page(request, kind: str, form_class):
    form = upload_form(request, form_class)
    if request.method == "POST" and form.is_valid():
        preview = handed_in(request, kind, form.cleaned_data)
        look(preview)
        preview.refresh_from_db()
        if preview.state != PreviewState.REFUSED:
            return redirect("schools:import-preview", pk=preview.pk)
        form.add_error("file", preview.problem)
    runs = ImportRun.objects.visible_to(request.viewer, P.SCHOOL_IMPORT).filter(kind__in=HEADINGS)
    context = {
        "form": form,
        "heading": HEADINGS[kind],
        "is_of_schools": kind == SCHOOLS,
        "runs": runs.order_by("-started_at", "-pk")[:10],
        "breadcrumbs": [("Schools", reverse("schools:school-list"))],
    }
    return render(request, "schools/import.html", context)


def upload_form(request, form_class):
    form = form_class(posted(request), request.FILES if request.method == "POST" else None)
    if not sees_everything(request.viewer) and authorities_of(request.viewer).count() > 1:
        form.fields["authority"] = forms.ModelChoiceField(
            authorities_of(request.viewer), label="Authority", to_field_name="code", empty_label="Choose an authority",
            error_messages={"required": "Select the authority"},
        )  # fmt: skip
    return form


def handed_in(request, kind: str, given: dict) -> ImportPreview:
    authority = given.get("authority")
    if authority is None and not sees_everything(request.viewer):
        authority = authorities_of(request.viewer).first()
    content = given["file"].read()
    return actions.hand_in(
        kind=kind, content=content, file_name=given["file"].name, authority=authority, as_at=given.get("as_at"),
        options={"is_large": previews.is_large(content)}, by=request.user, at=clock.now(),
    )  # fmt: skip


@require_safe
@requires(P.SCHOOL_IMPORT)
def import_detail(request, pk):
    """What one load of a register did."""
    runs = ImportRun.objects.select_related("authority", "started_by").filter(kind__in=HEADINGS)
    run = fetch(request.viewer, P.SCHOOL_IMPORT, runs, pk=pk)
    about = [
        SummaryRow("File", run.file_name),
        SummaryRow("Date of the extract", run.as_at) if run.kind == SCHOOLS else None,
        SummaryRow("Authority", run.authority.name if run.authority else "All authorities"),
        SummaryRow("Loaded", run.started_at),
        SummaryRow("By", str(run.started_by or "The service")),
    ]
    context = {
        "run": run,
        "about": [row for row in about if row],
        "list_url": reverse("schools:school-list"),
        "again_url": reverse(UPLOADS[run.kind]),
        "figures": figures(run.result),
        "lists": row_lists(run.result),
        "tasks": run.tasks.filter(settled_at=None).count() if request.viewer.has(P.TASK_VIEW) else 0,
        "breadcrumbs": [("Schools", reverse("schools:school-list")), (HEADINGS[SCHOOLS], reverse("schools:school-import"))],
    }
    return render(request, "schools/import_detail.html", context)


def row_lists(result: dict) -> list[dict]:
    """The rows that are named, each list with how many more there are."""
    found = []
    for key, title in (("rejected", "Rejected lines"), ("warnings", "Warnings")):
        rows = result.get(key, [])
        if rows:
            found.append({"title": title, "rows": rows[:NAMED_AT_MOST], "more": max(0, count_of(result, key) - NAMED_AT_MOST)})
    return found
