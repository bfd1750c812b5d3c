"""The list of plans of a whole deployment, and the rows of one plan with what can be done with them (DEP-3)."""

from django.contrib import messages
from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import fetch
from accounts.permissions import P
from schools.models import School
from sipmanager.core import clock
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.registers import BulkAction, Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn
from sipmanager.core.wording import counted, day, moment
from sipmanager.core.workflow import MoveRefused

from .. import actions
from ..filters import SchoolSearchFilter
from ..forms import PROGRAMME_CHOICES, AgainForm
from ..models import OPEN_STATES, Deployment, DeploymentPlan, Partner, PlanRow, PlanStatus
from ..planning import WITHIN

PLAN_TAGS = {
    PlanStatus.WAITING: Tag(PlanStatus.WAITING.label, "blue"),
    PlanStatus.OPTIMAL: Tag(PlanStatus.OPTIMAL.label, "green"),
    PlanStatus.FEASIBLE: Tag(PlanStatus.FEASIBLE.label, "turquoise"),
    PlanStatus.INFEASIBLE: Tag(PlanStatus.INFEASIBLE.label, "orange"),
    PlanStatus.FAILED: Tag(PlanStatus.FAILED.label, "grey"),
}
OPEN, ACCEPTED, TAKEN = "open", "accepted", "taken"
ROW_STATES = [(OPEN, "Not accepted yet"), (ACCEPTED, "Accepted"), (TAKEN, "Another SIP by now")]
LEAVE = "You can leave this page and come back."
WISH_WORDS = {"pinned": "stays at", "forbidden": "does not take"}
ROW_TAGS = {
    OPEN: Tag("Not accepted yet", "grey"),
    ACCEPTED: Tag("Accepted", "green"),
    TAKEN: Tag("Another SIP by now", "orange"),
}


def plan_url(plan: DeploymentPlan) -> str:
    return reverse("partners:plan-detail", args=[plan.pk])


def plan_trail(plan: DeploymentPlan | None = None) -> list[tuple[str, str]]:
    crumbs = [("My work", "/"), ("Deployments", reverse("partners:deployment-list")), ("Plans", reverse("partners:plan-list"))]
    return [*crumbs, (plan_title(plan), plan_url(plan))] if plan else crumbs


def plan_title(plan: DeploymentPlan) -> str:
    return f"{plan.get_programme_display()} schools from {day(plan.starts_on)}"


class PlanTable(BaseTable):
    """The plans of an authority."""

    programme = Column(verbose_name="Plan", export="get_programme_display")
    starts_on = Column(verbose_name="First day")
    authority = ExportColumn(verbose_name="Authority", accessor="authority__name")
    schools = Column(verbose_name="Schools", is_number=True)
    objective = Column(verbose_name="Points lost", is_number=True)
    made_at = Column(verbose_name="Made")
    status = Column(verbose_name="Status", export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-made_at",)


class PlanFilter(BaseFilter):
    """Plans by programme and by what has come of them."""

    programme = ChoicesFilter(field_name="programme", label="Programme", choices=PROGRAMME_CHOICES)
    status = ChoicesFilter(field_name="status", label="Status", choices=PlanStatus.choices)

    class Meta(BaseFilter.Meta):
        model = DeploymentPlan
        fields: list[str] = []


class PlanRegister(Register):
    """Every plan that was worked out, the newest first."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("plan", "plans")
    heading = "Plans of a whole deployment"
    table_class = PlanTable
    row_template = "partners/planning/_plan_row.html"
    filter_class = PlanFilter
    export_name = "plans"
    empty = "No plan has been made yet. A plan proposes a School Improvement Partner (SIP) for every school without one."

    def queryset(self, request):
        rows = DeploymentPlan.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE)
        return rows.select_related("authority", "made_by")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for plan in listing.records:
            plan.tag = PLAN_TAGS[PlanStatus(plan.status)]
        return listing

    def main_link(self, request):
        return Link("Make a plan", reverse("partners:plan-new"))

    def context(self, request):
        return {"breadcrumbs": plan_trail()[:-1]}


class PlanRowTable(BaseTable):
    """Who would take which school."""

    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    urn = ExportColumn(verbose_name="URN", accessor="school__urn")
    partner = Column(verbose_name="SIP", order_by=("partner__full_name",), export="partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="partner__reference")
    because = Column(verbose_name="Because", orderable=False)
    points = Column(verbose_name="Points lost", is_number=True)
    state = Column(verbose_name="State", export=lambda row: dict(ROW_STATES)[row.state])

    class Meta(BaseTable.Meta):
        order_by = ("school",)


class PlanRowFilter(BaseFilter):
    """Rows of a plan by school and by what has become of them."""

    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    state = ChoicesFilter(field_name="state", label="State", choices=ROW_STATES)
    kept = OneOfFilter(label="The school's SIP until now", choices=[("yes", "Yes"), ("no", "No")], method="by_kept")

    class Meta(BaseFilter.Meta):
        model = PlanRow
        fields: list[str] = []

    def by_kept(self, queryset, name, value):
        return queryset.filter(is_kept=value == "yes") if value else queryset


class PlanRowRegister(Register):
    """One plan: how good it is, what it leaves over and why, and its rows to accept, pin or forbid."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("school with a SIP in this plan", "schools with a SIP in this plan")
    table_class = PlanRowTable
    row_template = "partners/planning/_row.html"
    filter_class = PlanRowFilter
    template_name = "partners/planning/detail.html"
    export_name = "plan"
    has_views = False
    empty = "This plan gives no school a School Improvement Partner (SIP)."

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.plan = None

    def dispatch(self, request, *args, **kwargs):
        rows = DeploymentPlan.objects.select_related("authority", "made_by", "follows")
        self.plan = fetch(request.viewer, self.permission, rows, pk=kwargs["pk"])
        self.heading = plan_title(self.plan)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if self.plan.status in (PlanStatus.WAITING, PlanStatus.FAILED):
            return self.progress(request)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """There is nothing to choose until a plan is worked out: a form of before leads to what is known of it."""
        if self.plan.status in (PlanStatus.WAITING, PlanStatus.FAILED):
            return redirect(plan_url(self.plan))
        return super().post(request, *args, **kwargs)

    def progress(self, request):
        """Still being worked out, or why it was not."""
        context = {
            "plan": self.plan,
            "heading": self.heading,
            "says": f"The plan is being worked out, for {self.plan.time_limit} seconds at most. {LEAVE}",
            "is_failed": self.plan.status == PlanStatus.FAILED,
            "made_words": f"{self.plan.authority.name}, asked for {moment(self.plan.made_at)}",
            "again_form": AgainForm(),
            "again_url": reverse("partners:plan-again", args=[self.plan.pk]),
            "breadcrumbs": plan_trail(),
        }
        return render(request, "partners/planning/progress.html", context)

    def bulk_for(self, request):
        return (
            BulkAction("accept", "Accept: propose them"), BulkAction("pin", "Pin for the next time"),
            BulkAction("forbid", "Forbid for the next time"),
        )  # fmt: skip

    def queryset(self, request):
        at_school = Deployment.objects.filter(school=OuterRef("school"), voided_on=None).filter(
            Q(confirmed_on__isnull=False) | Q(status__in=OPEN_STATES),
            Q(ends_on=None) | Q(ends_on__gte=self.plan.starts_on),
        )
        mine = at_school.filter(partner=OuterRef("partner"), starts_on=self.plan.starts_on)
        rows = PlanRow.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).filter(plan=self.plan)
        return rows.select_related("school", "partner").annotate(
            deployment_id=Subquery(mine.order_by("-pk").values("pk")[:1]),
            state=Case(
                When(Exists(mine), then=Value(ACCEPTED)), When(Exists(at_school), then=Value(TAKEN)), default=Value(OPEN),
                output_field=CharField(),
            ),
        )  # fmt: skip

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        pinned, forbidden = set(map(tuple, self.plan.next_pinned)), set(map(tuple, self.plan.next_forbidden))
        for row in listing.records:
            key = (row.school.urn, row.partner.reference)
            row.tag = ROW_TAGS[row.state]
            row.wish_tag = Tag("Pinned", "blue") if key in pinned else Tag("Forbidden", "yellow") if key in forbidden else None
            row.url = check_url(row, self.plan)
            row.paper_words = f"{counted(row.outstanding, 'check')} to put on record" if row.outstanding else ""
        return listing

    # What is done with chosen rows.

    def bulk_accept(self, request, chosen):
        rows = list(chosen.order_by("school__name", "pk")[: actions.MOST_AT_ONCE + 1])
        if len(rows) > actions.MOST_AT_ONCE:
            return self.page(
                request, self.params(request), errors=[f"Choose at most {counted(actions.MOST_AT_ONCE, 'row')} at once"]
            )
        found = actions.accept_rows(plan=self.plan, rows=rows, by=request.user, at=clock.now())
        done = [one for one in found if one.deployment]
        if done:
            messages.success(request, f"{counted(len(done), 'deployment')} proposed. The schools have been told.")
        refused = [f"{one.row.partner.full_name} at {one.row.school.name}: {one.because}" for one in found if one.because]
        if refused:
            return self.page(request, self.params(request), errors=refused)
        return redirect(plan_url(self.plan))

    def bulk_pin(self, request, chosen):
        return self.wished(request, actions.pin_rows, chosen, "They stay together when the plan is worked out again.")

    def bulk_forbid(self, request, chosen):
        return self.wished(request, actions.forbid_rows, chosen, "They are kept apart when the plan is worked out again.")

    def wished(self, request, act, chosen, done: str):
        try:
            act(plan=self.plan, rows=list(chosen), by=request.user, at=clock.now())
        except MoveRefused as refusal:
            return self.page(request, self.params(request), errors=refusal.reasons)
        messages.success(request, done)
        return redirect(plan_url(self.plan))

    def context(self, request):
        plan = self.plan
        others = DeploymentPlan.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).filter(
            authority=plan.authority_id, programme=plan.programme, starts_on=plan.starts_on
        )
        has_others = others.exclude(pk=plan.pk).exclude(status__in=[PlanStatus.WAITING, PlanStatus.FAILED]).exists()
        return {
            "plan": plan,
            "tag": PLAN_TAGS[PlanStatus(plan.status)],
            "facts": facts_of(plan),
            "unassigned": plan.result.get("unassigned", []),
            "conflicts": plan.result.get("conflicts", []),
            "effects": plan.result.get("effects", []),
            "wishes": wishes_of(plan),
            "has_changed": [plan.pinned, plan.forbidden] != [plan.next_pinned, plan.next_forbidden],
            "again_form": AgainForm(),
            "again_url": reverse("partners:plan-again", args=[plan.pk]),
            "forget_url": reverse("partners:plan-forget", args=[plan.pk]),
            "compare_url": reverse("partners:plan-compare", args=[plan.pk]) if has_others else "",
            "breadcrumbs": plan_trail(),
        }


def check_url(row: PlanRow, plan: DeploymentPlan) -> str:
    """Where one row is looked at rule by rule, and proposed with its reasons."""
    if row.deployment_id:
        return reverse("partners:deployment-detail", args=[row.deployment_id])
    address = reverse("partners:deploy-check", args=[row.school.urn, row.partner.reference])
    return f"{address}?starts_on={plan.starts_on.isoformat()}"


def facts_of(plan: DeploymentPlan) -> list[SummaryRow]:
    """The figures of a plan as people read them."""
    result = plan.result
    left = len(result.get("unassigned", []))
    left_words = f"{left:,} of them left over" if left else "all of them planned"
    rows = [
        SummaryRow("Authority", plan.authority.name),
        SummaryRow("Schools without a SIP", f"{plan.schools:,}", note=left_words),
        SummaryRow("SIPs with days planned", f"{result.get('sips', 0):,}"),
        SummaryRow("Points lost", f"{plan.objective:,}", note=how_good(plan)),
        SummaryRow("Worked out", moment(plan.solved_at), note=f"in {result.get('seconds', 0)} seconds"),
    ]
    if result.get("underway"):
        rows.insert(2, SummaryRow("Proposed already", f"{counted(result['underway'], 'school')}, not planned again"))
    if result.get("elsewhere"):
        rows.insert(2, SummaryRow("Run by somebody else", f"{counted(result['elsewhere'], 'school')} here, not planned"))
    if result.get("not_planned"):
        blank = counted(result["not_planned"], "SIP")
        rows.insert(3, SummaryRow("Without days planned", f"{blank} engaged here, left out"))
    return rows


def how_good(plan: DeploymentPlan) -> str:
    """How near the plan is to the best."""
    if plan.objective == plan.bound or not plan.objective:
        return "No plan that gives as many schools a SIP loses fewer."
    gap = (plan.objective - plan.bound) / plan.objective
    share = f"{100 * gap:.1f}%"
    return f"At most {share} from the best." if gap <= WITHIN else f"The best may be up to {share} better; give it more time."


def wishes_of(plan: DeploymentPlan) -> list[dict]:
    """The pins and forbidden pairs for the next time, with the names of school and SIP."""
    keys = [("pinned", *key) for key in plan.next_pinned] + [("forbidden", *key) for key in plan.next_forbidden]
    names = dict(School.objects.filter(urn__in=[urn for _, urn, _ in keys]).values_list("urn", "name"))
    people = dict(Partner.objects.filter(reference__in=[ref for *_, ref in keys]).values_list("reference", "full_name"))
    return [
        {
            "urn": urn,
            "reference": reference,
            "words": " ".join([people.get(reference, reference), WISH_WORDS[kind], names.get(urn, urn)]),
            "undo": "Take the pin off" if kind == "pinned" else "Allow again",
        }
        for kind, urn, reference in keys
    ]
