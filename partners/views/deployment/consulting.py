"""A school's say on a proposed SIP: the page of head and chair, the authority's entry, and the published criteria."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.consulting import ANSWER_NAMES, GROUND_NAMES, PARTY_NAMES, Answer, Party, Question, sentence
from partners.forms import CriteriaForm, SayForm
from partners.models import Consultation, DeploymentCriteria, DeploymentStatus, FileKind, Objection, PartnerFile
from sipmanager.core import clock
from sipmanager.core.parts import Link, SummaryRow, Tag
from sipmanager.core.wording import day
from sipmanager.core.workflow import MoveRefused, OutOfDate

from ..shared import FORM, READ, carry_out, deployment_trail, deployment_url, sent

CAN_OBJECT = (DeploymentStatus.PROPOSED, DeploymentStatus.CONSULTED, DeploymentStatus.AGREED)
WAITING = (DeploymentStatus.PROPOSED, DeploymentStatus.CONSULTED, DeploymentStatus.OBJECTED, DeploymentStatus.REJECTED)
ANSWER_COLOURS = {
    "": "yellow", Answer.CONTENT: "green", Answer.NO_OBJECTION: "green", Answer.CHOSEN: "green", Answer.CONCERNS: "orange",
    Answer.TALK: "orange", Answer.FAITH: "orange", Answer.NOT_CHOSEN: "orange", Answer.OBJECTS: "red",
}  # fmt: skip
# What is asked, in plain words, by question.
RULES = {
    Question.VIEWS: "The authority asks what the school thinks before it settles who the SIP is. It takes your views into "
    "account, and the decision is its own. You may ask for a SIP in sympathy with the school's faith; on that too the "
    "authority decides.",
    Question.OBJECTION: "The governing body may object once, before the SIP starts, and on one ground only: connectivity, that "
    "is a link between the SIP and the school or its people. The authority then decides whether the objection stands.",
    Question.CHOICE: "Head and chair of governors choose the SIP together with the authority. Both say yes before it is agreed.",
}  # fmt: skip
STANDS = {
    DeploymentStatus.PROPOSED: "The proposal waits for the school's answer.",
    DeploymentStatus.CONSULTED: "The school has answered. The authority settles it next.",
    DeploymentStatus.OBJECTED: "The governing body has objected. The authority decides.",
    DeploymentStatus.UPHELD: "The objection was upheld. The authority will propose another SIP.",
    DeploymentStatus.REJECTED: "The objection was rejected. The authority settles it next.",
    DeploymentStatus.AGREED: "It is agreed. The authority confirms it once every check is on record.",
    DeploymentStatus.WITHDRAWN: "The proposal was withdrawn. It goes no further.",
}


def consultation_for(request, permission: P, pk: int) -> Consultation:
    rows = Consultation.objects.select_related(
        "deployment__school", "deployment__partner", "deployment__authority", "deployment__policy", "answered_by"
    )
    return fetch(request.viewer, permission, rows, pk=pk)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_ANSWER)
def consultation_answer(request, pk):
    """Head or chair reads who is proposed and why, and answers; later the same page says what became of it."""
    consultation = consultation_for(request, P.DEPLOYMENT_ANSWER, pk)
    form = SayForm(sent(request), question=consultation.question, initial=as_typed(consultation))
    if form.is_valid():
        done = give(request, consultation, form, reverse("partners:consultation-answer", args=[pk]))
        if done is not None:
            return done
    deployment, on = consultation.deployment, request.viewer.on
    may_answer = may_still(consultation, on)
    context = {
        "heading": f"{deployment.partner.full_name}: proposed for {deployment.school.name}",
        "deployment": deployment,
        "stands": STANDS.get(DeploymentStatus(deployment.status), "The deployment is confirmed."),
        "rule": RULES[consultation.question],
        "window": window_words(consultation, on) if may_answer else "",
        "facts": [*who_rows(deployment), *whom_to_ask(deployment, on)],
        "portrait": deployment.partner.pen_portrait,
        "files": portrait_files(deployment),
        "answers": answer_rows(consultation),
        "objections": objection_rows(
            Objection.objects.filter(deployment=deployment).visible_to(request.viewer, P.DEPLOYMENT_OBJECT), consultation
        ),
        "form": form if may_answer or form.errors else None,
        "criteria_url": criteria_url(deployment.authority) if selectors.criteria_of(deployment.authority) else "",
        "breadcrumbs": [("My work", "/")],
    }
    return render(request, "partners/consulting/answer.html", context)


def may_still(consultation: Consultation, on) -> bool:
    deployment = consultation.deployment
    if deployment.is_void:
        return False
    if consultation.question == Question.OBJECTION:
        return deployment.status in CAN_OBJECT and on <= consultation.until
    return deployment.status in WAITING


def window_words(consultation: Consultation, on) -> str:
    if consultation.question == Question.OBJECTION:
        return f"An objection counts until {day(consultation.until)}."
    return f"Answer by {day(consultation.until)}."


def as_typed(consultation: Consultation) -> dict:
    return {"answer": consultation.answer, "says": consultation.says} if consultation.answer else {}


def give(request, consultation: Consultation, form: SayForm, back: str):
    """Record what was typed: an answer, or an objection, which may turn out not to be admissible."""
    given, by, at = form.cleaned_data, request.user, clock.now()
    what = {"consultation": consultation, "says": given["says"], "by": by, "at": at}
    try:
        if consultation.question != Question.OBJECTION or given["answer"] == Answer.NO_OBJECTION:
            actions.answer_consultation(answer=given["answer"], **what)
            messages.success(request, "The answer is on record. Thank you.")
        else:
            objection = actions.object_to_deployment(ground=given["answer"], **what)
            if objection.is_admitted:
                messages.success(request, f"The objection is on record. The authority decides by {day(objection.due_on)}.")
            else:
                messages.info(
                    request, "The objection cannot be admitted; why stands below. What was said went to the authority."
                )
    except OutOfDate as late:
        messages.info(request, " ".join(late.reasons))
    except MoveRefused as refused:
        for reason in refused.reasons:
            form.add_error("says" if reason.startswith("Enter") else None, reason)
        return None
    return redirect(back)


def who_rows(deployment) -> list[SummaryRow]:
    rows = [
        SummaryRow("SIP", deployment.partner.full_name),
        SummaryRow("From", deployment.starts_on, note=f"Until {day(deployment.ends_on)}" if deployment.ends_on else ""),
        SummaryRow("Proposed by", deployment.authority.name),
    ]
    if deployment.why:
        rows.append(SummaryRow("Why this SIP", deployment.why))
    return rows


def whom_to_ask(deployment, on) -> list[SummaryRow]:
    """Whom head and chair turn to for more about the SIP (GOV-12)."""
    people = selectors.managers(deployment.authority, on)
    return [SummaryRow("To know more, ask", person.name, note=person.email) for person in people]


def portrait_files(deployment) -> list[Link]:
    rows = PartnerFile.objects.filter(partner=deployment.partner, kind=FileKind.PORTRAIT, engagement=None, voided_on=None)
    return [
        Link(row.name, reverse("partners:partner-file", args=[deployment.partner.reference, row.pk]))
        for row in rows.order_by("-uploaded_at", "-pk")[:1]
    ]


def answer_rows(consultation: Consultation) -> list[SummaryRow]:
    if consultation.is_open:
        return []
    how = ", entered by the authority" if consultation.is_entered_for else ""
    rows = [SummaryRow("Answer", ANSWER_NAMES[Answer(consultation.answer)], note=f"{on_day(consultation.answered_at)}{how}")]
    if consultation.says:
        rows.append(SummaryRow("In words", consultation.says))
    if consultation.deployment.done_about_views:
        rows.append(SummaryRow("What the authority did about it", consultation.deployment.done_about_views))
    return rows


def objection_rows(objections, consultation: Consultation) -> list[dict]:
    """Each objection with what became of it, the latest first."""
    deployment = consultation.deployment
    return [
        {
            "made": f"Objection of {on_day(row.made_at)}",
            "tag": objection_tag(row),
            "rows": [
                SummaryRow("Ground", GROUND_NAMES[row.ground]),
                SummaryRow("In words", row.says),
                *(
                    [SummaryRow("Why it is not admissible", [
                        sentence(code, starts_on=deployment.starts_on, until=consultation.until) for code in row.refused
                    ])]
                    if row.refused
                    else []
                ),
                *([SummaryRow("What was decided", row.get_outcome_display(), note=on_day(row.decided_at))] if row.outcome else []),
                *([SummaryRow("Why", row.reason)] if row.outcome else []),
            ],
        }
        for row in objections.order_by("-made_at", "-pk")
    ]  # fmt: skip


def objection_tag(row: Objection) -> Tag:
    if not row.is_admitted:
        return Tag("Not admissible", "grey")
    if not row.outcome:
        return Tag("To be decided", "yellow")
    return Tag(row.get_outcome_display(), "orange" if row.outcome == "upheld" else "grey")


def on_day(at) -> str:
    return day(timezone.localtime(at).date())


# --------------------------------------------------------------------------------------------- on the authority's side


def consultation_rows(viewer, deployment) -> list[SummaryRow]:
    """Who was asked, until when, and what they answered; with the way to enter an answer given by letter or telephone."""
    rows = Consultation.objects.filter(deployment=deployment).visible_to(viewer, P.DEPLOYMENT_VIEW).order_by("pk")
    may_enter = viewer.has(P.DEPLOYMENT_PROPOSE) and deployment.status in {*CAN_OBJECT, *WAITING}
    found = []
    for row in rows:
        name = PARTY_NAMES[Party(row.party)]
        tag = answer_tag(row, is_over=deployment.status not in {*CAN_OBJECT, *WAITING} or row.until < viewer.on)
        url = reverse("partners:consultation-enter", args=[row.pk])
        note = row.says or ("" if row.answer else f"Asked on {on_day(row.asked_at)}")
        is_open = may_enter and row.answer != Answer.OBJECTS
        links = (Link("Enter the answer", url, f"of the {name.lower()}"),) if is_open else ()
        found.append(SummaryRow(name, tag, links, note))
    return found


def answer_tag(row: Consultation, *, is_over: bool) -> Tag:
    """What somebody of the school answered; where nothing came, whether an answer is still waited for."""
    if row.answer:
        return Tag(ANSWER_NAMES[Answer(row.answer)], ANSWER_COLOURS[row.answer])
    return (
        Tag(f"No answer by {day(row.until)}", "grey") if is_over else Tag(f"Asked, until {day(row.until)}", ANSWER_COLOURS[""])
    )


def objections_of(viewer, deployment) -> list[dict]:
    rows = Objection.objects.filter(deployment=deployment).visible_to(viewer, P.DEPLOYMENT_VIEW)
    asked = deployment.consultations.filter(question=Question.OBJECTION).first()
    return objection_rows(rows, asked) if asked is not None else []


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def consultation_enter(request, pk):
    """Enter what head or governing body answered by letter or by telephone."""
    consultation = consultation_for(request, P.DEPLOYMENT_PROPOSE, pk)
    deployment = consultation.deployment
    form = SayForm(sent(request), question=consultation.question, is_entered=True, initial=as_typed(consultation))
    if form.is_valid():
        done = give(request, consultation, form, deployment_url(deployment))
        if done is not None:
            return done
    context = {
        "form": form,
        "heading": f"What the {PARTY_NAMES[Party(consultation.party)].lower()} answered",
        "text": RULES[consultation.question],
        "rows": [*who_rows(deployment), SummaryRow("School", deployment.school.name), SummaryRow("Until", consultation.until)],
        "button_label": "Enter the answer",
        "cancel_url": deployment_url(deployment),
        "breadcrumbs": deployment_trail(deployment),
    }
    return render(request, "_parts/confirm_page.html", context)


# ------------------------------------------------------------------------------------------------------------ criteria


def criteria_url(authority: Authority) -> str:
    return reverse("partners:criteria", args=[authority.code])


def criteria_rows(request, code: str):
    """The authority and its criteria, newest first, as far as the viewer sees them."""
    authority = Authority.objects.filter(code=code).select_related("region").first()
    rows = DeploymentCriteria.objects.filter(authority=authority).visible_to(request.viewer, P.DEPLOYMENT_VIEW)
    may_edit = authority is not None and authority.belongs_to(request.viewer, P.DEPLOYMENT_CONFIRM)
    return authority, list(rows.order_by("-published_at", "-pk")), may_edit


@require_http_methods(READ)
@requires(P.DEPLOYMENT_VIEW)
def criteria(request, code):
    """How an authority chooses and deploys its SIPs, for its schools to read (DEP-2)."""
    authority, rows, may_edit = criteria_rows(request, code)
    if authority is None or not (rows or may_edit):
        raise Http404("No criteria here, or not for this person")
    context = {
        "heading": "How School Improvement Partners (SIPs) are chosen",
        "authority": authority,
        "criteria": rows[0] if rows else None,
        "published": on_day(rows[0].published_at) if rows else "",
        "edit_url": reverse("partners:criteria-edit", args=[code]) if may_edit else "",
        "breadcrumbs": [("My work", "/")],
    }
    return render(request, "partners/consulting/criteria.html", context)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_CONFIRM)
def criteria_edit(request, code):
    """The SIP manager publishes the criteria anew."""
    authority = fetch(request.viewer, P.DEPLOYMENT_CONFIRM, Authority.objects.all(), code=code)
    latest = selectors.criteria_of(authority)
    form = CriteriaForm(sent(request), initial={"text": latest.text} if latest else {})

    def effect(given, at):
        actions.publish_criteria(authority=authority, by=request.user, at=at, **given)
        return criteria_url(authority)

    answer = carry_out(request, form, effect, done="The criteria are published.")
    if answer is not None:
        return answer
    context = {
        "form": form, "heading": "Criteria for choosing and deploying SIPs", "button_label": "Publish",
        "text": "Every school that the authority serves reads them. What was there before stays on record.",
        "cancel_url": criteria_url(authority) if latest else "/", "breadcrumbs": [("My work", "/")],
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)
