"""Who owes what on notes and visits, and who is told: by rule, also when people have gone (D-28)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Authority, User
from accounts.permissions import ROLE_NAMES, Role
from accounts.selectors import staff_on
from partners.models import Support, SupportKind
from schools.models import Post, PostKind
from schools.selectors import holders_on
from sipmanager.core import readings
from sipmanager.core.deadlines import Person

from ..models import HANDOVER, Note, Visit, taken_on
from ..states import NoteState as S
from ..states import VisitState


def person_of(user: User) -> Person:
    return Person(user.email, user.full_name, user.pk)


def mailbox_of(authority: Authority, role: Role) -> Person:
    """A role nobody holds: the authority's mailbox, else `role@code` (D-40)."""
    name = f"{ROLE_NAMES[role]}, {authority.name}"
    return Person(authority.mailbox or f"{role.value}@{authority.code}", name)


@readings.of_each
def _line_managers(authority_ids: Iterable[int], on: date) -> dict[int, list[tuple[int, User]]]:
    """The line managers that SIPs have at each authority, as (SIP, account): of two the later comes last."""
    found: dict[int, list[tuple[int, User]]] = defaultdict(list)
    rows = Support.objects.running(on).filter(
        kind=SupportKind.LINE_MANAGER, user__is_active=True, engagement__authority_id__in=authority_ids
    )
    for row in rows.select_related("user", "engagement").order_by("starts_on", "pk"):
        found[row.engagement.authority_id].append((row.engagement.partner_id, row.user))
    return found


@dataclass
class People:
    """The people around some notes and visits on one day, fetched at once: four queries however many there are,
    and one more where notes were handed over."""

    on: date
    staff: dict[tuple[int, str], list[User]] = field(default_factory=dict)
    line_managers: dict[tuple[int, int], User] = field(default_factory=dict)
    heads: dict[int, Post] = field(default_factory=dict)
    taken_on: frozenset[int] = frozenset()  # notes handed to a SIP who still works for the authority

    @classmethod
    def around(cls, records: Iterable[Note | Visit], on: date) -> "People":
        """`records` are notes or visits with `authority`, `partner` and `school` at hand."""
        rows = list(records)
        people = cls(on)
        authority_ids = sorted({row.authority_id for row in rows})
        for authority_id, held in staff_on(authority_ids, on).items():
            for membership in held:
                people.staff.setdefault((authority_id, membership.role), []).append(membership.user)
        for authority_id, named in _line_managers(authority_ids, on).items():
            for partner_id, user in named:
                people.line_managers[authority_id, partner_id] = user
        people.heads = holders_on(sorted({row.school_id for row in rows}), PostKind.HEAD, on)
        handed = [row.pk for row in rows if isinstance(row, Note) and row.handed_over_at is not None]
        if handed:
            people.taken_on = frozenset(Note.objects.filter(taken_on(on), pk__in=handed).values_list("pk", flat=True))
        return people

    def holders(self, record: Note | Visit, role: Role) -> list[Person]:
        """Those who hold a role at the record's authority, never the SIP whose work it is (D-6)."""
        found = self.staff.get((record.authority_id, role.value), [])
        theirs = {record.partner.user_id}
        if isinstance(record, Note) and record.handed_over_at is not None:
            theirs.add(record.visit.partner.user_id)
        return [person_of(user) for user in found if user.pk not in theirs]

    def manager(self, record: Note | Visit) -> Person:
        found = self.holders(record, Role.MANAGER)
        return found[0] if found else mailbox_of(record.authority, Role.MANAGER)

    def line_manager(self, record: Note | Visit) -> Person:
        """The SIP's line manager at that authority, else the SIP manager (D-28)."""
        user = self.line_managers.get((record.authority_id, record.partner_id))
        if user is None or user.pk == record.partner.user_id:
            return self.manager(record)
        return person_of(user)

    def senior_adviser(self, record: Note | Visit) -> Person:
        """A senior adviser, else the SIP manager, who finds one (D-28)."""
        found = self.holders(record, Role.SENIOR_ADVISER)
        return found[0] if found else self.manager(record)

    def head(self, record: Note | Visit) -> Person:
        """The head with an account, else the SIP manager, who sees to it that there is one (D-28)."""
        post = self.heads.get(record.school_id)
        if post is None or post.user is None or not post.user.is_active:
            return self.manager(record)
        return person_of(post.user)

    def sip(self, record: Note | Visit) -> Person:
        """The SIP; the SIP manager once the SIP has left the school for good (D-28, ROL-31)."""
        partner = record.partner
        if self.is_gone(record) or (partner.user_id and not partner.user.is_active):
            return self.manager(record)
        return person_of(partner.user) if partner.user_id else Person(partner.email, partner.full_name)

    def is_gone(self, record: Note | Visit) -> bool:
        """Whether the SIP has left for good: the school, or, where a note was handed to them, the authority."""
        if isinstance(record, Note) and record.handed_over_at is not None:
            return record.pk not in self.taken_on
        deployment = record.visit.deployment if isinstance(record, Note) else record.deployment
        left = deployment.ends_on is not None and deployment.ends_on + HANDOVER < self.on
        return left or deployment.voided_on is not None

    def reader(self, note: Note) -> Person:
        """Who agrees a draft: a senior adviser in a county, else the line manager (D-24)."""
        if note.policy.review_order == "head_first":
            return self.senior_adviser(note)
        return self.line_manager(note)

    def of(self, owner: str, record: Note | Visit) -> Person:
        """The person of a role as `deadlines.py` names it."""
        return getattr(self, owner)(record)


OWNERS = {
    S.DRAFTING: "sip",
    S.LA_REVIEW: "reader",
    S.HEAD_REVIEW: "head",
    S.AGREED: "sip",
    S.DISPUTED: "sip",
    S.MODERATED: "sip",
    S.FINAL: "sip",
    S.POST_APPROVAL_REVIEW: "manager",
    S.DISTRIBUTED: "manager",
    S.AMENDED: "manager",
    S.WITHDRAWN: "manager",
}


def owner_of(*, note: Note, on: date, people: People | None = None) -> Person:
    """Who takes the next step with a note on a day, by rule and never nobody (D-28).

    Of an issued note it is the SIP manager, who alone may still amend or withdraw it.
    """
    people = people or People.around([note], on)
    if note.visit.voided_on is not None:
        return people.manager(note)
    owner = OWNERS[S(note.status)]
    if note.status == S.DISPUTED and note.policy.dispute_rule == "moderation":
        owner = "senior_adviser"
    return people.of(owner, note)


def visit_owner_of(*, visit: Visit, on: date, people: People | None = None) -> Person:
    """Who takes the next step with a visit: the SIP while it is to be made, else the SIP manager (D-28)."""
    people = people or People.around([visit], on)
    if visit.voided_on is None and visit.status in (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.MISSED):
        return people.sip(visit)
    return people.manager(visit)
