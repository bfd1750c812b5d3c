"""Two whole worlds for tests that cross apps: one's own authority and a foreign one, each with everything in it.

Nothing of the one reaches the other: other region, diocese, schools, people. Names of the foreign world hold `FOREIGN`, so
that a page which shows any of it can be told by its text.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts.actions import invitations
from accounts.models import Authority, LocalPolicy, Membership, User
from accounts.permissions import COLUMNS, Role
from accounts.tests import factories as accounts_factories
from partners import actions
from partners.familiarisation import QUESTIONS
from partners.models import (
    BulkRun,
    Claim,
    Consultation,
    Deployment,
    DeploymentFlag,
    DeploymentPlan,
    Discussion,
    Endeavour,
    Engagement,
    EvidencePack,
    FactChange,
    Familiarisation,
    GrantConcern,
    GrantSnapshot,
    Handover,
    Headship,
    InformationShare,
    Interest,
    LeavingFeedback,
    Letter,
    NationalNotification,
    NcaTerm,
    Partner,
    ProgrammeContact,
    RemovalCase,
    Sanction,
    SelfDeclaration,
    Shortlist,
    ShortlistEntry,
    StandDown,
    Willingness,
)
from partners.tests import factories as partner_factories
from partners.tests.accreditation import accrediting
from partners.tests.papers.factories import make_papers
from qa import actions as qa_actions
from qa.models import ShadowVisit
from schools.models import (
    BulkChange,
    Closure,
    Correction,
    ImportPreview,
    ImportRun,
    Post,
    PostKind,
    PreviewRow,
    Programme,
    ProgrammeStart,
    RegisterTask,
    School,
    SharingOptOut,
)
from schools.tests import factories as school_factories
from sipmanager.core import uploads
from sipmanager.core.models import NightlyRun, OutgoingEmail
from sipmanager.core.wording import searchable
from visits.models import Note, Visit
from visits.states import NoteState
from visits.tests import factories as visit_factories

NOON = "2009-11-16 12:00"  # Monday
TODAY = date(2009, 11, 16)
OWN, FOREIGN = "Ownshire", "Zyzzogeton"
NOTHING_READ = {
    "read": 0, "created": 0, "updated": 0, "unchanged": 0, "closed": 0, "skipped": 0, "skipped_because": {},
    "rejected": [], "warnings": [], "breaches": [],
}  # fmt: skip


PREVIEWS = {"preview": "schools", "partner_preview": "partners"}


@dataclass
class World:
    """One authority under Kent's way of working, with one of everything."""

    name: str
    authority: Authority
    school: School
    partner: Partner
    engagement: Engagement
    users: dict[Role, User] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)
    clients: dict[Role, Client] = field(default_factory=dict)

    def __getitem__(self, thing: str):
        return self.things[thing]

    def client(self, role: Role) -> Client:
        """Somebody of a role, signed in when the world was made."""
        return self.clients[role]


def signed_in(user: User) -> Client:
    """A client with its second factor behind it. A fault of a view is an answer of 500, not an exception."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session["has_second_factor"] = True
    session.save()
    return client


def make_world(name: str) -> World:
    """Build one world; the clock of the test stands at `NOON`."""
    place = name[::-1]  # names of places stand in menus that everybody may read
    region, diocese = accounts_factories.region(f"Region {place}"), accounts_factories.diocese(f"Diocese {place}")
    authority = accounts_factories.authority(f"Authority {place}", region=region, mailbox=f"sips@{name.lower()}.example")
    people = visit_factories.make_people("kent", authority=authority)
    school, partner = people.school, people.deployment.partner
    rename(people, school, partner, name)
    School.objects.filter(pk=school.pk).update(diocese=diocese)
    world = World(name, authority, school, partner, Engagement.objects.get(partner=partner, authority=authority))
    world.users = make_users(people, authority, region, diocese, name)
    world.notes = make_notes(people, name)
    world.things = make_things(world, people)
    world.clients = {role: signed_in(user) for role, user in world.users.items()}
    return world


def rename(people, school, partner, name: str) -> None:
    School.objects.filter(pk=school.pk).update(name=f"{name} School", search_name=searchable(f"{name} school {school.urn}"))
    school.refresh_from_db()
    Partner.objects.filter(pk=partner.pk).update(full_name=f"{name} Partner", search_name=searchable(f"{name} partner"))
    partner.refresh_from_db()
    for who in ("sip", "manager", "line_manager", "senior_adviser", "mentor", "head", "chair"):
        user = getattr(people, who)
        user.full_name = f"{name} {who.replace('_', ' ')}"
        user.save(update_fields=["full_name"])
    for post in Post.objects.filter(school=school):
        Post.objects.filter(pk=post.pk).update(full_name=post.user.full_name)


def make_users(people, authority, region, diocese, name: str) -> dict[Role, User]:
    """Somebody for each of the roles, everywhere that a role can be held."""
    found = {
        Role.MANAGER: people.manager, Role.SENIOR_ADVISER: people.senior_adviser, Role.LINE_MANAGER: people.line_manager,
        Role.MENTOR: people.mentor, Role.SIP: people.sip, Role.HEAD: people.head, Role.CHAIR: people.chair,
    }  # fmt: skip
    governor = accounts_factories.user(f"{name} governor")
    school_factories.make_post(people.school, PostKind.GOVERNOR, user=governor)
    found[Role.GOVERNOR] = governor
    places = {Role.COORDINATOR: region, Role.DIOCESE: diocese}
    for role in COLUMNS:
        if role not in found:
            found[role] = accounts_factories.member(role, at=places.get(role, authority), full_name=f"{name} {role.value}")
    return found


def make_notes(people, name: str) -> dict[str, Note]:
    """A note in each state that pages differ by, of visits in their order."""
    days = {
        NoteState.DISTRIBUTED: date(2009, 9, 22),  # Tuesday
        NoteState.LA_REVIEW: date(2009, 10, 6),
        NoteState.DISPUTED: date(2009, 10, 13),
        NoteState.HEAD_REVIEW: date(2009, 11, 3),
        NoteState.DRAFTING: date(2009, 11, 10),
    }
    notes = {}
    for state, day in days.items():
        has_document = state in (NoteState.DISTRIBUTED, NoteState.DISPUTED)
        note = visit_factories.make_note(
            NoteState.HEAD_REVIEW if has_document else state,
            people=people, day=day, is_contested=state == NoteState.LA_REVIEW, recommendations=1,
        )  # fmt: skip
        if has_document:
            visit_factories.attach(note, name=f"{name}.txt", day=day)
            visit_factories.bring_to(note, state, day=day)
        notes[state.value] = note
    Note.objects.get(pk=notes["drafting"].pk).sections.update(text=f"What was seen at {name}.")
    return notes


def make_preview(kind: str, authority, manager, name: str, at) -> ImportPreview:
    """A file that somebody is looking at, with one line in it."""
    preview = ImportPreview.objects.create(
        kind=kind, authority=authority, file_name=f"{name}.csv", shelf_key=uploads.keep(content=b"a,b", at=at), state="ready",
        report=NOTHING_READ, made_at=at, made_by=manager,
    )  # fmt: skip
    PreviewRow.objects.create(preview=preview, position=0, line=2, key="900001", name=f"{name} line", kind="created")
    return preview


def make_things(world: World, people) -> dict[str, object]:
    """One of everything else that an address can name."""
    at, day = timezone.now(), TODAY
    authority, school, partner, name = world.authority, world.school, world.partner, world.name
    manager = world.users[Role.MANAGER]
    visit = visit_factories.make_visit(people, day=date(2009, 11, 24))
    shadow = qa_actions.plan_shadow_visit(
        engagement=world.engagement, school=school, planned_on=visit.planned_on, visit=visit,
        by=world.users[Role.LINE_MANAGER], at=at,
    )  # fmt: skip
    planned = ShadowVisit.objects.get(pk=shadow.pk)
    held = qa_actions.plan_shadow_visit(
        engagement=world.engagement, school=school, planned_on=date(2009, 11, 11), by=world.users[Role.LINE_MANAGER], at=at
    )
    qa_actions.hold_shadow_visit(
        shadow=held, held_on=date(2009, 11, 11), oral_feedback_on=date(2009, 11, 11), by=world.users[Role.LINE_MANAGER], at=at
    )
    invitation, _secret = invitations.invite(
        email=f"new@{name.lower()}.example", role=Role.OFFICER, by=manager, at=at, expires_at=at + timedelta(days=7),
        authority=authority,
    )  # fmt: skip
    member = accounts_factories.member(Role.OFFICER, at=authority, full_name=f"{name} clerk")
    policy = LocalPolicy.objects.create(
        authority=authority, starts_on=day + timedelta(days=60), preset="kent", made_at=at, made_by=manager
    )
    email = OutgoingEmail.objects.create(
        to=f"x@{name.lower()}.example",
        subject=f"About {name}",
        body="-",
        kind="digest",
        queued_at=at,
        authority_id=authority.pk,
    )
    calendar = school_factories.make_calendar(authority)
    run = ImportRun.objects.create(
        authority=authority, kind="schools", file_name=f"{name}.csv", started_at=at, started_by=manager, result=NOTHING_READ
    )
    NightlyRun.objects.create(partition=authority.code, on=day, started_at=at, ended_at=at)
    ProgrammeStart.objects.create(
        authority=authority, programme=Programme.PRIMARY, letter_on=day, coverage_by=day, recorded_at=at, recorded_by=manager
    )
    distributed = world.notes["distributed"]
    shortlist = Shortlist.objects.create(
        name=f"{name} shortlist", authority=authority, is_shared=True, made_by=manager, made_at=at
    )
    return {
        "plan": DeploymentPlan.objects.create(
            authority=authority, programme="primary", starts_on=date(2010, 9, 1), status="optimal", objective=0, bound=0,
            schools=0, solved_at=at, made_at=at, made_by=manager,
        ),
        "bulk_run": BulkRun.objects.create(
            kind="deploy", authority=authority, state="ready", many=0, starts_on=date(2010, 9, 1), made_at=at, made_by=manager
        ),
        "shortlist": shortlist,
        "bulk": BulkChange.objects.create(made_by=manager, made_at=at, rows=[{"school": school.pk}]),
        "entry": ShortlistEntry.objects.create(
            shortlist=shortlist, partner=partner, position=1, added_by=manager, added_at=at
        ),
        "visit": visit,
        "held_visit": Visit.objects.get(pk=distributed.visit_id),
        "advice": world.notes["drafting"].recommendations.first(),
        "section": world.notes["drafting"].sections.order_by("position").first(),
        "issue": distributed.issues.first(),
        "issued_document": distributed.attachments.get(),
        "document": world.notes["disputed"].attachments.get(),
        "shadow": planned,
        "held_shadow": ShadowVisit.objects.get(pk=held.pk),
        "invitation": invitation,
        "member": member,
        "membership": Membership.objects.get(user=member),
        "policy": policy,
        "email": email,
        "closure": Closure.objects.create(academic_year=calendar, starts_on=day, ends_on=day, name=f"{name} day"),
        "run": run,
        "task": RegisterTask.objects.create(
            authority=authority, school=school, kind="closure", subject=f"deployment:{people.deployment.pk}",
            says=f"End the deployment at {name}", url="/", about_on=day, key=f"closure:{name}", raised_at=at, run=run,
        ),
        **{key: make_preview(kind, authority, manager, name, at) for key, kind in PREVIEWS.items()},
        "partner_run": ImportRun.objects.create(
            authority=authority, kind="partners", file_name=f"{name}.csv", started_at=at, started_by=manager, result=NOTHING_READ
        ),
        "post": Post.objects.get(school=school, kind=PostKind.HEAD),
        "opt_out": SharingOptOut.objects.create(school=school, recipient="diocese", starts_on=day, recorded_at=at),
        "correction": Correction.objects.create(
            school=school, says=f"{name} has moved.", suggested_at=at, suggested_by=people.head
        ),
        "deployment": people.deployment,
        "notification": NationalNotification.objects.filter(deployment=people.deployment).first(),
        "file": partner_factories.keep(partner, name=f"{name}.txt"),
        **make_papers(
            engagement=world.engagement, school=school, on=day,
            by={"sip": world.users[Role.SIP], "manager": manager, "administrator": world.users[Role.ADMINISTRATOR]},
        ),
        "headship": Headship.objects.create(partner=partner, sector="primary", is_former=True),
        "willingness": Willingness.objects.filter(partner=partner).first(),
        "interest": (interest := Interest.objects.create(
            partner=partner, school=school_factories.make_school(authority=authority, name=f"{name} Second School"),
            says="Governor there", declared_at=at,
        )),
        "flag": DeploymentFlag.objects.create(
            interest=interest, deployment=people.deployment, says=f"About {name}", raised_at=at, due_on=day
        ),
        "consultation": Consultation.objects.get(deployment=people.deployment),
        "beside": actions.name_beside(school=school, kind="cover", name=f"Officer {name}", starts_on=day, by=None, at=at),
        "guidance": actions.publish_guidance(
            authority=authority, kind="entitlement", title=f"What {name} offers", text=f"Days of {name}.",
            by=world.users[Role.MANAGER], at=at,
        ),
        "criteria": actions.publish_criteria(authority=authority, text=f"How {name} chooses.", by=None, at=at),
        "fact": FactChange.objects.create(
            partner=partner, field="headship_years", payload={"value": 9}, asked_at=at, asked_by=partner.user, due_on=day
        ),
        "declaration": SelfDeclaration.objects.create(
            partner=partner, kind="other", text=f"A word of {name}.", made_at=at, made_by=partner.user
        ),
        "stand_down": StandDown.objects.create(
            partner=partner, kind="suspended", reason=f"A pause of {name}", starts_on=day + timedelta(days=400), recorded_at=at
        ),
        "nca_term": NcaTerm.objects.create(engagement=world.engagement, starts_on=day, recorded_at=at),
        **make_development(world),
        **make_grant_records(authority, name, day, at),
        **make_accrediting(world),
        **make_changes(world, people.deployment),
        "new_partner": partner_factories.make_partner(
            f"{name} Newcomer", sectors={"primary": date(2009, 6, 1)}, authorities=[authority]
        ),
    }  # fmt: skip


def make_development(world: World) -> dict[str, object]:
    """An event of yesterday with the SIP on its list, who says why they did not come, and an entry of their own."""
    manager, at, day = world.users[Role.MANAGER], timezone.now(), TODAY - timedelta(days=1)
    event = actions.arrange_event(
        authority=world.authority, title=f"{world.name} briefing", kind="briefing", held_on=day, days=Decimal("0.5"),
        is_mandatory=True, by=manager, at=at,
    )  # fmt: skip
    actions.add_to_event(event=event, partner=world.partner, by=manager, at=at)
    row = event.attendances.get()
    actions.answer_invitation(
        attendance=row, is_coming=False, reason=f"A word of {world.name}", by=world.users[Role.SIP], at=at
    )
    entry = actions.enter_development(
        partner=world.partner, title=f"{world.name} module", kind="online", held_on=day, days=Decimal("0.25"),
        by=world.users[Role.SIP], at=at,
    )  # fmt: skip
    return {"event": event, "attendance": row, "own_entry": entry}


def make_changes(world: World, deployment: Deployment) -> dict[str, object]:
    """A handover to the SIP and one from them with the school's word, shared; letters; the list for the first term."""
    at, authority, school = timezone.now(), world.authority, world.school
    earlier = Deployment.objects.create(
        school=school, partner=partner_factories.make_partner(f"{world.name} Predecessor"), authority=authority, status="ended",
        starts_on=date(2007, 1, 8), ends_on=date(2008, 8, 29), confirmed_on=date(2007, 1, 8), days=5, proposed_at=at,
    )  # fmt: skip
    handover = Handover.objects.create(
        authority=authority, school=school, outgoing=earlier, incoming=deployment, starts_on=TODAY, planned_at=at,
        confirmed_on=TODAY, due_on=TODAY, remarks=f"Key issues of {world.name}",
    )  # fmt: skip
    left = Handover.objects.create(
        authority=authority, school=school, outgoing=deployment, starts_on=TODAY, planned_at=at, last_on=TODAY
    )
    feedback = LeavingFeedback.objects.create(
        handover=left, authority=authority, school=school, asked_at=at, due_on=TODAY, answers=dict.fromkeys(QUESTIONS, 3),
        comment=f"A word of {world.name}", answered_at=at, evaluation="Fair", evaluated_at=at, released_at=at,
    )  # fmt: skip
    row = {"school": f"{world.name} School", "urn": "900001", "sip": "-", "reference": "-", "kind": "Start", "on": "-"}
    notice = Letter.objects.create(
        authority=authority, kind="notice_contractor", recipient="contractor", recipient_name="National contractor", made_at=at,
        content={"from": [], "to": [], "on": "-", "title": f"Changes in {world.name}", "body": "-", "rows": [row]},
    )  # fmt: skip
    return {
        "handover": handover,
        "familiarisation": Familiarisation.objects.filter(deployment=deployment).first(),
        "leaving_feedback": feedback,
        "letter": Letter.objects.get(deployment=deployment, kind="confirmation_school"),
        "notice": notice,
    }


def make_accrediting(world: World) -> dict[str, object]:
    """An application at stage 1 and one at stage 2 with a fail, a claim, a discussion and a case about the SIP."""
    partner, name = world.partner, world.name
    application = accrediting.make_application(partner=partner, sector="special")
    sat = accrediting.make_application("application_passed", partner=partner, sector="secondary")
    day = date(2009, 11, 2)
    attempt = actions.record_sitting(
        application=sat, is_passed=False, taken_on=day, result_on=day, by=None, at=accrediting.noon(day)
    )
    claim = Claim.objects.create(
        partner=partner, says=f"A word of {name}.", lapses_on=TODAY, made_on=day, made_at=accrediting.noon(day)
    )
    case = accrediting.make_case("sip_told", engagement=world.engagement)
    discussion = Discussion.objects.get(partner=partner)
    RemovalCase.objects.filter(pk=case.pk).update(document=discussion.document)
    return {
        "application": application,
        "referee": actions.ask_reference(
            application=application, full_name=f"{name} referee", requested_on=day, by=None, at=accrediting.noon(day)
        ),
        "sat": sat,
        "attempt": attempt,
        "claim": claim,
        "case": case,
        "discussion": discussion,
    }


def make_grant_records(authority: Authority, name: str, day: date, at) -> dict:
    """What stands behind the conditions of grant: one of each."""
    of_programme = {"authority": authority, "programme": "primary"}
    GrantSnapshot.objects.create(on=day, taken_at=at, answers=[], **of_programme)
    return {
        "contact": ProgrammeContact.objects.create(full_name=f"{name} Contact", starts_on=day, recorded_at=at, **of_programme),
        "share": InformationShare.objects.create(
            shared_on=day,
            use="services",
            items=f"What was found at {name}",
            recipient="Contractor",
            made_at=at,
            **of_programme,
        ),
        "endeavour": Endeavour.objects.create(
            condition="COG-D", done_on=day, says=f"Asked at {name}", who="A manager", made_at=at, **of_programme
        ),
        "sanction": Sanction.objects.create(kind="withheld", starts_on=day, says=f"At {name}", made_at=at, **of_programme),
        "concern": GrantConcern.objects.create(
            says=f"A concern about {name}", status="shared", shared_on=day, raised_at=at, **of_programme
        ),
        "pack": EvidencePack.objects.create(on=day, asked_at=at, **of_programme),
    }
