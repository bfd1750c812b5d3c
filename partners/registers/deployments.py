"""The lists of deployments and of what the national contractor was told."""

from urllib.parse import urlencode

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse

from accounts.permissions import P
from sipmanager.core.listing import without
from sipmanager.core.parts import Link, Tag
from sipmanager.core.registers import BulkAction, Register
from sipmanager.core.wording import counted

from .. import actions
from ..filters import DeploymentFilter, NotificationFilter
from ..models import Deployment, NationalNotification
from ..selectors import checks_run_out
from ..tables import DeploymentTable, NotificationTable
from ..wording import status_tag


class DeploymentRegister(Register):
    """Deployments that a person may see, struck out ones only on request."""

    permission = P.DEPLOYMENT_VIEW
    noun = ("deployment", "deployments")
    table_class = DeploymentTable
    row_template = "partners/deployments/_row.html"
    filter_class = DeploymentFilter
    defaults = {"status": ["proposed", "consulted", "objected", "rejected", "agreed", "active", "coming"]}
    template_name = "partners/deployments/register.html"
    export_name = "deployments"
    empty = "No School Improvement Partner (SIP) is deployed yet."

    def bulk_for(self, request):
        found = []
        if request.viewer.has(P.DEPLOYMENT_CONFIRM):
            found.append(BulkAction("renew", "Renew them"))
        if request.viewer.has(P.DEPLOYMENT_END):
            found += [BulkAction("move", "Move them to another SIP"), BulkAction("end", "End them")]
        return tuple(found)

    def bulk_end(self, request, chosen):
        """On to the last day and the reason (SPM-6)."""
        return self._on_to(request, chosen, "partners:deployments-end")

    def bulk_move(self, request, chosen):
        """On to the SIP who takes the schools."""
        return self._on_to(request, chosen, "partners:deployments-move")

    def bulk_renew(self, request, chosen):
        """On to the new last day."""
        return self._on_to(request, chosen, "partners:deployments-renew")

    def _on_to(self, request, chosen, page: str):
        """To the page that asks how; all that the filters leave are named by the filters, as an address holds only so many keys."""
        most = actions.MOST_IN_A_RUN
        keys = list(chosen.order_by("pk").values_list("pk", flat=True)[: most + 1])
        if len(keys) > most:
            return self.page(request, self.params(request), errors=[f"Choose at most {counted(most, 'deployment')} at once"])
        if len(keys) <= actions.MOST_AT_ONCE:
            return redirect(f"{reverse(page)}?{urlencode([('chosen', key) for key in keys])}")
        asked = without(self.params(request), "page", "format", "sort")
        asked["all"] = "1"
        return redirect(f"{reverse(page)}?{asked.urlencode()}")

    def queryset(self, request):
        rows = Deployment.objects.visible_to(request.viewer, P.DEPLOYMENT_VIEW)
        return rows.select_related("school", "partner", "authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for deployment in listing.records:
            deployment.tag = status_tag(deployment, request.viewer.on)
        flag_checks(request.viewer, listing.records)
        return listing

    def main_link(self, request):
        return Link("Deploy a SIP", reverse("partners:deploy-school")) if request.viewer.has(P.DEPLOYMENT_PROPOSE) else None

    def links(self, request):
        return tuple(Link(label, reverse(name)) for label, name, permission in LINKS if request.viewer.has(permission))


# fmt: off
LINKS = (
    ("Deploy many at once",        "partners:deployments-deploy", P.DEPLOYMENT_PROPOSE),
    ("Plans",                      "partners:plan-list",          P.DEPLOYMENT_PROPOSE),
    ("Done at once",               "partners:bulk-list",          P.DEPLOYMENT_PROPOSE),
    ("Conditions of grant",        "partners:conditions",         P.CONDITIONS_VIEW),
    ("Handovers",                  "partners:handover-list",      P.HANDOVER_VIEW),
    ("Local issues and guidance",  "partners:guidance-list",      P.GUIDANCE_VIEW),
    ("Letters",                    "partners:letter-list",        P.LETTER_SEND),
    ("Notifications",              "partners:notification-list",  P.NOTIFICATION_VIEW),
    ("What if?",                   "partners:what-if",            P.DEPLOYMENT_PROPOSE),
    ("Flags",                      "partners:flag-list",          P.DEPLOYMENT_PROPOSE),
    ("Overrides",                  "partners:override-list",      P.DEPLOYMENT_PROPOSE),
    ("Three years",                "partners:limit-list",         P.SUCCESSION_VIEW),
    ("Load a file of deployments", "partners:deployment-import",  P.PARTNER_IMPORT),
)
# fmt: on


def flag_checks(viewer, deployments) -> None:
    """Flag the deployments of which a check has run out, for those who see checks (PRE-13)."""
    seen = set()
    if viewer.has(P.CHECK_VIEW):
        rows = Deployment.objects.filter(pk__in=[row.pk for row in deployments])
        seen = set(rows.visible_to(viewer, P.CHECK_VIEW).values_list("pk", flat=True))
    run_out = checks_run_out([row for row in deployments if row.pk in seen], viewer.on)
    for row in deployments:
        row.flag = Tag("Check expired", "orange") if row.pk in run_out else None


class NotificationRegister(Register):
    """What the national contractor was told, and is still to be told (DEP-15, COG-B)."""

    permission = P.NOTIFICATION_VIEW
    noun = ("notification", "notifications")
    heading = "Notifications to the national contractor"
    table_class = NotificationTable
    row_template = "partners/deployments/_notification_row.html"
    filter_class = NotificationFilter
    defaults = {"sent": ["no"]}
    template_name = "partners/deployments/notifications.html"
    export_name = "notifications"
    empty = "No change of a school's School Improvement Partner (SIP) has happened yet."

    def queryset(self, request):
        rows = NationalNotification.objects.visible_to(request.viewer, P.NOTIFICATION_VIEW)
        # What was never sent and then struck out is nobody's business any more.
        rows = rows.exclude(Q(deployment__voided_on__isnull=False) & Q(sent_on=None) & ~Q(kind="correction"))
        return rows.select_related("deployment__school", "deployment__partner", "deployment__authority")

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        may_send = set()
        if request.viewer.has(P.NOTIFICATION_SEND):
            shown = NationalNotification.objects.filter(pk__in=[row.pk for row in listing.records])
            may_send = set(shown.visible_to(request.viewer, P.NOTIFICATION_SEND).values_list("pk", flat=True))
        for row in listing.records:
            row.may_be_marked = row.pk in may_send and row.sent_on is None and not row.is_elsewhere
        return listing

    def bulk_for(self, request):
        return (BulkAction("mark", "Mark as sent"),) if request.viewer.has(P.NOTIFICATION_SEND) else ()

    def bulk_mark(self, request, chosen):
        """On to the day and the method; as many as one page of checks can show."""
        open_rows = chosen.filter(sent_on=None, is_elsewhere=False).order_by("pk")
        keys = list(open_rows.values_list("pk", flat=True)[: actions.MOST_AT_ONCE + 1])
        if len(keys) > actions.MOST_AT_ONCE:
            most = counted(actions.MOST_AT_ONCE, "notification")
            return self.page(request, self.params(request), errors=[f"Choose at most {most} at once"])
        return redirect(f"{reverse('partners:notifications-mark')}?{urlencode([('chosen', key) for key in keys])}")

    def main_link(self, request):
        return Link("Tell all that waits", reverse("partners:notice-new")) if request.viewer.has(P.NOTIFICATION_SEND) else None

    def context(self, request):
        return {"breadcrumbs": [("Deployments", reverse("partners:deployment-list"))]}
