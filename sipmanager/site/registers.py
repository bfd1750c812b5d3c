"""Lists of the service itself: what the nights did, and the outbox."""

from django.conf import settings
from django.db.models import Q

from accounts.models import Authority
from accounts.permissions import NATIONAL_ROLES, Permission
from sipmanager.core.filters import BaseFilter, ChoicesFilter
from sipmanager.core.jobs import NATIONAL
from sipmanager.core.models import EmailState, NightlyRun, OutgoingEmail
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column

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
