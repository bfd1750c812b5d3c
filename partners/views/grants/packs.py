"""Evidence packs: asked for, made by the worker, opened on record (section 12, ROL-32)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions
from partners.forms import PackForm
from partners.models import EvidencePack, PackStatus
from sipmanager.core import clock, documents
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day, moment

from ..shared import FORM, READ, carry_out, sent
from .keeping import LATEST, entry
from .shared import authority_for, caption, programme_links, trail, url_at

TAGS = {
    PackStatus.ASKED: Tag("Being made", "blue"), PackStatus.MADE: Tag("Ready", "green"), PackStatus.FAILED: Tag("Not made", "red"),
}  # fmt: skip
# The files of a pack, by their word in the address: the column, the type and the ending.
FILES = {"pdf": ("document", "application/pdf", "pdf"), "tables": ("folder", "application/zip", "zip")}


@require_http_methods(FORM)
@requires(P.EVIDENCE_PACK)
def pack_list(request, code, programme):
    """Ask for a pack as at a day, and find those that were made."""
    authority = authority_for(request, P.EVIDENCE_PACK, code, programme)
    form = PackForm(sent(request), on=request.viewer.on, initial={"on": request.viewer.on})

    def ask(given, at):
        pack = actions.ask_for_evidence(authority=authority, programme=programme, by=request.user, at=at, **given)
        return reverse("partners:pack-detail", args=[pack.pk])

    done = carry_out(request, form, ask, done="The pack is being made.")
    rows = EvidencePack.objects.visible_to(request.viewer).filter(authority=authority, programme=programme)
    rows = rows.select_related("asked_by").order_by("-asked_at", "-pk")[:LATEST]
    context = {
        "form": form, "heading": "Evidence packs", "caption": caption(authority, programme),
        "tabs": programme_links("pack-list", authority, programme), "entries": [pack_entry(row) for row in rows],
        "breadcrumbs": trail(authority, programme),
    }  # fmt: skip
    return done or render(request, "partners/conditions/packs.html", context)


def pack_entry(row: EvidencePack) -> dict:
    link = Link("Look at it", reverse("partners:pack-detail", args=[row.pk]), f"as at {day(row.on)}, {moment(row.asked_at)}")
    who = f"{moment(row.asked_at)}, {row.asked_by.full_name if row.asked_by else 'the service'}"
    return entry(f"As at {day(row.on)}", [SummaryRow("Asked for", who)], links=[link], tag=TAGS[PackStatus(row.status)])


def pack_for(request, pk: int) -> EvidencePack:
    rows = EvidencePack.objects.select_related("authority", "asked_by", "document", "folder")
    return fetch(request.viewer, P.EVIDENCE_PACK, rows, pk=pk)


@require_http_methods(READ)
@requires(P.EVIDENCE_PACK)
def pack_detail(request, pk):
    """Where a pack stands, and its files once they are made."""
    pack = pack_for(request, pk)
    rows = [
        SummaryRow("State", TAGS[PackStatus(pack.status)]),
        SummaryRow("As at", pack.on),
        SummaryRow("Asked for", f"{moment(pack.asked_at)}, {pack.asked_by.full_name if pack.asked_by else 'the service'}"),
    ]
    if pack.status == PackStatus.MADE:
        rows.append(SummaryRow("Made", moment(pack.made_at)))
        rows.append(SummaryRow("Digest (SHA-256) of the PDF", pack.document.digest))
        rows.append(SummaryRow("Digest (SHA-256) of the folder", pack.folder.digest))
    files = [
        ("Open the PDF", reverse("partners:pack-file", args=[pk, "pdf"])),
        ("Fetch the folder of tables", reverse("partners:pack-file", args=[pk, "tables"])),
    ]
    context = {
        "heading": f"Evidence as at {day(pack.on)}", "caption": caption(pack.authority, pack.programme), "rows": rows,
        "files": files if pack.status == PackStatus.MADE else [], "failure": pack.failure,
        "is_waiting": pack.status == PackStatus.ASKED, "here": request.path,
        "again_url": url_at("pack-list", pack.authority, pack.programme),
        "breadcrumbs": [
            *trail(pack.authority, pack.programme), ("Evidence packs", url_at("pack-list", pack.authority, pack.programme)),
        ],
    }  # fmt: skip
    return render(request, "partners/conditions/pack.html", context)


@require_safe
@requires(P.EVIDENCE_PACK)
def pack_file(request, pk, name):
    """One file of a pack, as it was frozen; opening it goes on record."""
    pack = pack_for(request, pk)
    if name not in FILES:
        raise Http404("No such file")
    column, content_type, ending = FILES[name]
    document = getattr(pack, column)
    if document is None:
        messages.info(request, "The pack is not made yet. Look again in a minute.")
        return redirect("partners:pack-detail", pk)
    content = actions.open_evidence(pack=pack, document=document, by=request.user, at=clock.now())
    return documents.as_download(
        content, content_type, f"evidence-{pack.authority.code}-{pack.programme}-{pack.on.isoformat()}.{ending}"
    )
