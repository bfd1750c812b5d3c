"""Lists that join floors or tell of the service itself: the allocation summary, what the nights did, the outbox."""

from django.conf import settings
from django.db.models import Q

from accounts.models import Authority, running
from accounts.permissions import NATIONAL_ROLES, Permission
from schools.facts import PHASE_NAMES
from schools.models import choices
from sipmanager.core.filters import BaseFilter, ChoicesFilter
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.models import EmailState, NightlyRun, OutgoingEmail
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column

from .allocation import allocation

P = Permission
REPORTS = [("My work", "/"), ("Reports", "/reports/")]


def is_national(viewer) -> bool:
    return bool(viewer.roles() & NATIONAL_ROLES)


class NightTable(BaseTable):
    on = Column("Night of")
    partition = Column("Authority")
    started_at = Column("Started")
    reminders_queued = Column("Reminders", is_number=True)
    escalations_queued = Column("Escalations", is_number=True)
    states_changed = Column("Changes", is_number=True)
    failures = Column("Failures", orderable=False, is_number=True, export=lambda run: len(run.failures))

    class Meta(BaseTable.Meta):
        order_by = ("-started_at",)


class NightRegister(Register):
    """What each night did: nothing is hidden in logs."""

    permission = P.NIGHT_VIEW
    noun = ("night", "nights")
    heading = "Nights"
    table_class = NightTable
    row_template = "site/_night_row.html"
    export_name = "nights"
    empty = "No night has run yet."

    def queryset(self, request):
        if is_national(request.viewer):
            return NightlyRun.objects.all()
        codes = Authority.objects.visible_to(request.viewer, P.NIGHT_VIEW).values("code")
        return NightlyRun.objects.filter(partition__in=codes).exclude(partition=NATIONAL)

    def context(self, request):
        return {"breadcrumbs": REPORTS}


class OutboxTable(BaseTable):
    subject = Column("Subject")
    to = Column("To")
    queued_at = Column("Queued")
    sent_at = Column("Sent")
    attempts = Column("Attempts", is_number=True)
    state = Column("State", export="get_state_display")

    class Meta(BaseTable.Meta):
        order_by = ("-queued_at",)


class OutboxFilter(BaseFilter):
    state = ChoicesFilter(label="State", choices=EmailState.choices)

    class Meta(BaseFilter.Meta):
        model = OutgoingEmail
        fields: tuple[str, ...] = ()


class OutboxRegister(Register):
    """Messages queued, sent and failed. Their text is shown only on a demonstration, for it holds personal links."""

    permission = P.OUTBOX_VIEW
    noun = ("message", "messages")
    heading = "Outbox"
    table_class = OutboxTable
    row_template = "site/_outbox_row.html"
    filter_class = OutboxFilter
    export_name = "outbox"
    empty = "No message has been queued yet."

    def queryset(self, request):
        if is_national(request.viewer):
            return OutgoingEmail.objects.all()
        ids = Authority.objects.visible_to(request.viewer, P.OUTBOX_VIEW).values("pk")
        return OutgoingEmail.objects.filter(Q(authority_id__in=ids))

    def context(self, request):
        return {"breadcrumbs": REPORTS, "shows_text": settings.DEMONSTRATION}


class AllocationTable(BaseTable):
    name = Column("Authority")
    region_name = Column("Region", accessor="region__name")
    schools = Column("Schools", is_number=True, empty_values=())
    with_sip = Column("With a SIP", is_number=True, empty_values=())
    without_sip = Column("Without a SIP", is_number=True, empty_values=())
    sips = Column("SIPs at work", is_number=True, empty_values=())
    days = Column("Days given", is_number=True, empty_values=())

    class Meta(BaseTable.Meta):
        order_by = ("name",)


class AllocationFilter(BaseFilter):
    """The phase narrows what is counted, not which authorities are listed."""

    phase = ChoicesFilter(label="Phase of the schools", choices=choices(PHASE_NAMES), method="as_counted")

    def as_counted(self, queryset, name, value):
        return queryset

    class Meta(BaseFilter.Meta):
        model = Authority
        fields: tuple[str, ...] = ()


class AllocationRegister(Register):
    """The allocation summary of the old SIPmanager (SPM-8): how many schools have a SIP today, authority by authority.

    Schools are the open ones within the programme that the authority serves; a school has a SIP if one leads there today.
    """

    permission = P.REPORT_VIEW
    noun = ("authority", "authorities")
    heading = "Allocation summary"
    table_class = AllocationTable
    row_template = "site/_allocation_row.html"
    filter_class = AllocationFilter
    export_name = "allocation-summary"
    empty = "There is no authority whose schools you may count."

    def queryset(self, request):
        authorities = Authority.objects.visible_to(request.viewer, P.REPORT_VIEW).filter(running(request.viewer.on))
        phases = set(self.params(request).getlist("phase")) & {str(phase) for phase in PHASE_NAMES}
        return allocation(authorities, request.viewer.on, phases).select_related("region")

    def context(self, request):
        return {"breadcrumbs": REPORTS, "may_open": request.viewer.has(P.SCHOOL_VIEW)}
