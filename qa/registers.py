"""The lists of quality assurance: who is due to be shadowed, and the shadow visits."""

from datetime import date

from django.db.models import DateField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.permissions import Permission
from partners.models import Engagement
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column

from . import selectors
from .filters import DueFilter, ShadowFilter
from .models import ShadowVisit

P = Permission


def sections(current: str) -> list[Link]:
    """The second row of navigation of the quality pages."""
    pages = [("Who is due", "qa:due-list"), ("Shadow visits", "qa:shadow-list")]
    return [Link(label, reverse(name), is_current=name == current) for label, name in pages]


def plan_link(request) -> Link | None:
    return Link("Plan a shadow visit", reverse("qa:shadow-plan")) if request.viewer.has(P.SHADOW_RECORD) else None


class DueTable(BaseTable):
    name = Column("SIP", accessor="partner__full_name")
    last = Column("Last shadowed", accessor="last_shadowed_on")
    began = Column("Began here", accessor="began_on")
    planned = Column("Next planned", accessor="next_planned_on")
    due = Column("Due", accessor="clock_from", order_by="due_order", export=lambda engagement: engagement.due_on)
    standing = Column("Standing", orderable=False, empty_values=(), export=lambda engagement: engagement.tag.label)

    class Meta(BaseTable.Meta):
        order_by = ("due",)


class DueRegister(Register):
    """SIPs by when they are next due to be shadowed (QA-8, QA-11)."""

    permission = P.SHADOW_VIEW
    noun = ("SIP", "SIPs")
    heading = "Who is due to be shadowed"
    table_class = DueTable
    row_template = "qa/_due_row.html"
    filter_class = DueFilter
    export_name = "shadow-visits-due"
    template_name = "qa/due_list.html"
    empty = "Nobody works here as a School Improvement Partner (SIP) yet."

    def queryset(self, request):
        engagements = Engagement.objects.running(request.viewer.on).visible_to(request.viewer, P.SHADOW_VIEW)
        authority_ids = engagements.order_by().values_list("authority_id", flat=True).distinct()
        request.shadow_policies = selectors.policies_of(authority_ids, request.viewer.on)
        rows = selectors.with_last_shadowed(engagements).select_related("partner")
        # Those for whom no clock runs come last, whichever day the others have.
        return rows.annotate(due_order=Coalesce("clock_from", Value(date.max), output_field=DateField()))

    def table(self, rows, params):
        table = super().table(rows, params)
        records = table.data.data
        records._iterable_class = judged(records._iterable_class, self.request.shadow_policies, self.request.viewer.on)
        return table

    def main_link(self, request):
        return plan_link(request)

    def context(self, request):
        intervals = {policy.shadow_every_months for policy in request.shadow_policies.values()}
        return {"sections": sections("qa:due-list"), "intervals": sorted(filter(None, intervals))}


def judged(iterable_class, policies, on):
    """Rows that also say when they are due and how that stands; works for a page and for an export alike."""

    class Judged(iterable_class):
        def __iter__(self):
            for engagement in super().__iter__():
                engagement.due_on = selectors.due_on(engagement, policies[engagement.authority_id])
                engagement.tag = standing_tag(engagement, on)
                yield engagement

    return Judged


def standing_tag(engagement, on) -> Tag:
    if engagement.due_on is None:
        return Tag("Not required", "grey")
    if engagement.due_on < on:
        return Tag("Overdue", "red")
    return Tag("Planned", "blue") if engagement.next_planned_on else Tag("On time", "green")


class ShadowTable(BaseTable):
    name = Column("SIP", accessor="partner__full_name")
    school = Column("School", accessor="school__name")
    observer = Column("Observer", accessor="observer__full_name")
    planned_on = Column("Planned for")
    held_on = Column("Took place")
    status = Column("Status", export="get_status_display")

    class Meta(BaseTable.Meta):
        order_by = ("-planned_on",)


class ShadowRegister(Register):
    permission = P.SHADOW_VIEW
    noun = ("shadow visit", "shadow visits")
    table_class = ShadowTable
    row_template = "qa/_shadow_row.html"
    filter_class = ShadowFilter
    export_name = "shadow-visits"
    template_name = "qa/shadow_list.html"
    empty = "No shadow visit has been planned yet."

    def queryset(self, request):
        rows = ShadowVisit.objects.visible_to(request.viewer)
        return rows.select_related("partner", "school", "observer")

    def main_link(self, request):
        return plan_link(request)

    def context(self, request):
        return {"sections": sections("qa:shadow-list")}
