"""What the other chapters leave out, so that no list of anybody's menu is empty in every authority, and some PDFs to open."""

from datetime import date, timedelta

from django.utils import timezone

from accounts import actions as account_actions
from accounts.access import viewer_for
from accounts.invitations import LASTS
from accounts.permissions import Role
from partners import actions, jobs
from partners.models import Engagement, Letter
from schools import actions as school_actions
from schools.kinds import BY_KEY
from schools.models import AcademicYear, School
from visits import actions as visit_actions
from visits.models import Note
from visits.states import NoteState as S

from .build import Made, moment
from .people import DEMONSTRATION_DAY

NOTED = date(2009, 9, 21)  # Monday
LATELY = date(2009, 11, 12)  # Thursday
PRINTED = 3  # letters of each authority with their PDF; the night prints the rest
OWN_RECORD = (
    b"The school's own record of lessons seen this year.\n\nFourteen lessons: nine good, four satisfactory, one outstanding.\n"
)


def make_remainder(made: Made) -> None:
    """A little of everything that an authority of this kind would have on record by now."""
    make_records(made)
    make_drafts(made)
    make_people(made)
    for key in (
        Letter.objects.filter(authority=made.authority).order_by("-made_at", "-pk").values_list("pk", flat=True)[:PRINTED]
    ):
        jobs.print_letter(letter_id=key, at=moment(DEMONSTRATION_DAY, 7))


def make_records(made: Made) -> None:
    """A specialism, a wish, an opt-out, the talk about an all-age school, a day when schools are closed."""
    told = {"by": made.manager, "at": moment(NOTED)}
    of_faith = next(school for school in made.schools.values() if "St " in school.name)
    record(made, "faith-requests", of_faith, note="A SIP who knows schools of our faith would be welcome.", starts_on=NOTED)
    if made.invented.kind == "trust":
        record(made, "opt-outs", list(made.schools.values())[1], recipient="diocese", starts_on=NOTED)
    else:
        record(made, "specialisms", made.schools[5], specialism="Technology", is_leading=True, starts_on=date(2005, 9, 1))
    if made.invented.preset == "national":
        school_actions.record_all_age(
            school=made.schools[14], discussed_on=date(2009, 9, 16), coordinator="Elspeth Munro", sector="secondary",
            note="The upper school is the larger part.", **told,
        )  # fmt: skip
    calendar = AcademicYear.objects.get(authority=made.authority, year=2009)
    school_actions.add_closure(
        calendar=calendar,
        name="Training day for all schools",
        starts_on=date(2009, 11, 30),
        ends_on=date(2009, 11, 30),
        **told,
    )


def record(made: Made, key: str, school: School, **values) -> None:
    school_actions.add_record(kind=BY_KEY[key], school=school, by=made.manager, at=moment(NOTED), **values)


def make_drafts(made: Made) -> None:
    """A document kept with a dispute, and a head who has begun to answer."""
    notes = Note.objects.filter(visit__authority=made.authority)
    for note in notes.filter(status=S.DISPUTED).order_by("pk"):
        sip = viewer_for(note.partner.user, on=LATELY)
        if visit_actions.right_to_attach(note=note, viewer=sip) is not None:
            visit_actions.attach_document(
                note=note, content=OWN_RECORD, name="lessons seen.txt", viewer=sip, at=moment(LATELY),
                says="What the judgement on teaching rests on",
            )  # fmt: skip
    begun = notes.filter(status=S.HEAD_REVIEW).order_by("pk").first()
    if begun is not None:
        head = begun.school.posts.get(kind="head", ends_on=None).user
        for key in begun.sections.order_by("position").values_list("key", flat=True)[:2]:
            visit_actions.answer_section(note=begun, section_key=key, verdict="accurate", by=head, at=moment(LATELY, 17))


def make_people(made: Made) -> None:
    """Somebody invited who has not come yet; a SIP who takes no school for now; one who is an adviser beside it."""
    account_actions.invite(
        email=f"adviser.of.schools@{made.invented.domain}", role=Role.SENIOR_ADVISER, authority=made.authority,
        by=made.staff["administrator"], at=moment(LATELY), expires_at=timezone.now() + LASTS,
    )  # fmt: skip
    if made.invented.preset == "learning_trust":
        actions.stand_down(
            partner=made.partners[4], kind="suspended", starts_on=date(2009, 11, 2), ends_on=date(2010, 1, 31), by=made.manager,
            reason="A complaint is being looked into", at=moment(date(2009, 11, 2)),
        )  # fmt: skip
    if made.invented.preset == "kent":
        engagement = Engagement.objects.select_related("partner", "authority").get(
            partner=made.partners[2], authority=made.authority
        )
        actions.start_nca_term(
            engagement=engagement, starts_on=date(2008, 9, 1), contract_on=date(2008, 8, 20), by=made.manager, at=moment(NOTED)
        )


def make_evidence(made: Made) -> None:
    """The evidence of the primary programme, made the evening before."""
    at = moment(DEMONSTRATION_DAY - timedelta(days=1), 18)
    pack = actions.ask_for_evidence(
        authority=made.authority, programme="primary", on=DEMONSTRATION_DAY - timedelta(days=1), by=made.manager, at=at
    )
    jobs.make_evidence(pack_id=pack.pk, at=at)
