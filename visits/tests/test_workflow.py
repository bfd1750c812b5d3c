"""Every person x state x move x preset (D-24), and the tables themselves."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.presets import PRESETS, Policy
from accounts.tests import factories as accounts_factories
from partners.tests.factories import engage, make_deployment, make_partner, support
from schools.models import PostKind
from schools.tests.factories import make_head, make_post, make_school
from sipmanager.core.models import AuditEvent, OutgoingEmail
from sipmanager.core.workflow import MoveRefused, leaving, mermaid
from visits import actions
from visits.actions import playing
from visits.cases import NoteCase, Said
from visits.models import Note
from visits.states import NoteState as S
from visits.workflow import NOTE_WORKFLOW, VISIT_WORKFLOW, moves_for
from visits.workflow.notes import (
    answer_is_overdue,
    complete_and_contested,
    complete_and_uncontested,
    correction_is_named,
    is_complete,
    nothing_left_open,
    somebody_receives_it,
)

from .factories import HELD_ON, at, bring_to, make_note, make_people, move, who_makes

pytestmark = pytest.mark.django_db

SIP, HEAD, ADVISER, MANAGER = ("sip",), ("head",), ("senior_adviser",), ("manager",)
READERS = ("line_manager", "manager")
AFTER_ISSUE = {
    (S.DISTRIBUTED, "amend", S.AMENDED): MANAGER,
    (S.DISTRIBUTED, "withdraw", S.WITHDRAWN): MANAGER,
    (S.AMENDED, "amend", S.AMENDED): MANAGER,
    (S.AMENDED, "withdraw", S.WITHDRAWN): MANAGER,
}
ANSWERS = {
    (S.HEAD_REVIEW, "agree", S.AGREED): HEAD,
    (S.HEAD_REVIEW, "ask_correction", S.DRAFTING): HEAD,
    (S.HEAD_REVIEW, "dispute", S.DISPUTED): HEAD,
    (S.HEAD_REVIEW, "recall", S.DRAFTING): SIP,
}
# D-24 once more, by hand: what each preset lets whom do. Whatever is not here is not possible.
WHO_MAY = {
    "national": {
        (S.DRAFTING, "submit", S.LA_REVIEW): SIP,
        (S.LA_REVIEW, "return_to_sip", S.DRAFTING): READERS,
        (S.LA_REVIEW, "agree_draft", S.HEAD_REVIEW): READERS,
        **ANSWERS,
        (S.DISPUTED, "finalise_disputed", S.FINAL): SIP,
        (S.AGREED, "finalise", S.FINAL): SIP,
        (S.FINAL, "distribute", S.DISTRIBUTED): SIP,
        **AFTER_ISSUE,
    },
    "learning_trust": {
        (S.DRAFTING, "submit", S.LA_REVIEW): SIP,
        (S.LA_REVIEW, "return_to_sip", S.DRAFTING): READERS,
        (S.LA_REVIEW, "approve_draft", S.FINAL): READERS,
        (S.FINAL, "distribute", S.DISTRIBUTED): SIP,
        **AFTER_ISSUE,
    },
    "kent": {
        (S.DRAFTING, "submit", S.LA_REVIEW): SIP,
        (S.DRAFTING, "send_to_head", S.HEAD_REVIEW): SIP,
        (S.LA_REVIEW, "return_to_sip", S.DRAFTING): ADVISER,
        (S.LA_REVIEW, "agree_draft", S.HEAD_REVIEW): ADVISER,
        **ANSWERS,
        (S.DISPUTED, "moderate", S.MODERATED): ADVISER,
        (S.AGREED, "finalise", S.FINAL): SIP,
        (S.MODERATED, "finalise", S.FINAL): SIP,
        (S.FINAL, "distribute", S.DISTRIBUTED): SIP,
        **AFTER_ISSUE,
    },
    "alpsit": {
        (S.DRAFTING, "send_to_head", S.HEAD_REVIEW): SIP,
        **ANSWERS,
        (S.DISPUTED, "rework", S.DRAFTING): SIP,
        (S.AGREED, "finalise", S.POST_APPROVAL_REVIEW): SIP,  # the system passes it on from final in the same breath
        (S.POST_APPROVAL_REVIEW, "release", S.DISTRIBUTED): MANAGER,
        **AFTER_ISSUE,
    },
}
STATES = {
    preset: sorted({state for state, _, _ in rows} | {to for _, _, to in rows}, key=list(S).index)
    for preset, rows in WHO_MAY.items()
}
EVERY_NAME = sorted({row.name for row in NOTE_WORKFLOW})


def everybody(people) -> dict[str, object]:
    """The people of the note, strangers of every role, and one who is manager of their own work."""
    authority, school = people.authority, people.school
    other_school = make_school(authority=school.local_authority, trust=authority if authority.kind == "trust" else None)
    other_sip = accounts_factories.user()
    other_partner = make_partner(sectors={"primary": date(2007, 9, 1)}, authorities=[authority], user=other_sip)
    make_deployment(other_partner, other_school, authority, starts_on=date(2008, 9, 1))
    other_line_manager = accounts_factories.user()
    support(engage(other_partner, authority), other_line_manager)
    foreign = accounts_factories.authority()
    known = {
        name: getattr(people, name) for name in ("sip", "manager", "line_manager", "senior_adviser", "mentor", "head", "chair")
    }
    strangers = {
        "governor": make_post(school, PostKind.GOVERNOR, user=accounts_factories.user()).user,
        "head of another school": make_head(other_school).user,
        "another SIP": other_sip,
        "line manager of another SIP": other_line_manager,
        "manager elsewhere": accounts_factories.member(Role.MANAGER, at=foreign),
        "senior adviser elsewhere": accounts_factories.member(Role.SENIOR_ADVISER, at=foreign),
        "nobody in particular": accounts_factories.user(),
    }
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.READER, Role.ELECTED_MEMBER, Role.TRUST_CHAIR):
        strangers[role.value] = accounts_factories.member(role, at=authority)
    for role in (Role.NATIONAL_DIRECTOR, Role.PROGRAMME):
        strangers[role.value] = accounts_factories.member(role)
    if authority.region:
        strangers["coordinator"] = accounts_factories.member(Role.COORDINATOR, at=authority.region)
    if school.diocese:
        strangers["diocese"] = accounts_factories.member(Role.DIOCESE, at=school.diocese)
    return {**known, **strangers}


@pytest.fixture
def quick_pdf(monkeypatch):
    """The PDF itself is tried in test_issuing."""
    monkeypatch.setattr("visits.actions.issuing.render", lambda *_: b"%PDF-1.7 stands in")


@pytest.fixture
def note_in(quick_pdf):
    def make(preset, state, **fields):
        is_contested = preset == "kent" and state == S.LA_REVIEW
        return make_note(state, preset=preset, is_contested=is_contested, **fields)

    return make


def facts_of(note) -> tuple:
    """What must not change when a move is refused."""
    row = Note.objects.filter(pk=note.pk).values().get()
    return row, AuditEvent.objects.count(), OutgoingEmail.objects.count(), note.issue_requests.count(), note.releases.count()


@pytest.mark.parametrize(("preset", "state"), [(preset, state) for preset in PRESETS for state in STATES[preset]])
def test_each_person_has_the_moves_of_d_24_and_no_other(preset, state, note_in, viewer):
    note = note_in(preset, state)
    everyone = everybody(note.people)
    before = facts_of(note)
    for who, user in everyone.items():
        looking = viewer(user, on=HELD_ON)
        wanted = {name for (from_, name, _), people in WHO_MAY[preset].items() if from_ == state and who in people}
        offered = {move.name for move in moves_for(note=note, viewer=looking, on=HELD_ON)}
        assert offered == wanted, f"{who} at {state} under {preset}"
        for name in EVERY_NAME:
            if name not in wanted:
                with pytest.raises((PermissionDenied, MoveRefused)):
                    actions.move_note(
                        note=note, name=name, viewer=looking, at=at(), version=note.content_version, comment="A good reason."
                    )
    assert facts_of(note) == before


ROWS = [(preset, row, who) for preset in PRESETS for row, people in WHO_MAY[preset].items() for who in people]


@pytest.mark.parametrize(("preset", "row", "who"), ROWS, ids=lambda value: str(value))
def test_each_move_leads_where_d_24_says(preset, row, who, note_in):
    state, name, to = row
    note = note_in(preset, state)
    if name == "submit" and preset == "kent":
        actions.mark_disagreement_likely(note=note, is_likely=True, by=note.people.sip, at=at())
    before = AuditEvent.objects.filter(what=f"note.{name}").count()
    move(note, name, who)
    assert note.status == to
    assert AuditEvent.objects.filter(what=f"note.{name}").count() == before + 1


@pytest.mark.parametrize("preset", PRESETS)
def test_the_table_says_what_d_24_says(preset):
    """The rows switched on by a preset are those written out above, the system's own apart."""
    policy = Policy(preset)
    found = set()
    for state in S:
        for row in leaving(NOTE_WORKFLOW, state, policy):
            if not row.by_system:
                to = S.POST_APPROVAL_REVIEW if row.name == "finalise" and preset == "alpsit" else row.to
                found.add((state, row.name, to))
    reachable = {row for row in found if row[0] in STATES[preset]}
    assert reachable == set(WHO_MAY[preset])


@pytest.mark.parametrize("preset", PRESETS)
def test_every_mover_of_the_table_is_found_by_the_factories(preset):
    for row in NOTE_WORKFLOW:
        if row.by_system or (row.when and not row.when(Policy(preset))):
            continue
        for from_, name, _ in WHO_MAY[preset]:
            if name == row.name and from_ in row.from_:
                assert who_makes(row) in WHO_MAY[preset][next(key for key in WHO_MAY[preset] if key[:2] == (from_, name))]


def test_every_effect_of_the_table_exists():
    named = {key for row in NOTE_WORKFLOW for key in row.effects} - {"issue"}
    assert named == set(playing.EFFECTS)


def test_every_state_stands_in_a_picture():
    for preset in PRESETS:
        picture = mermaid(NOTE_WORKFLOW, Policy(preset))
        assert all(f"--> {state}" in picture or state == S.DRAFTING for state in STATES[preset])
    assert "planned --> held" in mermaid(VISIT_WORKFLOW)


def test_nobody_moves_their_own_work_in_another_capacity(note_in, viewer):
    """D-6: a SIP who is also SIP manager and senior adviser neither agrees nor decides on their own note."""
    people = make_people("national")
    accounts_factories.membership(Role.MANAGER, at=people.authority, of=people.sip)
    accounts_factories.membership(Role.SENIOR_ADVISER, at=people.authority, of=people.sip)
    support(engage(people.deployment.partner, people.authority), people.sip)
    note = note_in("national", S.LA_REVIEW, people=people)
    looking = viewer(people.sip, on=HELD_ON)
    assert moves_for(note=note, viewer=looking, on=HELD_ON) == []
    with pytest.raises(PermissionDenied):
        actions.move_note(note=note, name="agree_draft", viewer=looking, at=at(), version=note.content_version)
    bring_to(note, S.DISTRIBUTED)
    assert moves_for(note=note, viewer=looking, on=HELD_ON) == []


def test_a_mixture_of_settings_has_its_own_path():
    """POL-31: the orders are steps that are on or off, not four programs."""
    head_first_without_disputes = Policy("kent", {"POL-4": "none"})
    names = {row.name for row in leaving(NOTE_WORKFLOW, S.HEAD_REVIEW, head_first_without_disputes)}
    assert names == {"agree", "ask_correction", "recall"}
    silent = Policy("kent", {"POL-35": "deem_agreed"})
    assert "deem_agreed" in {row.name for row in leaving(NOTE_WORKFLOW, S.HEAD_REVIEW, silent)}
    approving = Policy("alpsit", {"POL-35": "deem_agreed"})
    assert "deem_agreed" not in {row.name for row in leaving(NOTE_WORKFLOW, S.HEAD_REVIEW, approving)}


# The guards, each with the smallest case.


def test_a_draft_is_complete_with_text_in_every_section_and_an_outcome_for_every_recommendation():
    assert is_complete(NoteCase()) == []
    needs = is_complete(NoteCase(empty_sections=(("evidence", "Evidence"),), unreviewed=2))
    assert needs == ["Write the section “Evidence”", "Say what became of 2 earlier recommendations"]
    assert [(need.section, need.anchor) for need in needs] == [("evidence", "section-evidence"), ("", "reviews")]


def test_where_heads_read_first_the_likely_disagreement_decides_the_way():
    """NOV-33, NOV-34."""
    calm, contested = NoteCase(), NoteCase(is_disagreement_likely=True)
    assert complete_and_contested(contested) == complete_and_uncontested(calm) == []
    assert [need.anchor for need in complete_and_contested(calm)] == ["disagreement"]
    assert [need.anchor for need in complete_and_uncontested(contested)] == ["disagreement"]


def test_a_head_does_not_agree_what_stands_disputed_or_to_be_corrected():
    answers = (
        Said("evidence", "Evidence", "accurate"), Said("care", "Care", "comment", has_text=True),
        Said("teaching", "Teaching", "correction", has_text=True), Said("outcomes", "Outcomes", "dispute", has_text=True),
    )  # fmt: skip
    assert [need.section for need in nothing_left_open(NoteCase(answers=answers))] == ["teaching", "outcomes"]
    assert nothing_left_open(NoteCase(answers=answers[:2])) == []


def test_a_correction_says_what_is_wrong():
    assert correction_is_named(NoteCase(comment=None)) == []
    assert correction_is_named(NoteCase(comment="The number of pupils is 212.")) == []
    assert correction_is_named(NoteCase(comment="", answers=(Said("a", "A", "correction", has_text=True),))) == []
    assert correction_is_named(NoteCase(comment=" ")) == ["Say what is to be corrected, here or beside a section"]


def test_silence_counts_only_after_its_day():
    assert answer_is_overdue(NoteCase(answer_due_on=HELD_ON, on=HELD_ON)) != []
    assert answer_is_overdue(NoteCase(answer_due_on=None, on=HELD_ON)) != []
    assert answer_is_overdue(NoteCase(answer_due_on=HELD_ON, on=HELD_ON.replace(day=11))) == []


def test_a_list_with_nobody_on_it_is_no_distribution():
    assert somebody_receives_it(NoteCase(receivers=1)) == []
    assert len(somebody_receives_it(NoteCase(receivers=0))) == 1
