"""What a file would do, line by line, before it is loaded: the page that every kind of file shares."""

import django_filters
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.filters import BaseFilter, ChoicesFilter
from sipmanager.core.parts import SummaryRow
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import capitalised, counted

from .. import actions, jobs, tasks
from ..forms import GoAheadForm
from ..models import ImportPreview, PreviewRow, PreviewState, RowKind

WRITES = ("created", "updated")


def changes_in_words(row: PreviewRow) -> str:
    """Field, before and after on one line, for a file."""
    said = [
        f"{field}: {before} → {after or 'blank'}" if before else f"{field}: {after}" for field, before, after in row.changes
    ]
    return "; ".join([row.says, *said] if row.says else said)


class PreviewTable(BaseTable):
    kind = Column(verbose_name="What", orderable=False, export="get_kind_display")
    name = Column(verbose_name="Which")
    changes = Column(verbose_name="What would change", orderable=False, export=changes_in_words)
    line = Column(verbose_name="Line", is_number=True)
    key = ExportColumn(verbose_name="URN or reference")

    class Meta(BaseTable.Meta):
        order_by = ()


class PreviewFilter(BaseFilter):
    kind = ChoicesFilter(label="What would happen", choices=RowKind.choices)
    q = django_filters.CharFilter(label="Name, URN or reference", method="named", max_length=100)

    class Meta(BaseFilter.Meta):
        model = PreviewRow
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = dict(self.queryset.order_by().values_list("kind").annotate(number=Count("pk")))
        labels = dict(RowKind.choices)
        shown = [(kind, f"{label} ({found[kind]:,})") for kind, label in labels.items() if kind in found]
        self.filters["kind"].extra["choices"] = shown or RowKind.choices

    @staticmethod
    def named(queryset, name, value):
        return queryset.filter(name__icontains=value) | queryset.filter(key__icontains=value)


LEFT_OUT = "Every line of the file was left out, for the reasons above."


class PreviewRegister(Register):
    """A file that somebody looks at: what it would do, the guard that holds it, and going ahead.

    A floor above makes one of its own: its permission, its `kinds` of file, and the addresses around it.
    """

    permission = P.SCHOOL_IMPORT
    kinds: tuple[str, ...] = ("schools", "links")
    noun = ("line", "lines")
    heading = "What the file would do"
    table_class = PreviewTable
    row_template = "schools/_preview_row.html"
    filter_class = PreviewFilter
    export_name = "what_the_file_would_do"
    has_views = False  # a file is looked at once
    empty = "The file says nothing that the register does not say already."
    template_name = "schools/import_preview.html"
    progress_template = "schools/import_progress.html"
    page_name, done_name = "schools:import-preview", "schools:import-detail"
    names = {"schools": "schools:school-import", "links": "schools:link-import"}
    done_says = {"schools": "You have loaded the school register", "links": "You have loaded the links between schools"}

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.preview = None

    def dispatch(self, request, *args, **kwargs):
        rows = ImportPreview.objects.filter(kind__in=self.kinds).select_related("authority")
        self.preview = fetch(request.viewer, self.permission, rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def upload_url(self) -> str:
        return reverse(self.names[self.preview.kind])

    def get(self, request, *args, **kwargs):
        preview = self.preview
        if preview.state == PreviewState.DONE:
            return redirect(self.done_name, pk=preview.run_id)
        if preview.state != PreviewState.READY:
            return self.progress(request)
        return super().get(request, *args, **kwargs)

    def progress(self, request):
        """How far the worker is with a large file, or why a file was refused."""
        preview, total = self.preview, sum(self.preview.report.get(key, 0) for key in WRITES)
        context = {
            "preview": preview,
            "is_refused": preview.state == PreviewState.REFUSED,
            "is_loading": preview.state == PreviewState.LOADING,
            "says": f"{preview.lines_done:,} of {counted(total, 'line')} written.",
            "again_url": self.upload_url,
            "breadcrumbs": self.trail(),
        }
        return render(request, self.progress_template, context)

    def post(self, request, *args, **kwargs):
        """Go ahead. The second click, and whoever comes after somebody else, finds what the first one did (D-31)."""
        if "action" in request.POST:
            return HttpResponseBadRequest()
        preview = self.preview
        form = self.form(request.POST)
        if preview.state == PreviewState.READY and not form.is_valid():
            return self.page(request, self.params(request))
        if preview.state == PreviewState.READY and actions.ask_to_load(preview=preview, by=request.user):
            load(preview)
            preview.refresh_from_db()
            if preview.state == PreviewState.DONE:
                messages.success(request, self.done_says[preview.kind])
        return redirect(self.page_name, pk=preview.pk)

    def empty_words(self, filters, chosen) -> str:
        """A file of another authority says much that is not known; its lines are left out, and the page says so."""
        words, report = super().empty_words(filters, chosen), self.preview.report
        is_left_out = report.get("skipped", 0) and not report.get("unchanged", 0)
        return LEFT_OUT if words == self.empty and is_left_out else words

    def form(self, posted=None) -> GoAheadForm:
        return GoAheadForm(posted, must_confirm=bool(self.preview.report.get("held")))

    def queryset(self, request):
        return PreviewRow.objects.filter(preview=self.preview)

    def table(self, rows, params):
        table = super().table(rows, params)
        if not table.order_by:
            table.data.data = table.data.data.order_by("position", "pk")
        return table

    def page(self, request, params, **options):
        self.go_ahead = self.form(request.POST if request.method == "POST" else None)
        return super().page(request, params, **options)

    def context(self, request):
        preview = self.preview
        number = sum(preview.report.get(key, 0) for key in WRITES)
        found = {
            "preview": preview,
            "figures": self.figures(preview),
            "held": preview.report.get("held", ""),
            "go_ahead": self.go_ahead,
            "writes": number,
            "button_label": f"Load {counted(number, 'line')}",
            "upload_url": self.upload_url,
            "breadcrumbs": self.trail(),
        }
        return found | ({"forms": [self.go_ahead]} if self.go_ahead.is_bound else {})

    def figures(self, preview: ImportPreview) -> list[SummaryRow]:
        return figures(preview.report)

    def trail(self) -> list[tuple[str, str]]:
        return [("Schools", reverse("schools:school-list")), ("Load a school register", reverse("schools:school-import"))]


def look(preview: ImportPreview) -> None:
    """Read a file that was handed in: at once, or by the worker where it is large."""
    _do(preview, jobs.read_preview, tasks.read_preview)


def load(preview: ImportPreview) -> None:
    """Load a file that somebody asked for: at once, or by the worker where it is large."""
    _do(preview, jobs.load_preview, tasks.load_preview)


def _do(preview: ImportPreview, job, task) -> None:
    if preview.options.get("is_large"):
        task.delay(preview.pk)
    else:
        job(preview_id=preview.pk, on=clock.today(), at=clock.now())


def figures(result: dict) -> list[SummaryRow]:
    """The counts of D-11 as people read them."""
    names = (
        ("read", "Lines read"), ("created", "New"), ("updated", "Changed"), ("unchanged", "Unchanged"), ("skipped", "Left out"),
        ("closed", "Closed (part of these)"),
    )  # fmt: skip
    rows = [SummaryRow(label, f"{result.get(key, 0):,}") for key, label in names]
    because = [f"{capitalised(reason)}: {number:,}" for reason, number in result.get("skipped_because", {}).items()]
    if because:
        rows[4] = SummaryRow("Left out", [rows[4].value, *because])
    return [*rows, SummaryRow("Rejected", f"{count_of(result, 'rejected'):,}")]


def count_of(result: dict, key: str) -> int:
    """How many lines a result names, or would name: the record keeps the first thousand."""
    return result.get(f"{key}_count", len(result.get(key) or ()))
