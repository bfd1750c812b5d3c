"""Private declarations of SIPs (REG-19): written by the SIP, read by national staff and the SIP's managers, by nobody else."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import fetch, requires
from accounts.permissions import NATIONAL_ROLES, P
from partners import actions
from partners.forms import AnswerDeclarationForm, DeclarationForm
from partners.models import Partner, SelfDeclaration
from sipmanager.core import audit, clock
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, SummaryRow, Tag
from sipmanager.core.wording import moment

from ..shared import FORM, READ, carry_out, sent

LATEST = 200


def declaration_for(request, pk: int) -> SelfDeclaration:
    rows = SelfDeclaration.objects.select_related("partner", "closed_by")
    return fetch(request.viewer, P.SELF_DECLARATION_VIEW, rows, pk=pk)


def declaration_url(declaration: SelfDeclaration) -> str:
    return reverse("partners:declaration-detail", args=[declaration.pk])


def trail() -> list[tuple[str, str]]:
    return [("My work", "/"), ("Private declarations", reverse("partners:declaration-list"))]


@require_http_methods(READ)
@requires(P.SELF_DECLARATION_VIEW)
def declaration_list(request):
    """The declarations that one may read, the open ones first; a SIP finds their own."""
    rows = SelfDeclaration.objects.visible_to(request.viewer).select_related("partner")
    rows = sorted(rows.order_by("-made_at", "-pk")[:LATEST], key=lambda row: row.closed_at is not None)
    is_mine = request.viewer.partner_id
    context = {
        "declarations": [
            {
                "url": declaration_url(row),
                "who": "Yours" if row.partner_id == is_mine else row.partner.full_name,
                "kind": row.get_kind_display(),
                "at": moment(row.made_at),
                "tag": state_tag(row),
            }
            for row in rows
        ],
        "may_make": request.viewer.has(P.SELF_DECLARATION_MAKE),
        "breadcrumbs": trail()[:1],
    }
    return render(request, "partners/declarations.html", context)


def state_tag(declaration: SelfDeclaration) -> Tag:
    return Tag("Answered", "green") if declaration.closed_at else Tag("Open", "blue")


@require_http_methods(FORM)
@requires(P.SELF_DECLARATION_MAKE)
def declaration_new(request):
    """A SIP declares something about themself in private."""
    partner = fetch(request.viewer, P.SELF_DECLARATION_MAKE, Partner.objects.all(), pk=request.viewer.partner_id)
    form = DeclarationForm(sent(request))

    def declare(given, at):
        return declaration_url(actions.make_declaration(partner=partner, by=request.user, at=at, **given))

    done = carry_out(request, form, declare, done="Your declaration is sent. You are told when it is answered.")
    context = {"form": form, "heading": "Make a private declaration", "breadcrumbs": trail()}
    return done or render(request, "partners/declaration_new.html", context)


@require_http_methods(READ)
@requires(P.SELF_DECLARATION_VIEW)
def declaration_detail(request, pk):
    """One declaration; that it was opened goes on record, and the SIP sees by whom (ROL-32)."""
    declaration = declaration_for(request, pk)
    if request.method == "GET":
        actions.open_declaration(declaration=declaration, by=request.user, at=clock.now())
    return shown(request, declaration, AnswerDeclarationForm())


def shown(request, declaration: SelfDeclaration, form):
    may_answer = is_national(request) and declaration.closed_at is None and declaration.partner_id != request.viewer.partner_id
    rows = [
        SummaryRow("SIP", declaration.partner.full_name),
        SummaryRow("About", declaration.get_kind_display()),
        SummaryRow("Declared", moment(declaration.made_at)),
        SummaryRow("State", state_tag(declaration)),
    ]
    context = {
        "declaration": declaration, "rows": rows, "form": form if may_answer else None,
        "answer_url": reverse("partners:declaration-answer", args=[declaration.pk]),
        "answered": f"{declaration.closed_by.full_name}, {moment(declaration.closed_at)}" if declaration.closed_by else "",
        "readers": readers(declaration), "breadcrumbs": trail(),
    }  # fmt: skip
    return render(request, "partners/declaration.html", context)


def is_national(request) -> bool:
    return bool(request.viewer.roles() & NATIONAL_ROLES)


def readers(declaration: SelfDeclaration) -> list[Event]:
    """Who opened it and when, the newest first."""
    lines = AuditEvent.objects.filter(subject=audit.subject_of(declaration), what="declaration.open").order_by("-at", "-pk")
    return [Event("Read", line.at, by=line.by_name) for line in lines[:LATEST]]


@require_POST
@requires(P.SELF_DECLARATION_VIEW)
def declaration_answer(request, pk):
    """National staff answer and close it."""
    declaration = declaration_for(request, pk)
    if not is_national(request):
        raise PermissionDenied("National staff answer")
    form = AnswerDeclarationForm(request.POST)

    def answer(given, at):
        actions.answer_declaration(declaration=declaration, by=request.user, at=at, **given)
        return declaration_url(declaration)

    return carry_out(request, form, answer, done="The declaration is answered and closed.") or shown(
        request, declaration, form
    )
