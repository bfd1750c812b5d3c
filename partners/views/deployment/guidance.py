"""Local issues for SIPs and guidance for heads: published, read, taken back (HND-5)."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import GuidanceForm, ReasonForm
from partners.models import Guidance
from partners.registers.guidance import GuidanceRegister, guidance_tag
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import counted, day

from ..shared import FORM, READ, carry_out, sent

MOST_NAMED = 200  # readers by name; the numbers count them all


def guidance_for(request, permission: P, pk: int) -> Guidance:
    return fetch(request.viewer, permission, Guidance.objects.select_related("authority", "published_by"), pk=pk)


def guidance_url(guidance: Guidance) -> str:
    return reverse("partners:guidance-detail", args=[guidance.pk])


def guidance_trail(guidance: Guidance | None = None) -> list[tuple[str, str]]:
    crumbs = [("My work", "/"), (GuidanceRegister.heading, reverse("partners:guidance-list"))]
    return [*crumbs, (guidance.title, guidance_url(guidance))] if guidance else crumbs


@require_http_methods(FORM)
@requires(P.GUIDANCE_PUBLISH)
def guidance_new(request):
    """Publish something; whoever it is for is told by a link."""
    form = GuidanceForm(sent(request), viewer=request.viewer)

    def publish(given, at):
        return guidance_url(actions.publish_guidance(by=request.user, at=at, **given))

    done = carry_out(request, form, publish, done="It is published, and whoever it is for is told by email.")
    context = {
        "form": form, "heading": "Publish local issues or guidance", "button_label": "Publish",
        "text": "Whoever it is for is told once by email, with a link, and reads it here.",
        "cancel_url": reverse("partners:guidance-list"), "breadcrumbs": guidance_trail(),
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)


@require_http_methods(READ)
@requires(P.GUIDANCE_VIEW)
def guidance_detail(request, pk):
    """What was published; to whoever may publish, also who has read it. That those whom it is for have read it is recorded."""
    guidance, viewer = guidance_for(request, P.GUIDANCE_VIEW, pk), request.viewer
    may_publish = can(viewer, P.GUIDANCE_PUBLISH, guidance)
    if not may_publish and request.method == "GET":
        actions.open_guidance(guidance=guidance, by=request.user, at=clock.now())
    readers = selectors.readers_of(guidance, on=viewer.on) if may_publish else []
    context = {
        "guidance": guidance,
        "heading": guidance.title,
        "tag": guidance_tag(guidance),
        "facts": facts_of(guidance),
        "readers": [reader_row(reader) for reader in readers[:MOST_NAMED]],
        "read_words": read_words(readers),
        "shows_readers": may_publish,
        "withdraw_url": reverse("partners:guidance-withdraw", args=[pk])
        if may_publish and guidance.withdrawn_on is None
        else "",
        "breadcrumbs": guidance_trail(),
    }
    return render(request, "partners/guidance/detail.html", context)


def facts_of(guidance: Guidance) -> list[SummaryRow]:
    published_by = f"By {guidance.published_by.full_name}" if guidance.published_by else ""
    rows = [
        SummaryRow("About", guidance.get_kind_display()),
        SummaryRow("Published", day(timezone.localtime(guidance.published_at).date()), note=published_by),
    ]
    if guidance.withdrawn_on is not None:
        rows.append(SummaryRow("Withdrawn", guidance.withdrawn_on, note=guidance.withdraw_reason))
    return rows


def reader_row(reader: selectors.Reader) -> SummaryRow:
    place = f", {reader.place}" if reader.place else ""
    if reader.read_at is not None:
        return SummaryRow(f"{reader.name}{place}", day(timezone.localtime(reader.read_at).date()))
    return SummaryRow(f"{reader.name}{place}", "Not yet", note="" if reader.email else "No email address, so not told")


def read_words(readers: list[selectors.Reader]) -> str:
    """How many of those whom it is for have read it."""
    if not readers:
        return "It is for nobody today."
    read = sum(reader.read_at is not None for reader in readers)
    more = f" The first {MOST_NAMED} are named." if len(readers) > MOST_NAMED else ""
    return f"Read by {read} of {counted(len(readers), 'person', 'people')}.{more}"


@require_http_methods(FORM)
@requires(P.GUIDANCE_PUBLISH)
def guidance_withdraw(request, pk):
    """Take back what is wrong or out of date."""
    guidance = guidance_for(request, P.GUIDANCE_PUBLISH, pk)
    form = ReasonForm(sent(request), label="Why it is withdrawn")

    def withdraw(given, at):
        actions.withdraw_guidance(guidance=guidance, reason=given["reason"], by=request.user, at=at)
        return guidance_url(guidance)

    done = carry_out(request, form, withdraw, done="It is withdrawn. Nobody whom it was for reads it any more.")
    context = {
        "form": form, "heading": f"Withdraw “{guidance.title}”", "button_label": "Withdraw it", "is_destructive": True,
        "text": "It stays on record, and whoever it was for is not written to.", "cancel_url": guidance_url(guidance),
        "breadcrumbs": guidance_trail(guidance),
    }  # fmt: skip
    return done or render(request, "_parts/confirm_page.html", context)
