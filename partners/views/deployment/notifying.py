"""The log of what the national contractor was told: one, many at once, and one notice of all that waits (DEP-15, DL-25)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import MarkManyForm, NotifiedForm, TellAllForm
from partners.models import NationalNotification
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import counted, day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..shared import FORM, SIP_IN_FULL, carry_out, deployment_trail, sent
from .letters import letter_url

NOTIFICATIONS = "Notifications"


def trail() -> list[tuple[str, str]]:
    return [*deployment_trail(), (NOTIFICATIONS, reverse("partners:notification-list"))]


def chosen_rows(request) -> list[NationalNotification]:
    """The rows that the address names, of those the viewer may mark, in a steady order."""
    keys = [key for key in request.GET.getlist("chosen") if key.isdecimal() and len(key) < 12][: actions.MOST_AT_ONCE]
    rows = NationalNotification.objects.filter(pk__in=keys).visible_to(request.viewer, P.NOTIFICATION_SEND)
    return list(rows.select_related("deployment__school", "deployment__partner").order_by("effective_on", "pk"))


@require_http_methods(FORM)
@requires(P.NOTIFICATION_SEND)
def notification_send(request, pk):
    """Record that the national contractor was told (DEP-15)."""
    rows = NationalNotification.objects.select_related("deployment__school", "deployment__partner")
    notification = fetch(request.viewer, P.NOTIFICATION_SEND, rows, pk=pk)
    deployment = notification.deployment
    back = reverse("partners:notification-list")
    form = NotifiedForm(sent(request), on=request.viewer.on, initial={"sent_on": request.viewer.on})
    if form.is_valid():
        try:
            actions.mark_notified(notification=notification, by=request.user, at=clock.now(), **form.cleaned_data)
            messages.success(
                request, f"The {notification.get_kind_display().lower()} at {deployment.school.name} is marked as sent."
            )
            return redirect(back)
        except OutOfDate as late:
            messages.info(request, " ".join(late.reasons))
            return redirect(back)
        except MoveRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
    context = {
        "form": form, "heading": "Was the national contractor told?", "button_label": "Mark as sent", "cancel_url": back,
        "rows": [
            SummaryRow("What", notification.get_kind_display()), SummaryRow("School", deployment.school.name),
            SummaryRow(SIP_IN_FULL, deployment.partner.full_name), SummaryRow("Takes effect on", notification.effective_on),
        ],
        "breadcrumbs": trail(),
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.NOTIFICATION_SEND)
def notifications_mark(request):
    """Mark the chosen rows as sent, with one day and one method."""
    rows = chosen_rows(request)
    back = reverse("partners:notification-list")
    if not rows:
        messages.info(request, "Choose what was sent first")
        return redirect(back)
    form = MarkManyForm(sent(request), on=request.viewer.on, initial={"sent_on": request.viewer.on})

    def mark(given, at):
        done = actions.mark_many_notified(notifications=rows, by=request.user, at=at, **given)
        left = [row for row, because in done if because]
        words = f"{counted(len(done) - len(left), 'notification')} marked as sent"
        messages.success(request, words + (f"; {len(left)} left as before" if left else ""))
        return back

    done = carry_out(request, form, mark, done="")
    context = {
        "form": form, "heading": f"Mark {counted(len(rows), 'notification')} as sent", "button_label": "Mark as sent",
        "cancel_url": back, "breadcrumbs": trail(),
        "rows": [
            SummaryRow(
                row.deployment.school.name, f"{row.get_kind_display()}: {row.deployment.partner.full_name}",
                note=f"Takes effect on {day(row.effective_on)}",
            )
            for row in rows
        ],
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.NOTIFICATION_SEND)
def notice_new(request):
    """One notice of all that waits at an authority, marked as sent with it."""
    form = TellAllForm(sent(request), viewer=request.viewer, on=request.viewer.on, initial={"sent_on": request.viewer.on})

    def make(given, at):
        return letter_url(actions.make_notice(by=request.user, at=at, **given))

    done = carry_out(request, form, make, done="The notice is made, and all that it lists is marked as sent")
    authorities = Authority.objects.visible_to(request.viewer, P.NOTIFICATION_SEND).order_by("name", "pk")
    waiting = [(one, selectors.unsent_notifications(one).count()) for one in authorities[:20]]
    context = {
        "form": form, "heading": "Tell the national contractor of everything that waits",
        "text": "One notice lists every change that has not been told yet, as a PDF and as a CSV file for you to send on. "
        "All of it is marked as sent.",
        "rows": [SummaryRow(one.name, f"{counted(many, 'change')} to tell") for one, many in waiting],
        "button_label": "Make the notice", "cancel_url": reverse("partners:notification-list"), "breadcrumbs": trail(),
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)
