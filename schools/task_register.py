"""What the national register asks to be settled, as a list and on a school's page (RegisterTask)."""

from datetime import date

import django_filters
from django.urls import reverse

from accounts.access import Viewer, can
from accounts.models import Authority
from accounts.permissions import P
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OnRecordFilter, SearchFilter
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from .filters import LongSelect, told_apart
from .models import RegisterTask, School, TaskKind

OPEN, SETTLED = "open", "settled"
STATES = [(OPEN, "To settle"), (SETTLED, "Settled")]


class TaskTable(BaseTable):
    kind = Column(verbose_name="What changed", export="get_kind_display")
    school = Column(verbose_name="School", order_by=("school__name",), accessor="school__name")
    says = Column(verbose_name="What it touches", orderable=False)
    about_on = Column(verbose_name="From")
    raised_at = Column(verbose_name="Raised")
    state = Column(
        verbose_name="State", order_by=("settled_at",), export=lambda task: task.state_tag.label, accessor="settled_at"
    )
    urn = ExportColumn(verbose_name="URN", accessor="school__urn")
    authority = ExportColumn(verbose_name="Authority", accessor="authority__code")
    subject = ExportColumn(verbose_name="Subject")
    was = ExportColumn(verbose_name="Before")
    now = ExportColumn(verbose_name="Now")
    outcome = ExportColumn(verbose_name="Outcome", accessor="get_outcome_display")
    note = ExportColumn(verbose_name="Note")

    class Meta(BaseTable.Meta):
        order_by = ("raised_at",)


class TaskFilter(BaseFilter):
    q = SearchFilter(label="School or URN", field_name="school__search_name")
    state = OnRecordFilter(label="State", choices=STATES, field_name="settled_at", blank=OPEN)
    kind = ChoicesFilter(label="What changed", choices=TaskKind.choices)
    authority = django_filters.ChoiceFilter(
        label="Authority", field_name="authority__code", empty_label="Any", widget=LongSelect, choices=()
    )

    class Meta(BaseFilter.Meta):
        model = RegisterTask
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Authority.objects.visible_to(self.request.viewer, P.TASK_VIEW).order_by("name", "pk")
        authorities = told_apart(dict(rows.values_list("code", "name")))
        if len(authorities) > 1:
            self.filters["authority"].extra["choices"] = authorities
        else:
            del self.filters["authority"]


class TaskRegister(Register):
    """The queue: what changes in the national register ask an administrator to settle."""

    permission = P.TASK_VIEW
    noun = ("change to settle", "changes to settle")
    heading = "Changes in the national register"
    table_class = TaskTable
    row_template = "schools/_task_row.html"
    filter_class = TaskFilter
    defaults = {"state": [OPEN]}
    export_name = "register_tasks"
    empty = "No change in the national register has touched a deployment, a post or a recipient yet."

    def queryset(self, request):
        return RegisterTask.objects.visible_to(request.viewer, P.TASK_VIEW).select_related("school", "authority")

    def context(self, request):
        return {"breadcrumbs": [("Schools", reverse("schools:school-list"))]}


def tasks_panel(viewer: Viewer, school: School, on: date):
    """What is to be settled about a school, on its page; nothing where nothing is, or for those who settle nothing."""
    if not viewer.has(P.TASK_VIEW):
        return None
    rows = RegisterTask.objects.visible_to(viewer, P.TASK_VIEW).filter(school=school, settled_at=None)
    tasks = list(rows.order_by("raised_at", "pk"))
    if not tasks:
        return None
    return {"template": "schools/_tasks_panel.html", "context": {"tasks": tasks}}


def may_settle(viewer: Viewer, task: RegisterTask) -> bool:
    return task.is_open and can(viewer, P.TASK_SETTLE, task)
