"""Proposals in every state that a policy knows: asked, answered, objected to and decided, agreed, to come, ending, ended."""

from datetime import date
from decimal import Decimal

from partners import actions
from partners.consulting import Answer, Question
from partners.models import Deployment, Partner
from schools.models import School

from .build import Made, moment

CRITERIA = """The authority chooses a School Improvement Partner (SIP) for what the school needs: knowledge of schools like it, time \
enough, and no link with the school or its people.

A school that causes concern gets the person with the right experience, not whoever is free.

The head is always asked first. A wish for a SIP in sympathy with the school's faith is heard; the decision is the authority's.

A SIP stays at a school for three years at most."""
PORTRAIT = (
    "Led a school for eight years and has worked with many since. Listens first, reads the data closely, and says plainly what "
    "could be better. Has a special interest in early reading and in governors' work."
)
# What the authority tells its SIPs and its heads: kind, title, text (HND-5).
GUIDANCE = (
    (
        "local_issues",
        "Reading in the towns along the river",
        "Results in reading have fallen for two years in the towns along the \
river. Ask every primary school what it does about it in Year 2, and bring what you find to the meeting in January.",
    ),
    (
        "entitlement",
        "What every school is entitled to",
        "Every school has the days of its School Improvement Partner (SIP) that its \
category gives, three of them in the school, one in each term.\n\nThe head is told of each visit three weeks before.",
    ),
    (
        "extra_support",
        "When a school gets extra support",
        "Extra days go first to schools in an Ofsted category, then to schools \
that cause concern, then to those with a new head.",
    ),
    (
        "commissioning",
        "How to ask for extra support",
        "Talk to your SIP, who writes the need into the note of visit. The SIP manager \
answers within ten working days.",
    ),
    (
        "quality",
        "How the work of SIPs is looked after",
        "Each SIP is accompanied on a visit once a year, and a sample of notes is \
read each term. Heads are asked once a year how they find the work.",
    ),
)
GOOD = {Question.VIEWS: Answer.CONTENT, Question.OBJECTION: Answer.NO_OBJECTION, Question.CHOICE: Answer.CHOSEN}
JANUARY = date(2010, 1, 4)  # Monday
APRIL = date(2010, 4, 12)  # Monday


def make_consulting(made: Made) -> None:
    """What the schools of an authority have been asked, and what became of it; cover, criteria and roles beside the lead."""
    actions.publish_criteria(authority=made.authority, text=CRITERIA, by=made.manager, at=moment(date(2009, 9, 1)))
    for kind, title, text in GUIDANCE:
        actions.publish_guidance(
            authority=made.authority, kind=kind, title=title, text=text, by=made.manager, at=moment(date(2009, 9, 14))
        )
    for partner in made.partners.values():
        if not partner.pen_portrait:
            Partner.objects.filter(pk=partner.pk).update(pen_portrait=PORTRAIT)
    if made.invented.kind == "trust":
        _of_the_trust(made)
    else:
        _of_an_authority(made)


def _of_an_authority(made: Made) -> None:
    rosalind, edmund, priya, winifred = (made.partners[key] for key in (1, 2, 3, 5))
    north_quay, highfield, oldbury, academy = (made.schools[key] for key in (11, 12, 7, 4))
    # Who was there before, and a proposal that went no further.
    actions.record_historic(
        school=north_quay, partner=priya, starts_on=date(2007, 9, 1), ends_on=date(2009, 7, 22), days=5, by=made.manager,
        at=moment(date(2009, 9, 1)),
    )  # fmt: skip
    earlier = propose(made, north_quay, rosalind, JANUARY, date(2009, 10, 1), "She knows the schools of the town.")
    actions.withdraw_deployment(
        deployment=earlier, reason="She has too little time left", by=made.manager, at=moment(date(2009, 10, 8))
    )
    # What head and chair of the first school find on My work.
    propose(
        made, made.schools[1], winifred, date(2011, 9, 1), date(2009, 11, 12),
        f"{rosalind.full_name}'s three years at the school end on 31 August 2011; the handover can be planned early.",
    )  # fmt: skip
    # Answered, with a concern.
    answered = propose(
        made, highfield, winifred, APRIL, date(2009, 11, 2), "She is accredited for special schools.", days=Decimal(3),
        reasons={"DAY-1": "A small school with few year groups; three days are enough."},
    )  # fmt: skip
    if answered.consultations.filter(question=Question.VIEWS).exists():
        answer(made, answered, Answer.CONCERNS, "We would like somebody who has led a special school.", date(2009, 11, 6))
    # Agreed, and waiting for its contract; confirmed, with the first day to come.
    agree(made, propose(made, academy, rosalind, JANUARY, date(2009, 10, 12), "She has led a secondary school."))
    coming = propose(made, oldbury, rosalind, date(2009, 12, 1), date(2009, 10, 12), "She has led a secondary school.")
    if made.invented.preset == "learning_trust":
        object_to(made, coming, "Her sister teaches here.", date(2009, 10, 16))
        decide(made, coming, is_upheld=False, reason="Her sister left the school in the summer.", on=date(2009, 10, 20))
    agree(made, coming)
    confirm(made, coming)
    if made.invented.preset == "learning_trust":
        _objections(made)
    ending = Deployment.objects.standing().get(school=made.schools[10], partner=edmund)
    actions.end_deployment(
        deployment=ending, on=date(2010, 3, 31), reason="He retires from this work", by=made.manager,
        at=moment(date(2009, 11, 9)),
    )  # fmt: skip
    beside(made, made.schools[1], "cover", name="Otto Lindqvist")
    beside(made, made.schools[2], "cover", partner=priya, note=f"While {rosalind.full_name} is away in spring")
    Partner.objects.filter(pk=edmund.pk).update(is_htpm_trained=True)
    edmund.refresh_from_db()
    beside(made, made.schools[5], "htpm", partner=edmund)


def _objections(made: Made) -> None:
    """An objection on another ground, one to be decided, one rejected and one upheld (DEP-6)."""
    winifred, rosalind = made.partners[5], made.partners[1]
    waiting = Deployment.objects.get(school=made.schools[11], partner=winifred)
    object_to(made, waiting, "We were content with the last SIP.", date(2009, 11, 12), ground="other")
    object_to(made, waiting, "Her brother is our bursar.", date(2009, 11, 13))
    upheld = propose(made, made.schools[11], rosalind, APRIL, date(2009, 10, 19), "She knows the schools of the town.")
    object_to(made, upheld, "Her husband is a governor here.", date(2009, 10, 22))
    decide(made, upheld, is_upheld=True, reason="The link is close, and another SIP is free.", on=date(2009, 10, 27))
    rejected = propose(made, made.schools[6], rosalind, date(2010, 9, 1), date(2009, 11, 2), "She knows the middle schools.")
    object_to(made, rejected, "She taught our chair, years ago.", date(2009, 11, 5))
    decide(made, rejected, is_upheld=False, reason="A link of thirty years ago is none.", on=date(2009, 11, 10))


def _of_the_trust(made: Made) -> None:
    imelda, desmond, moira = (made.partners[key] for key in (1, 2, 3))
    propose(
        made, made.schools[21], desmond, date(2011, 9, 1), date(2009, 11, 12),
        f"{imelda.full_name}'s three years at the school end on 31 August 2011; the choice can be made early.",
    )  # fmt: skip
    ending = Deployment.objects.standing().get(school=made.schools[27], partner=desmond)
    actions.end_deployment(
        deployment=ending, on=date(2009, 12, 18), reason="The school asked for somebody nearer", by=made.manager,
        at=moment(date(2009, 11, 9)),
    )  # fmt: skip
    earlier = propose(made, made.schools[27], imelda, APRIL, date(2009, 10, 1), "She knows the schools of the town.")
    actions.withdraw_deployment(
        deployment=earlier, reason="She has too little time left", by=made.manager, at=moment(date(2009, 10, 8))
    )
    half = propose(made, made.schools[27], moira, JANUARY, date(2009, 11, 10), "She lives nearby.")
    answer(made, half, Answer.CHOSEN, "", date(2009, 11, 12), party="head")
    both = propose(
        made, made.schools[28], desmond, APRIL, date(2009, 11, 3), "He was there before, and the school asks for him."
    )
    for asked in both.consultations.order_by("pk"):
        answer(made, both, Answer.CHOSEN, "", date(2009, 11, 9), asked.party)
    actions.record_historic(
        school=made.schools[28], partner=desmond, starts_on=date(2007, 9, 1), ends_on=date(2009, 7, 22), days=5, by=made.manager,
        at=moment(date(2009, 9, 1)),
    )  # fmt: skip
    agree(made, propose(made, made.schools[27], imelda, date(2011, 1, 4), date(2009, 10, 12), "For the year after next."))
    beside(
        made, made.schools[28], "external", name="Fergus Ainley", body="Invented Schools Partnership",
        starts_on=date(2009, 9, 1), ends_on=date(2009, 12, 31), note="Until the trust's own SIP starts",
    )  # fmt: skip
    Partner.objects.filter(pk=desmond.pk).update(is_htpm_trained=True)
    desmond.refresh_from_db()
    beside(made, made.schools[22], "htpm", partner=desmond)
    beside(made, made.schools[21], "cover", partner=desmond)


# ------------------------------------------------------------------------------------------------------------- moves


def propose(made: Made, school: School, partner: Partner, starts_on: date, on: date, why: str, **more) -> Deployment:
    return actions.propose_deployment(
        school=school, partner=partner, starts_on=starts_on, by=made.manager, at=moment(on), why=why, **more
    )  # fmt: skip


def answer(made: Made, deployment: Deployment, said: Answer, says: str, on: date, party: str = "head") -> None:
    asked = deployment.consultations.get(party=party)
    actions.answer_consultation(consultation=asked, answer=said, says=says, by=speaker(deployment, party), at=moment(on))
    deployment.refresh_from_db()


def speaker(deployment: Deployment, party: str):
    """Who speaks for the school: the account of its head or chair, `None` where there is none."""
    kind = {"head": "head", "governors": "chair"}[party]
    post = deployment.school.posts.filter(kind=kind, ends_on=None, user__isnull=False).order_by("pk").first()
    return post.user if post else None


def agree(made: Made, deployment: Deployment, on: date = date(2009, 10, 26)) -> None:
    """Whoever was asked says yes, and the manager agrees."""
    for asked in deployment.consultations.filter(answered_at=None).order_by("pk"):
        answer(made, deployment, GOOD[asked.question], "", on, asked.party)
    deployment.refresh_from_db()
    actions.agree_deployment(deployment=deployment, by=made.manager, at=moment(on))


def confirm(made: Made, deployment: Deployment, on: date = date(2009, 11, 2)) -> None:
    engagement = deployment.partner.engagements.get(authority=made.authority)
    actions.confirm_contract(
        engagement=engagement, school=deployment.school, confirmed_on=on, by=made.manager, at=moment(on)
    )  # fmt: skip
    actions.confirm_deployment(deployment=deployment, by=made.manager, at=moment(on))


def object_to(made: Made, deployment: Deployment, says: str, on: date, ground: str = "connectivity") -> None:
    asked = deployment.consultations.get(party="governors")
    actions.object_to_deployment(
        consultation=asked, ground=ground, says=says, by=speaker(deployment, "governors"), at=moment(on)
    )  # fmt: skip
    deployment.refresh_from_db()


def decide(made: Made, deployment: Deployment, *, is_upheld: bool, reason: str, on: date) -> None:
    actions.decide_objection(deployment=deployment, is_upheld=is_upheld, reason=reason, by=made.manager, at=moment(on))


def beside(made: Made, school: School, kind: str, *, starts_on: date = date(2009, 9, 1), **more) -> None:
    actions.name_beside(school=school, kind=kind, starts_on=starts_on, by=made.manager, at=moment(date(2009, 11, 2)), **more)
