"""Words of the field that several pages use."""

from datetime import date

from sipmanager.core.parts import Tag
from sipmanager.core.wording import capitalised, day, in_sentence, listed

from .accreditation import STATE_NAMES, State
from .facts import FACTS
from .models import (
    RUNNING_STATES,
    AgreementStatus,
    ApplicationStatus,
    CaseStatus,
    CheckKind,
    ClaimStatus,
    DeploymentStatus,
    ExpertiseKind,
    FileKind,
    InterestKind,
    Kind,
    Letter,
    NotificationKind,
    StandDownKind,
    SupportKind,
)

STANDING_COLOURS = {
    State.ACCREDITED: "green", State.WARNED: "yellow", State.UNVERIFIED: "yellow", State.LAPSED: "orange", State.REMOVED: "grey",
}  # fmt: skip
STANDING_WORDS = STATE_NAMES | {State.WARNED: "Warned"}
STATUS_COLOURS = {
    DeploymentStatus.PROPOSED: "blue", DeploymentStatus.CONSULTED: "blue", DeploymentStatus.OBJECTED: "orange",
    DeploymentStatus.UPHELD: "grey", DeploymentStatus.REJECTED: "purple", DeploymentStatus.AGREED: "purple",
    DeploymentStatus.CONFIRMED: "teal", DeploymentStatus.ACTIVE: "green", DeploymentStatus.ENDING: "yellow",
    DeploymentStatus.ENDED: "grey", DeploymentStatus.WITHDRAWN: "grey",
}  # fmt: skip


def standing_tag(standing: str) -> Tag:
    """An accreditation's state as a tag; a SIP without an award has none to show."""
    if not standing:
        return Tag("Not accredited", "grey")
    return Tag(STANDING_WORDS[State(standing)], STANDING_COLOURS[State(standing)])


APPLICATION_COLOURS = {
    ApplicationStatus.APPLIED: "blue", ApplicationStatus.APPLICATION_PASSED: "blue", ApplicationStatus.ONLINE_PASSED: "purple",
    ApplicationStatus.RESIDENTIAL_PASSED: "green", ApplicationStatus.TURNED_DOWN: "grey", ApplicationStatus.WITHDRAWN: "grey",
}  # fmt: skip
CLAIM_COLOURS = {
    ClaimStatus.CLAIMED: "yellow", ClaimStatus.RESTORED: "green", ClaimStatus.DECLINED: "grey", ClaimStatus.TAKEN_BACK: "grey",
}  # fmt: skip
CASE_COLOURS = {
    CaseStatus.RAISED: "blue", CaseStatus.SIP_TOLD: "blue", CaseStatus.UNDER_REVIEW: "yellow",
    CaseStatus.HEARING_CALLED: "yellow", CaseStatus.HEARD: "yellow", CaseStatus.REMOVED: "grey",
    CaseStatus.RETAINED: "green", CaseStatus.DROPPED: "grey",
}  # fmt: skip
UNDER_REVIEW = Tag("Under review", "yellow")


def application_tag(application) -> Tag:
    """How far an application has come."""
    status = ApplicationStatus(application.status)
    return Tag(status.label, APPLICATION_COLOURS[status])


def claim_tag(claim) -> Tag:
    """Where a claim stands."""
    status = ClaimStatus(claim.status)
    return Tag(status.label, CLAIM_COLOURS[status])


def case_tag(case) -> Tag:
    """Where a removal case stands."""
    status = CaseStatus(case.status)
    return Tag(status.label, CASE_COLOURS[status])


def flag_tag(flag, on) -> Tag:
    """Where a flag of a deployment stands."""
    if flag.cleared_at is not None:
        return Tag("Mended", "green")
    if flag.outcome:
        return Tag(flag.get_outcome_display(), "grey")
    if flag.due_on < on:
        return Tag("Overdue", "red")
    return Tag("To be mended", "yellow") if flag.promised_on else Tag("To be decided", "orange")


def status_tag(deployment, on) -> Tag:
    """Where a deployment stands, in the word that the day makes of it."""
    if deployment.is_void:
        return Tag("Struck out", "grey")
    status = DeploymentStatus(deployment.status)
    if status in RUNNING_STATES and deployment.ends_on is not None and deployment.ends_on < on:
        status = DeploymentStatus.ENDED  # the night has not come round yet
    elif status is DeploymentStatus.CONFIRMED and deployment.starts_on <= on:
        status = DeploymentStatus.ACTIVE
    return Tag(status.label, STATUS_COLOURS[status])


AGREEMENT_COLOURS = {
    AgreementStatus.DRAFT: "grey", AgreementStatus.SENT: "blue", AgreementStatus.SIGNED: "purple",
    AgreementStatus.IN_FORCE: "green", AgreementStatus.ENDED: "grey", AgreementStatus.DECLINED: "orange",
    AgreementStatus.REPLACED: "grey", AgreementStatus.WITHDRAWN: "grey",
}  # fmt: skip


def agreement_tag(agreement, on) -> Tag:
    """Where an agreement stands, in the word that the day makes of it."""
    status = AgreementStatus(agreement.status)
    if agreement.last_on is None or status not in {AgreementStatus.IN_FORCE, AgreementStatus.ENDED}:
        return Tag(status.label, AGREEMENT_COLOURS[status])
    if agreement.last_on < on:
        return Tag("Ended", "grey")
    if agreement.starts_on > on:
        return Tag("Signed by both", "teal")
    return Tag("Ending", "yellow") if agreement.last_on < agreement.ends_on else Tag("In force", "green")


def handover_tag(handover, on) -> Tag:
    """How far a handover is."""
    if handover.met_on:
        return Tag("Handed over", "green")
    if handover.confirmed_on is None:
        return Tag("Planned", "grey")
    return Tag("Overdue", "orange") if on > handover.due_on else Tag("To be handed over", "yellow")


def familiarisation_tag(row, on) -> Tag:
    """How far getting to know a school is."""
    if row.met_on:
        return Tag("Done", "green")
    return Tag("Overdue", "orange") if on > row.due_on else Tag("Under way", "blue")


def feedback_tag(feedback) -> Tag:
    """Where a school's word on its outgoing SIP stands."""
    if feedback.released_at:
        return Tag("Shared with the SIP", "purple")
    if feedback.evaluated_at:
        return Tag("Evaluated", "green")
    return Tag("Answered", "blue") if feedback.answered_at else Tag("Asked", "yellow")


# One sentence for each kind of event (D-33).
EVENTS = {
    "partner.register": "Added to the register",
    "partner.import_new": "Added to the register from a file",
    "partner.import_changed": "Record changed from a file",
    "partner.change": "Details changed",
    "partner.kind": "Kind of SIP changed",
    "partner.headship": "Headship recorded",
    "partner.headship_end": "Headship ended",
    "partner.willing": "Place of work added",
    "partner.willing_end": "Place of work ended",
    "partner.interest": "Interest declared",
    "partner.interest_end": "Interest ended",
    "partner.confirm_interests": "Register of interests confirmed",
    "partner.confirm_details": "Details confirmed for the term",
    "partner.confirm_skills": "Skills audit made",
    "partner.expertise": "Expertise changed",
    "partner.stand_down": "Suspended or withdrawn",
    "partner.stand_down_end": "Suspension or withdrawal ended",
    "fact.ask": "Change asked for by the SIP",
    "fact.confirmed": "Change asked for confirmed",
    "fact.declined": "Change asked for declined",
    "interest.flag": "Declared interest touches this deployment",
    "interest.kept": "Kept although an interest touches it",
    "interest.ended": "End decided because of an interest",
    "interest.replaced": "Change of SIP decided because of an interest",
    "interest.promise": "Day set by which an interest is settled",
    "interest.clear": "Interest touches this deployment no more",
    "succession.plan": "Plan of who follows changed",
    "recheck.flag": "Flagged: a rule is no longer kept",
    "recheck.kept": "Kept with a reason although a rule is not kept",
    "recheck.ended": "End decided because a rule is no longer kept",
    "recheck.replaced": "Change of SIP decided because a rule is no longer kept",
    "recheck.promise": "Day set by which the rule is kept again",
    "recheck.clear": "The rule is kept again",
    "nca.start": "Work as National Challenge Adviser recorded",
    "nca.end": "Work as National Challenge Adviser ended",
    "partner.practised": "Day last practised recorded",
    "partner.merge": "Another record of the same person merged into this one",
    "partner.pair_same": "Asked to be merged with another record",
    "partner.pair_not_same": "Said to be another person than another record",
    "accreditation.award": "Accreditation recorded",
    "accreditation.clock": "Lapse clock set",
    "application.apply": "Application for accreditation recorded",
    "application.ask_reference": "Reference asked for",
    "application.receive_reference": "Reference received",
    "application.accept": "Application accepted",
    "application.turn_down": "Application turned down",
    "application.pass_online": "Online assessment passed",
    "application.pass_residential": "Residential assessment passed",
    "application.withdraw": "Application withdrawn",
    "claim.make": "Claim about the accreditation made",
    "claim.show": "Practice shown with a claim",
    "claim.restore": "Accreditation restored on evidence",
    "claim.decline": "Claim declined",
    "claim.take_back": "Claim taken back",
    "accreditation.remove": "Accreditation removed",
    "engagement.start": "Engaged",
    "engagement.end": "Engagement ended",
    "support.start": "Support named",
    "support.end": "Support ended",
    "check.record": "Check recorded",
    "check.void": "Check struck out",
    "check.hand_in": "Evidence of a check handed in",
    "check.verify": "Check verified",
    "check.return": "Evidence of a check returned",
    "file.keep": "File kept",
    "file.open": "File opened",
    "file.withdraw": "File withdrawn",
    "contract.confirm": "Contract confirmed",
    "agreement.draw_up": "Agreement drawn up",
    "agreement.change": "Terms of the agreement changed",
    "agreement.schedule": "School put on the schedule",
    "agreement.unschedule": "School taken off the schedule",
    "agreement.send": "Agreement sent to be signed",
    "agreement.sign": "Agreement signed by the SIP",
    "agreement.decline": "Agreement declined",
    "agreement.countersign": "Agreement signed by the authority",
    "agreement.take_back": "Agreement taken back to change it",
    "agreement.withdraw": "Agreement withdrawn",
    "agreement.end": "Agreement ended early",
    "agreement.terminate": "Agreement ended after a breach",
    "agreement.replace": "Agreement replaced by a newer one",
    "agreement.expire": "Agreement ended",
    "agreement.notice": "Notice given",
    "agreement.print": "Signed agreement kept as a PDF",
    "agreement.open": "Signed agreement opened",
    "extrawork.ask": "Extra work asked for",
    "extrawork.confirm": "Extra work confirmed",
    "extrawork.refuse": "Extra work refused",
    "breach.record": "Breach recorded",
    "bulkrun.confirm": "Many deployments confirmed at once",
    "bulkrun.finish": "Many deployments carried out at once",
    "event.arrange": "Development event entered",
    "event.change": "Development event changed",
    "event.cancel": "Development event cancelled",
    "event.begin_inviting": "SIPs are invited to a development event from now on",
    "event.invite": "SIPs invited to a development event",
    "event.attendance": "Attendance of a development event entered",
    "attendance.take_off": "Taken off the list of a development event",
    "attendance.answer": "Invitation to a development event answered",
    "attendance.enter": "Development entered by the SIP",
    "attendance.withdraw": "Entry of development taken back",
    "attendance.decide": "Absence or entry of development decided on",
    "development.review": "Development review noted",
    "agreementbreach.continue": "Breach reviewed: the agreement continues",
    "agreementbreach.conditions": "Breach reviewed: conditions set",
    "agreementbreach.terminate": "Breach reviewed: the agreement ends",
    "deployment.propose": "Deployment proposed",
    "deployment.consult": "School asked for its views",
    "deployment.agree": "Deployment agreed",
    "deployment.answer": "The school answered on the SIP proposed",
    "deployment.object": "Objection to the deployment",
    "deployment.objection_refused": "Objection not admissible",
    "beside.name": "Somebody named beside the lead SIP",
    "beside.end": "Last day of a role beside the lead SIP recorded",
    "authority.criteria": "Criteria for deployment published",
    "deployment.uphold": "Objection upheld",
    "deployment.reject": "Objection rejected",
    "deployment.confirm": "Deployment confirmed",
    "deployment.begin": "First day of the deployment reached",
    "deployment.finish": "Last day of the deployment passed",
    "deployment.renew": "Deployment renewed",
    "deployment.end": "End of the deployment recorded",
    "deployment.withdraw": "Proposal withdrawn",
    "deployment.void": "Deployment struck out",
    "deployment.record": "Past deployment recorded",
    "deployment.import_changed": "Deployment changed from a file",
    "notification.send": "National contractor told",
    "letter.write": "Letter written",
    "letter.print": "PDF of the letter made",
    "letter.ask_again": "PDF of the letter asked for again",
    "letter.send": "Letter recorded as sent",
    "letter.send_again": "Link to the letter sent again",
    "letter.open": "PDF of the letter opened",
    "letter.text": "Text of a letter changed",
    "letter.text_standard": "Standard text of a letter used again",
    "guidance.publish": "Local issues or guidance published",
    "guidance.open": "Local issues or guidance read",
    "guidance.withdraw": "Local issues or guidance withdrawn",
    "handover.plan": "Change of SIP planned",
    "handover.ask": "Handover to the next SIP asked for",
    "handover.due": "Day of the handover worked out anew",
    "handover.record": "Handover recorded",
    "handover.finish": "School handed over",
    "handover.open": "Handover pack opened",
    "familiarisation.begin": "Time to get to know the school began",
    "familiarisation.tick": "Item of getting to know the school done",
    "familiarisation.untick": "Item of getting to know the school taken back",
    "leavingfeedback.ask": "School asked about its outgoing SIP",
    "leavingfeedback.give": "School's feedback on its outgoing SIP given",
    "leavingfeedback.evaluate": "Feedback on the outgoing SIP evaluated",
    "leavingfeedback.release": "Feedback shared with the outgoing SIP",
    "contact.name": "Contact for the contractor named",
    "contact.tell": "Day recorded on which the contractor was told of the contact",
    "contact.end": "Last day of the contact set",
    "share.log": "Sharing of information logged",
    "share.strike": "Entry of the sharing log struck out",
    "statement.make": "Yearly statement made",
    "statement.strike": "Yearly statement struck out",
    "endeavour.log": "Endeavour logged",
    "endeavour.strike": "Endeavour struck out",
    "sanction.log": "Sanction logged",
    "sanction.end": "End of a sanction recorded",
    "sanction.strike": "Sanction struck out",
    "brief.record": "Edition of the national brief recorded",
    "grantconcern.raise": "Concern of the coordinator noted",
    "grantconcern.share": "Concern shared with the SIP manager",
    "grantconcern.pass_on": "Concern passed to the senior regional director",
    "grantconcern.take_up": "Concern taken up with the director of children's services",
    "grantconcern.close": "Concern closed",
    "pack.ask": "Evidence pack asked for",
    "pack.make": "Evidence pack made",
    "pack.fail": "Evidence pack could not be made",
    "pack.open": "Evidence pack opened",
    # What others record, where it explains a difference of then and now.
    "schools.import": "Schools loaded from a file",
    "schools.import_links": "Predecessors and successors loaded from a file",
    "programme.start": "Start of a programme recorded",
}
DETAIL_WORDS = {
    "about_on": "from", "on": "on", "ends_on": "last day", "expires_on": "runs out on", "days": "days", "kind": "",
    "gone": "record", "other": "record", "sector": "sector", "place": "place", "urn": "school", "check": "", "support": "as",
    "rule": "rule",
}  # fmt: skip
# What the audit line keeps as a code, as people read it. The kind of an event is of the kind of its subject.
CODES = {"check": CheckKind, "support": SupportKind}
KINDS = {
    "partner.interest": InterestKind, "partner.kind": Kind, "partner.stand_down": StandDownKind, "file": FileKind,
    "notification": NotificationKind, "letter": Letter._meta.get_field("kind"),
}  # fmt: skip


def event_sentence(event) -> str:
    """What happened, in a few words."""
    known = EVENTS.get(event.what)
    return known or event.what.replace(".", " ").replace("_", " ").capitalize()


def event_text(event, school: str = "") -> str:
    """The school, the days and the facts that the line holds, for who wants to know more."""
    is_an_end = event.what.endswith((".end", "_end"))
    found = [school] if school else []
    if event.about_on:
        found.append(f"{'last day' if is_an_end else 'from'} {day(event.about_on)}")
    for key, words in DETAIL_WORDS.items():
        value = event.details.get(key)
        if value not in (None, "", []):
            found.append(f"{words} {_code_in_words(event.what, key, value) or _plain_value(value)}".strip())
    facts = event.details.get("fields") or event.details.get("facts")
    if facts:
        # What is asked for, or declined, has not changed.
        verb = "about" if event.what.startswith("fact.") else "changed"
        found.append(f"{verb}: {listed([_fact_in_words(fact) for fact in facts])}")
    if broken := event.details.get("breaches"):
        found.append(f"broke {listed(broken)}")
    return f"{capitalised('; '.join(found))}." if found else ""


def _code_in_words(what: str, key: str, value) -> str:
    """What a code stands for, or nothing where it is none."""
    codes = CODES.get(key)
    if key == "kind":
        codes = KINDS.get(what) or KINDS.get(what.split(".", maxsplit=1)[0])
    return in_sentence(dict(codes.choices).get(value, "")) if codes else ""


def _fact_in_words(fact: str) -> str:
    label = FACTS[fact].label if fact in FACTS else dict(ExpertiseKind.choices).get(fact, "")
    return in_sentence(label) if label else fact.replace("_", " ")


def _plain_value(value) -> str:
    try:
        return day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value).replace("_", " ")
