"""One run of many at once: what would become of each row, the one confirmation, how far it is, what became of each.

Beyond what somebody waits for the worker looks at it and carries it out; the page is the same and works by loading it again.
"""

import django_filters
from django.contrib import messages
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, jobs, tasks
from partners.models import BulkKind, BulkOutcome, BulkRow, BulkRun, BulkState
from partners.registers.bulk import OUTCOME_TAGS, WAITS, done_words, run_trail, to_do
from sipmanager.core import clock
from sipmanager.core.filters import BaseFilter, ChoicesFilter
from sipmanager.core.parts import SummaryRow, Tag
from sipmanager.core.registers import Register
from sipmanager.core.searching import words_begin
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import counted, day, moment, searchable
from sipmanager.core.workflow import MoveRefused

from ..grants.whatif import kept_effect_rows
from ..shared import deployment_url

# What stands first: whatever somebody has to look at.
ORDER = (BulkOutcome.STAYS, BulkOutcome.OPEN, BulkOutcome.GOES, BulkOutcome.PASSED, BulkOutcome.MADE)


def run_url(run: BulkRun) -> str:
    return reverse("partners:bulk-detail", args=[run.pk])


def look(run: BulkRun) -> None:
    """Look at a run: at once, or by the worker where it is long."""
    if run.many > actions.IN_A_REQUEST:
        tasks.look_at_run.delay(run.pk)
    else:
        jobs.look_at_run(run_id=run.pk, on=clock.today(), at=clock.now())


def carry_out(run: BulkRun) -> None:
    """Carry a confirmed run out: at once, or by the worker where it is long."""
    if run.many > actions.IN_A_REQUEST:
        tasks.carry_out_run.delay(run.pk)
    else:
        jobs.carry_out_run(run_id=run.pk, at=clock.now())


class RowTable(BaseTable):
    """What would become, or became, of each."""

    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    urn = ExportColumn(verbose_name="URN", accessor="school__urn")
    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    note = Column(verbose_name="What changes", orderable=False)
    outcome = Column(verbose_name="Status", export="get_outcome_display")
    because = ExportColumn(verbose_name="Because", accessor="because_words")

    class Meta(BaseTable.Meta):
        order_by = ()


class RowFilter(BaseFilter):
    """Rows by what becomes of them, and by school or SIP."""

    outcome = ChoicesFilter(label="Status", choices=BulkOutcome.choices)
    q = django_filters.CharFilter(label="School or SIP", method="named", max_length=100)

    class Meta(BaseFilter.Meta):
        model = BulkRow
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = dict(self.queryset.order_by().values_list("outcome").annotate(number=Count("pk")))
        shown = [(key, f"{label} ({found[key]:,})") for key, label in BulkOutcome.choices if key in found]
        self.filters["outcome"].extra["choices"] = shown or BulkOutcome.choices

    @staticmethod
    def named(queryset, name, value):
        words = searchable(value)
        return queryset.filter(words_begin("school__search_name", words) | words_begin("partner__search_name", words))


class RunPage(Register):
    """A run from the first look to the last row."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("school", "schools")
    table_class = RowTable
    row_template = "partners/deployments/_bulk_row.html"
    filter_class = RowFilter
    template_name = "partners/deployments/run.html"
    export_name = "done_at_once"
    has_views = False
    empty = "Nobody went on with this in time, so what was looked at is no longer kept. Choose again."

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.run = None

    def dispatch(self, request, *args, **kwargs):
        rows = BulkRun.objects.select_related("authority", "made_by", "confirmed_by")
        self.run = fetch(request.viewer, self.permission, rows, pk=kwargs["pk"])
        found = dict(self.run.rows.order_by().values_list("outcome").annotate(number=Count("pk")))
        self.many = {key: found.get(key, 0) for key in BulkOutcome.values}
        self.heading = self.heading_now()
        return super().dispatch(request, *args, **kwargs)

    def heading_now(self) -> str:
        run = self.run
        return {
            BulkState.LOOKING: "This is being looked at", BulkState.READY: "Check before you go on",
            BulkState.WORKING: "This is being carried out", BulkState.LAPSED: "This was not carried out",
            BulkState.DONE: done_words(run, self.many[BulkOutcome.MADE]),
        }[run.state]  # fmt: skip

    def get(self, request, *args, **kwargs):
        if self.run.state == BulkState.LOOKING:
            return render(request, "partners/deployments/run_progress.html", {"heading": self.heading} | self.context(request))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Nothing is posted here: confirming has an address of its own."""
        return HttpResponseBadRequest()

    def queryset(self, request):
        rank = Case(*[When(outcome=key, then=Value(at)) for at, key in enumerate(ORDER)], output_field=IntegerField())
        rows = BulkRow.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).filter(run=self.run)
        return rows.select_related("school", "partner", "deployment", "made").annotate(rank=rank)

    def table(self, rows, params):
        table = super().table(rows, params)
        if not table.order_by:
            table.data.data = table.data.data.order_by("rank", "position", "pk")
        return table

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag = tag_of(self.run, row.outcome)
            row.url = deployment_url(row.made) if row.made else deployment_url(row.deployment) if row.deployment else ""
        return listing

    def context(self, request):
        run = self.run
        many, dealt = self.many[BulkOutcome.GOES], run.rows.filter(done_at__isnull=False).count()
        may = can(request.viewer, actions.RIGHT_OF[run.kind], run.authority)
        has_effects = run.effects_on is not None and run.state == BulkState.READY and request.viewer.has(P.CONDITIONS_VIEW)
        return {
            "run": run,
            "caption": to_do(run, run.many),
            "is_ready": run.state == BulkState.READY,
            "is_ending": run.kind == BulkKind.END,
            "is_working": run.state == BulkState.WORKING,
            "says": f"{dealt:,} of {counted(dealt + many, 'school')} dealt with. You can leave this page and come back.",
            "facts": facts_of(run, self.many),
            "button": to_do(run, many) if many and may and run.state == BulkState.READY else "",
            "may": may,
            "has_effects": has_effects,
            "effects": kept_effect_rows(run.effects) if has_effects else [],
            "effects_on": run.effects_on,
            "confirm_url": reverse("partners:bulk-confirm", args=[run.pk]),
            "again_url": reverse("partners:bulk-again", args=[run.pk]),
            "cancel_url": reverse("partners:deployment-list"),
            "breadcrumbs": run_trail(),
        }


bulk_detail = requires(P.DEPLOYMENT_PROPOSE)(RunPage.as_view())


def tag_of(run: BulkRun, outcome: str) -> Tag:
    """What a row's outcome is called; what goes through waits once the run is confirmed."""
    is_waiting = run.state == BulkState.WORKING and outcome == BulkOutcome.GOES
    return WAITS if is_waiting else OUTCOME_TAGS[BulkOutcome(outcome)]


def facts_of(run: BulkRun, many: dict[str, int]) -> list[SummaryRow]:
    """What is done, by whom and when, and what came of it."""
    confirmed = f"{run.confirmed_by.full_name}, {moment(run.confirmed_at)}" if run.confirmed_by else ""
    rows = [
        SummaryRow("Authority", run.authority.name),
        SummaryRow("First day", day(run.starts_on)) if run.starts_on else None,
        SummaryRow("Last day", day(run.ends_on or run.last_on)) if run.ends_on or run.last_on else None,
        SummaryRow("Schools asked on", day(run.consulted_on)) if run.consulted_on else None,
        SummaryRow("Why", run.why) if run.why else None,
        SummaryRow("Looked at by", f"{run.made_by.full_name}, {moment(run.made_at)}"),
        SummaryRow("Confirmed by", confirmed) if confirmed else None,
        SummaryRow("Carried out", moment(run.finished_at)) if run.finished_at else None,
        *(SummaryRow(tag_of(run, key).label, f"{many[key]:,}") for key in ORDER if many[key]),
    ]
    return [row for row in rows if row is not None]


def run_for(request, pk: int) -> BulkRun:
    rows = BulkRun.objects.select_related("authority", "made_by", "confirmed_by")
    return fetch(request.viewer, P.DEPLOYMENT_PROPOSE, rows, pk=pk)


@require_POST
@requires(P.DEPLOYMENT_PROPOSE)
def bulk_confirm(request, pk):
    """Confirm what was looked at. The second click, and whoever comes after somebody else, finds what the first one did."""
    run = run_for(request, pk)
    try:
        is_first = actions.confirm_run(run=run, by=request.user, at=clock.now())
    except MoveRefused as refused:
        messages.warning(request, " ".join(refused.reasons))
        return redirect(run_url(run))
    if is_first:
        carry_out(run)
    else:
        messages.info(request, "This was confirmed already, once.")
    return redirect(run_url(run))


@require_POST
@requires(P.DEPLOYMENT_PROPOSE)
def bulk_again(request, pk):
    """Hand a run that stands still to the worker again; rows that were dealt with are not touched."""
    run = run_for(request, pk)
    if run.state == BulkState.LOOKING:
        tasks.look_at_run.delay(run.pk)
    elif run.state == BulkState.WORKING:
        tasks.carry_out_run.delay(run.pk)
    return redirect(run_url(run))
