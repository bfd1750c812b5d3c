"""The list of what was done to many schools at once, and the words of each kind of run (DEP-18, DEP-19)."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import BaseFilter, ChoicesFilter
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import capitalised, counted

from ..models import BulkKind, BulkOutcome, BulkRun, BulkState

STATE_TAGS = {
    BulkState.LOOKING: Tag(BulkState.LOOKING.label, "blue"),
    BulkState.READY: Tag(BulkState.READY.label, "yellow"),
    BulkState.WORKING: Tag(BulkState.WORKING.label, "blue"),
    BulkState.DONE: Tag(BulkState.DONE.label, "green"),
    BulkState.LAPSED: Tag(BulkState.LAPSED.label, "grey"),
}
OUTCOME_TAGS = {
    BulkOutcome.OPEN: Tag(BulkOutcome.OPEN.label, "grey"),
    BulkOutcome.GOES: Tag(BulkOutcome.GOES.label, "blue"),
    BulkOutcome.STAYS: Tag(BulkOutcome.STAYS.label, "orange"),
    BulkOutcome.MADE: Tag(BulkOutcome.MADE.label, "green"),
    BulkOutcome.PASSED: Tag(BulkOutcome.PASSED.label, "grey"),
}
WAITS = Tag("Waits its turn", "blue")


@dataclass(frozen=True)
class RunWords:
    """How a kind of run is spoken of: "Move 3 schools", "3 schools moved"."""

    verb: str
    noun: str
    done: str


WORDS = {
    BulkKind.DEPLOY: RunWords("Deploy", "school", "deployed"),
    BulkKind.MOVE: RunWords("Move", "school", "moved"),
    BulkKind.RENEW: RunWords("Renew", "deployment", "renewed"),
    BulkKind.END: RunWords("End", "deployment", "ended"),
}


def to_do(run: BulkRun, many: int) -> str:
    """Such as "Move 3 schools"."""
    words = WORDS[run.kind]
    return f"{words.verb} {counted(many, words.noun)}"


def done_words(run: BulkRun, many: int) -> str:
    """Such as "3 schools moved"; a deployment that waits for its school is only proposed."""
    words = WORDS[run.kind]
    is_proposed = run.kind == BulkKind.DEPLOY and run.consulted_on is None
    return capitalised(f"{counted(many, words.noun)} {'proposed' if is_proposed else words.done}")


def run_trail() -> list[tuple[str, str]]:
    return [
        ("My work", "/"), ("Deployments", reverse("partners:deployment-list")),
        ("Done at once", reverse("partners:bulk-list")),
    ]  # fmt: skip


class RunTable(BaseTable):
    """What was done to many at once."""

    kind = Column(verbose_name="What", export="get_kind_display")
    authority = ExportColumn(verbose_name="Authority", accessor="authority__name")
    many = Column(verbose_name="Schools", is_number=True)
    made_by = Column(verbose_name="By", order_by=("made_by__full_name",), export="made_by__full_name")
    made_at = Column(verbose_name="When")
    state = Column(verbose_name="Status", export="get_state_display")

    class Meta(BaseTable.Meta):
        order_by = ("-made_at",)


class RunFilter(BaseFilter):
    """Runs by what was done and how far they are."""

    kind = ChoicesFilter(field_name="kind", label="What", choices=BulkKind.choices)
    state = ChoicesFilter(field_name="state", label="Status", choices=BulkState.choices)

    class Meta(BaseFilter.Meta):
        model = BulkRun
        fields: list[str] = []


class RunRegister(Register):
    """Everything that was done to many schools at once, the newest first."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("run", "runs")
    heading = "Done at once"
    table_class = RunTable
    row_template = "partners/deployments/_run_row.html"
    filter_class = RunFilter
    template_name = "partners/deployments/runs.html"
    export_name = "done_at_once"
    empty = "Nothing has been done to many schools at once yet."

    def queryset(self, request):
        rows = BulkRun.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE)
        return rows.select_related("authority", "made_by", "confirmed_by")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for run in listing.records:
            run.tag, run.words = STATE_TAGS[BulkState(run.state)], to_do(run, run.many)
        return listing

    def links(self, request):
        return (Link("Deploy many at once", reverse("partners:deployments-deploy")),)

    def context(self, request):
        return {"breadcrumbs": run_trail()[:-1]}
