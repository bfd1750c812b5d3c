"""The dated records of a school: one list and four acts for every kind of `kinds.KINDS`."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import can, fetch, requires
from accounts.permissions import P
from sipmanager.core import clock
from sipmanager.core.academic import academic_label, academic_year
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day, in_sentence, span

from .. import actions
from ..forms import FORMS, EndRecordForm, StrikeOutForm
from ..kinds import BY_KEY, RecordKind
from ..models import DatedRecord, School
from ..provenance import entered
from ..selectors import stages_of
from .shared import form_page, posted, school_of

change = require_http_methods(["GET", "POST"])


def kind_for(request, school: School, key: str) -> RecordKind:
    """A kind that the viewer may see of this school; 404 for the others."""
    kind = BY_KEY[key]
    if not can(request.viewer, kind.view, school):
        raise Http404("Not for this person")
    return kind


def record_of(request, kind: RecordKind, school: School, pk: int) -> DatedRecord:
    """A record that the viewer may change: they reach it with the right to see it and with the right to edit."""
    rows = kind.model.objects.visible_to(request.viewer, kind.view).filter(school=school).select_related("school")
    record = fetch(request.viewer, P.SCHOOL_EDIT, rows, pk=pk)
    if is_withheld(request.viewer, record):
        raise Http404("Not for this person")
    return record


def is_withheld(viewer, record: DatedRecord) -> bool:
    """Whether what the record is about is kept from somebody who knows that there is one (FIN-3)."""
    return getattr(record, "is_confidential", False) and not can(viewer, P.FINANCE_DETAIL_VIEW, record)


def list_url(kind: RecordKind, school: School) -> str:
    return reverse("schools:record-list", args=[school.urn, kind.key])


@require_safe
@requires(P.SCHOOL_VIEW)
def record_list(request, urn, kind):
    """Every record of one kind, the latest first, with what may be done to each."""
    school = school_of(request, P.SCHOOL_VIEW, urn)
    kind = kind_for(request, school, kind)
    may_edit = can(request.viewer, P.SCHOOL_EDIT, school)
    rows = kind.model.objects.filter(school=school).visible_to(request.viewer, kind.view)
    rows = list(rows.select_related("school").order_by("-starts_on", "-pk"))
    put_on_record(request, rows)
    context = {
        "school": school,
        "kind": kind,
        "rows": [record_row(request.viewer, kind, row, may_edit) for row in rows if not row.is_void],
        "struck_out": [record_row(request.viewer, kind, row, False) for row in rows if row.is_void],
        "add_url": reverse("schools:record-add", args=[urn, kind.key]) if may_edit else "",
        "add_label": f"Add {article(kind.one)} {kind.one}",
        "breadcrumbs": trail(school),
    }
    return render(request, "schools/records.html", context)


def put_on_record(request, rows) -> None:
    """Who reads what confidential records are about (ROL-32)."""
    for row in rows:
        if getattr(row, "is_confidential", False) and not is_withheld(request.viewer, row):
            actions.open_record(record=row, by=request.user, at=clock.now())


def article(words: str) -> str:
    return "an" if words[0] in "aeioAEIO" else "a"


def trail(school: School) -> list[tuple[str, str]]:
    return [("Schools", reverse("schools:school-list")), (school.name, reverse("schools:school-detail", args=[school.urn]))]


def record_row(viewer, kind: RecordKind, record: DatedRecord, may_edit: bool) -> SummaryRow:
    """One record as a row: what it is, its days, what else is known, and where it came from."""
    withheld = is_withheld(viewer, record)
    lines = [capitalised(days_of(record)), *record.lines()]
    if getattr(record, "is_confidential", False) and not withheld and record.details:
        lines.append(record.details)
    if record.is_void:
        lines.append(f"Struck out on {day(record.voided_at)}: {record.void_reason}")
    links = () if not may_edit or withheld else record_links(kind, record)
    return SummaryRow(record.title, [line for line in lines if line], links, entered(record))


def days_of(record: DatedRecord) -> str:
    return span(record.starts_on, record.ends_on)


def record_links(kind: RecordKind, record: DatedRecord) -> tuple[Link, ...]:
    of = [record.school.urn, kind.key, record.pk]
    which = f"{in_sentence(record.title)}, {days_of(record)}"
    found = [Link("Change", reverse("schools:record-change", args=of), which)]
    if kind.ending and record.ends_on is None:
        found.append(Link("End", reverse("schools:record-end", args=of), which))
    found.append(Link("Strike out", reverse("schools:record-strike-out", args=of), which))
    return tuple(found)


def form_for(request, kind: RecordKind, school: School, **kwargs):
    """The form of a kind, told what depends on the school and on who asks."""
    return FORMS[kind.key](
        posted(request), on=request.viewer.on, stages=stages_of(school), ages=(school.low_age, school.high_age),
        sees_all=can(request.viewer, P.FINANCE_DETAIL_VIEW, school), **kwargs,
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def record_add(request, urn, kind):
    """Record something new."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    kind = kind_for(request, school, kind)
    form = form_for(request, kind, school, initial={"starts_on": request.GET.get("starts_on")})

    def act(**given):
        actions.add_record(kind=kind, school=school, **given)

    return form_page(
        request, form, heading=f"Add {article(kind.one)} {kind.one}", back=list_url(kind, school), act=act,
        says=f"You have added {article(kind.one)} {kind.one}", text=school.name,
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def record_change(request, urn, kind, pk):
    """Put a record right."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    kind = kind_for(request, school, kind)
    record = record_of(request, kind, school, pk)
    put_on_record(request, [record])
    held = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    form = form_for(request, kind, school, held=held, initial=held)

    def act(**given):
        actions.change_record(record=record, **given)

    return form_page(
        request, form, heading=f"Change the {kind.one}", back=list_url(kind, school), act=act,
        says=f"You have changed the {kind.one}", text=f"{school.name}: {in_sentence(record.title)}",
    )  # fmt: skip


@change
@requires(P.VISIT_PLAN)
def school_context(request, urn):
    """This year's size and context, as the SIP fills it in at the autumn visit (SCH-11)."""
    school = school_of(request, P.VISIT_PLAN, urn)
    kind, year = BY_KEY["contexts"], academic_year(request.viewer.on)
    record = kind.model.objects.standing().filter(school=school, year=year).select_related("school").first()
    held = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields} if record else {}
    form = form_for(request, kind, school, held=held, initial=held)
    form.fields["year"].choices = [(year, academic_label(year))]

    def act(**given):
        if record is None:
            actions.add_record(kind=kind, school=school, **given)
        else:
            actions.change_record(record=record, **given)

    return form_page(
        request, form, heading="Size and context", back=reverse("schools:school-detail", args=[urn]), act=act,
        says="You have filled in the size and context", text=f"{school.name}. {kind.about}",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def record_end(request, urn, kind, pk):
    """What ran no longer does."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    kind = kind_for(request, school, kind)
    record = record_of(request, kind, school, pk)
    label = kind.ending or "Last day"
    form = EndRecordForm(posted(request), on=request.viewer.on, label=label, initial={"ends_on": request.viewer.on})

    def act(ends_on, by, at):
        actions.end_record(record=record, on=ends_on, by=by, at=at)

    return form_page(
        request, form, heading=f"End the {kind.one}", back=list_url(kind, school), act=act,
        says=f"You have ended the {kind.one}", text=f"{school.name}: {in_sentence(record.title)}, {days_of(record)}",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def record_strike_out(request, urn, kind, pk):
    """A record was entered in error (D-18)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    kind = kind_for(request, school, kind)
    record = record_of(request, kind, school, pk)
    form = StrikeOutForm(posted(request))

    def act(reason, by, at):
        actions.strike_out(record=record, reason=reason, by=by, at=at)

    return form_page(
        request, form, heading=f"Strike out the {kind.one}", back=list_url(kind, school), act=act,
        says=f"You have struck out the {kind.one}", is_destructive=True,
        text="It was entered in error. It counts no longer and stays visible with your reason.",
        rows=[SummaryRow(record.title, [line for line in [capitalised(days_of(record)), *record.lines()] if line])],
    )  # fmt: skip
