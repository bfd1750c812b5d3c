"""Who receives an issued note: the policy's list resolved to people, opt-outs applied (NOV-38, NOV-36, POL-5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Authority, Membership, User
from accounts.permissions import Role
from partners.models import Support, SupportKind
from schools.models import SharingOptOut
from schools.selectors import chair_on, head_on

from ..models import Distribution, Note

LABELS = {
    "head": "Headteacher",
    "chair": "Chair of governors",
    "manager": "SIP manager",
    "senior_adviser": "Senior adviser",
    "line_manager": "Line manager",
    "sip": "School Improvement Partner (SIP)",
    "diocese": "The diocese",
    "locality_authority": "The local authority",
}


@dataclass(frozen=True)
class Recipient:
    """One line of a distribution list; `excluded_because` says why the note does not go there."""

    recipient: str
    label: str
    name: str
    email: str = ""
    user_id: int | None = None
    excluded_because: str = ""


def recipients(*, note: Note, on: date) -> list[Recipient]:
    """The distribution list of a note on a day, in the policy's order, with those left out and why.

    A later version goes to everybody who had the one before (NOV-40).
    """
    opted_out = set(SharingOptOut.objects.running(on).filter(school_id=note.school_id).values_list("recipient", flat=True))
    earlier = had_the_last_version(note)
    if earlier:
        return [_left_out(line, note, opted_out) for line in earlier]
    lines = [line for kind in note.policy.distribution for line in _resolve(kind, note, on)]
    return [_left_out(line, note, opted_out) for line in _once(lines)]


def reachable(*, note: Note, on: date) -> list[Recipient]:
    """Those who will receive the note."""
    return [line for line in recipients(note=note, on=on) if not line.excluded_because]


def had_the_last_version(note: Note) -> list[Recipient]:
    last = note.issues.order_by("-number").first()
    rows = Distribution.objects.filter(issue=last).order_by("pk") if last else []
    return [Recipient(row.recipient, LABELS[row.recipient], row.name, row.email_address, row.user_id) for row in rows]


def _left_out(line: Recipient, note: Note, opted_out: set[str]) -> Recipient:
    because = line.excluded_because
    if line.recipient in opted_out:
        because = "The school has asked that its notes are not shared here"
    elif line.recipient == "diocese" and not note.policy.diocesan_sharing:
        because = "The local policy does not share notes with the diocese"
    elif not because and not line.email:
        because = "No email address is on record"
    return Recipient(line.recipient, line.label, line.name, line.email, line.user_id, because)


def _once(lines: Iterable[Recipient]) -> list[Recipient]:
    """Nobody receives the same note twice, whatever hats they wear."""
    found: list[Recipient] = []
    seen: set[str] = set()
    for line in lines:
        if line.email and line.email.lower() in seen:
            continue
        seen.add(line.email.lower())
        found.append(line)
    return found


def _resolve(kind: str, note: Note, on: date) -> list[Recipient]:
    found = _FINDERS[kind](note, on)
    return found or [Recipient(kind, LABELS[kind], "Nobody on record", excluded_because="Nobody is on record")]


def _post(kind: str, post) -> list[Recipient]:
    if post is None:
        return []
    user = post.user if post.user and post.user.is_active else None
    email = user.email if user else post.email
    return [Recipient(kind, LABELS[kind], post.full_name, email, user.pk if user else None)]


def _users(kind: str, users: Iterable[User]) -> list[Recipient]:
    return [Recipient(kind, LABELS[kind], user.full_name, user.email, user.pk) for user in users]


def _members(role: Role, on: date, **place) -> list[User]:
    rows = Membership.objects.running(on).filter(role=role.value, user__is_active=True, **place)
    return [row.user for row in rows.select_related("user").order_by("user__full_name", "user_id")]


def _line_managers(note: Note, on: date) -> list[User]:
    rows = Support.objects.running(on).filter(
        kind=SupportKind.LINE_MANAGER, user__is_active=True,
        engagement__authority_id=note.authority_id, engagement__partner_id=note.partner_id,
    )  # fmt: skip
    return [row.user for row in rows.select_related("user").order_by("starts_on", "pk")]


def _sip(note: Note, on: date) -> list[Recipient]:
    partner = note.partner
    return [Recipient("sip", LABELS["sip"], partner.full_name, partner.email, partner.user_id)]


def _place(kind: str, place: Authority | None, users: Iterable[User]) -> list[Recipient]:
    """A body outside: its own mailbox if it has one, and everybody who reads for it."""
    if place is None:
        return []
    boxes = [Recipient(kind, LABELS[kind], place.name, place.mailbox)] if place.mailbox else []
    return boxes + _users(kind, users)


_FINDERS = {
    "head": lambda note, on: _post("head", head_on(note.school_id, on)),
    "chair": lambda note, on: _post("chair", chair_on(note.school_id, on)),
    "manager": lambda note, on: _users("manager", _members(Role.MANAGER, on, authority_id=note.authority_id)),
    "senior_adviser": lambda note, on: _users(
        "senior_adviser", _members(Role.SENIOR_ADVISER, on, authority_id=note.authority_id)
    ),
    "line_manager": lambda note, on: _users("line_manager", _line_managers(note, on)),
    "sip": _sip,
    "diocese": lambda note, on: _place(
        "diocese", note.school.diocese, _members(Role.DIOCESE, on, diocese_id=note.school.diocese_id)
    ),
    "locality_authority": lambda note, on: _place(
        "locality_authority",
        note.school.local_authority,
        _members(Role.READER, on, authority_id=note.school.local_authority_id),
    ),
}
