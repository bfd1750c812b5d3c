"""The lists of what has become unlawful, of rules set aside, and of three years that come to their end (DEP-10, PRE-13, REP-4)."""

from django.db.models import F, Q
from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter
from sipmanager.core.parts import Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from ..deployment_rules import DEPLOYMENT_RULES
from ..filters import SchoolSearchFilter
from ..models import OPEN_STATES, RUNNING_STATES, Deployment, DeploymentFlag, PlanState
from ..remaining import ASKED_AGAIN
from ..selectors import limits_near, with_limits
from ..tables import PlacesTable
from ..tenure import WARN_MONTHS
from ..wording import flag_tag, status_tag

FLAG_STATES = [
    ("open", "Open"), ("overdue", "Overdue"), ("promised", "To be mended"), ("decided", "Decided"), ("cleared", "Mended"),
]  # fmt: skip
FLAGGED_RULES = [(rule.id, f"{rule.id}: {rule.says}") for rule in DEPLOYMENT_RULES if rule.id in ASKED_AGAIN]
SHOULD_RULES = [(rule.id, f"{rule.id}: {rule.says}") for rule in DEPLOYMENT_RULES if rule.weight == "should"]
TRAIL = ("Deployments", "partners:deployment-list")


def trail() -> dict:
    return {"breadcrumbs": [("My work", "/"), (TRAIL[0], reverse(TRAIL[1]))]}


class FlagTable(BaseTable):
    """What deployments have come to break."""

    school = Column(verbose_name="School", order_by=("deployment__school__name",), export="deployment__school__name")
    urn = ExportColumn(verbose_name="URN", accessor="deployment__school__urn")
    partner = Column(verbose_name="SIP", order_by=("deployment__partner__full_name",), export="deployment__partner__full_name")
    reference = ExportColumn(verbose_name="SIP reference", accessor="deployment__partner__reference")
    authority = ExportColumn(verbose_name="Authority", accessor="deployment__authority__name")
    rule = Column(verbose_name="Rule")
    says = Column(verbose_name="Because", orderable=False)
    raised_at = Column(verbose_name="First seen")
    due_on = Column(verbose_name="Due")
    outcome = Column(verbose_name="State", orderable=False, export=lambda flag: state_words(flag))
    reason = ExportColumn(verbose_name="Reason given")
    cleared_at = ExportColumn(verbose_name="Mended")

    class Meta(BaseTable.Meta):
        order_by = ("due_on",)


def state_words(flag: DeploymentFlag) -> str:
    """Where a flag stands, for the export."""
    if flag.cleared_at is not None:
        return "Mended"
    return flag.get_outcome_display() or ("To be mended" if flag.promised_on else "To be decided")


class FlagFilter(BaseFilter):
    """Flags by where they stand, by rule, school and SIP."""

    q = SchoolSearchFilter(field_name="deployment__school__search_name", label="School")
    sip = SearchFilter(field_name="deployment__partner__search_name", label="SIP")
    state = OneOfFilter(label="State", choices=FLAG_STATES, method="by_state")
    rule = ChoicesFilter(field_name="rule", label="Rule", choices=FLAGGED_RULES)

    def by_state(self, queryset, name, value):
        is_open = Q(decided_at=None, cleared_at=None)
        wanted = {
            "open": is_open,
            "overdue": is_open & Q(due_on__lt=self.request.viewer.on),
            "promised": is_open & Q(promised_on__isnull=False),
            "decided": Q(decided_at__isnull=False),
            "cleared": Q(cleared_at__isnull=False),
        }
        return queryset.filter(wanted[value]) if value else queryset


class FlagRegister(Register):
    """Deployments that were lawful when they were made and are not any more, each until it is mended or decided."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("flag", "flags")
    heading = "Deployments that have become unlawful"
    table_class = FlagTable
    row_template = "partners/deployments/_flag_row.html"
    filter_class = FlagFilter
    defaults = {"state": ["open"]}
    template_name = "partners/deployments/flags.html"
    export_name = "deployment-flags"
    empty = "No deployment has broken a rule since it was made."

    def queryset(self, request):
        rows = DeploymentFlag.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE)
        return rows.select_related("deployment__school", "deployment__partner", "deployment__authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag, row.may_decide = flag_tag(row, request.viewer.on), row.is_open and request.viewer.has(P.DEPLOYMENT_END)
        return listing

    def context(self, request):
        return trail()


class OverrideTable(PlacesTable):
    """Deployments for which a rule was set aside."""

    starts_on = Column(verbose_name="From")
    reasons = Column(
        verbose_name="Rule and reason", orderable=False,
        export=lambda row: "; ".join(f"{rule}: {text}" for rule, text in sorted(row.reasons.items())),
    )  # fmt: skip
    status = Column(verbose_name="Status", export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-starts_on",)


class OverrideFilter(BaseFilter):
    """Overrides by rule, school and SIP, in force or past."""

    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    sip = SearchFilter(field_name="partner__search_name", label="SIP")
    force = OneOfFilter(label="In force", choices=[("yes", "In force"), ("no", "Past")], method="by_force")
    rule = ChoicesFilter(label="Rule", choices=SHOULD_RULES, method="by_rule")

    def by_force(self, queryset, name, value):
        live = Q(status__in=[*OPEN_STATES, *RUNNING_STATES], voided_on=None)
        if not value:
            return queryset
        return queryset.filter(live) if value == "yes" else queryset.exclude(live)

    def by_rule(self, queryset, name, value):
        wanted = Q()
        for rule in value:
            wanted |= Q(reasons__has_key=rule)
        return queryset.filter(wanted)


class OverrideRegister(Register):
    """Every rule of weight "should" that somebody has set aside with a reason."""

    permission = P.DEPLOYMENT_PROPOSE
    noun = ("deployment with an override", "deployments with an override")
    heading = "Rules set aside with a reason"
    table_class = OverrideTable
    row_template = "partners/deployments/_override_row.html"
    filter_class = OverrideFilter
    defaults = {"force": ["yes"]}
    template_name = "partners/deployments/overrides.html"
    export_name = "overrides"
    empty = "No rule has been set aside for a deployment."

    def queryset(self, request):
        rows = Deployment.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).exclude(reasons={})
        return rows.select_related("school", "partner", "authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.tag, row.given = status_tag(row, request.viewer.on), sorted(row.reasons.items())
        return listing

    def context(self, request):
        return trail()


class LimitTable(PlacesTable):
    """Three years that come to their end, and what is planned."""

    starts_on = ExportColumn(verbose_name="From")
    ends_on = ExportColumn(verbose_name="Last day on record")
    limit_on = Column(verbose_name="Last lawful day")
    state = Column(
        verbose_name="Who follows", order_by=("succession__state",),
        export=lambda row: row.succession.get_state_display() if plan_of(row) else "No plan",
    )  # fmt: skip
    follower = ExportColumn(
        verbose_name="SIP who follows",
        export=lambda row: row.succession.follower.full_name if plan_of(row) and row.succession.follower else "",
    )
    settle_by = Column(verbose_name="Settle by", order_by=("succession__settle_by",), export="succession__settle_by")

    class Meta(BaseTable.Meta):
        order_by = ("limit_on",)


def plan_of(deployment: Deployment):
    """The plan of who follows, or nothing."""
    return getattr(deployment, "succession", None)


LIMITS = [("past", "Past"), *((str(months), f"Within {months} months") for months in reversed(WARN_MONTHS))]
PLANS = [("none", "No plan"), *PlanState.choices]


class LimitFilter(BaseFilter):
    """Limits by how near they are and by what is planned."""

    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    sip = SearchFilter(field_name="partner__search_name", label="SIP")
    within = OneOfFilter(label="Last lawful day", choices=LIMITS, method="by_limit")
    plan = ChoicesFilter(label="Who follows", choices=PLANS, method="by_plan")
    settled = OneOfFilter(label="Last day set in time", choices=[("no", "No"), ("yes", "Yes")], method="by_end")

    def by_limit(self, queryset, name, value):
        if not value:
            return queryset
        months = 0 if value == "past" else int(value)
        limits = limits_near(queryset, self.request.viewer.on, months=months)
        on = self.request.viewer.on
        return queryset.filter(pk__in=[pk for pk, limit in limits.items() if (limit < on) is (value == "past")])

    def by_plan(self, queryset, name, value):
        if not value:
            return queryset
        wanted = Q(succession__state__in=value)
        return queryset.filter(wanted | Q(succession=None) if "none" in value else wanted)

    def by_end(self, queryset, name, value):
        if not value:
            return queryset
        settled = Q(ends_on__isnull=False, ends_on__lte=F("limit_on"))
        return queryset.filter(settled if value == "yes" else ~settled)


class LimitRegister(Register):
    """Deployments whose three years end within a year, or have passed, with who follows (REP-4, DL-28)."""

    permission = P.SUCCESSION_VIEW
    noun = ("deployment near its limit", "deployments near their limit")
    heading = "Three years that come to their end"
    table_class = LimitTable
    row_template = "partners/deployments/_limit_row.html"
    filter_class = LimitFilter
    template_name = "partners/deployments/limits.html"
    export_name = "three-year-limits"
    empty = "No deployment comes to the end of its three years within a year."

    def queryset(self, request):
        rows = Deployment.objects.visible_to(request.viewer, P.SUCCESSION_VIEW)
        rows = with_limits(rows, limits_near(rows, request.viewer.on))
        return rows.select_related("school", "partner", "authority", "succession__follower")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        shown = Deployment.objects.filter(pk__in=[row.pk for row in listing.records])
        may_plan = set(shown.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).values_list("pk", flat=True))
        for row in listing.records:
            row.plan = plan = plan_of(row)
            row.may_plan = row.pk in may_plan
            row.tag = Tag(plan.get_state_display(), "blue") if plan else Tag("No plan", "yellow")
            row.is_past = row.limit_on < request.viewer.on
        return listing

    def context(self, request):
        return trail()
