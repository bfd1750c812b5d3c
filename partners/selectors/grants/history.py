"""As known then, as known now, and which lines of the record explain the difference (D-21)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from accounts.models import Authority
from partners.grant import last_day
from partners.models import Deployment, GrantSnapshot
from schools.models import Post
from schools.selectors import in_local_authority_on
from sipmanager.core.academic import financial_year
from sipmanager.core.models import AuditEvent

from .case import Report, conditions_of_grant
from .snapshots import snapshot_on

MOST_LINES = 100
# Which events can change what a condition says of a past day, by how their names begin. Who is deployed where, and what
# schools are, touches them all.
ALWAYS = (
    "deployment.", "school.", "schools.", "partner.merge", "partner.change", "partner.import", "partner.register", "task.settle",
)  # fmt: skip
EXPLAINS: dict[str, tuple[str, ...]] = {
    "COG-A": ("accreditation.", "application.", "claim.", "records.", "removalcase.", "partner.practised", "programme.start",
              "engagement.", "fact.", "policy."),
    "COG-B": ("notification.", "calendar.", "policy."),
    "COG-C": ("agreement.", "brief.", "visit.", "note."),
    "COG-D": ("partner.", "fact.", "policy."),
    "COG-E": ("agreement.", "engagement."),
    "COG-E-meetings": ("event.", "attendance."),
    "COG-F": ("contact.", "school.", "schools."),
    "COG-G": ("review",),
    "COG-H": ("policy.",),
    "COG-I": ("share.", "statement."),
    "COG-J": ("post.", "user."),
}  # fmt: skip
# These look at kept records alone.
OF_RECORDS = frozenset({"COG-F", "COG-I"})
GRANT = "grant"
# Lines of the whole country, which name no authority.
NATIONAL = ("accreditation.clock", "schools.import", "brief.", "event.")
# Loads, which may tell what always was: their own day says nothing of the days that they change (D-3).
OF_ANY_DAY = ("schools.import", "partner.import", "partner.register")


@dataclass(frozen=True)
class Difference:
    """One condition of which more, less or something else is known now."""

    condition: str
    then: Mapping[str, Any]
    now: Mapping[str, Any]
    lines: tuple[AuditEvent, ...]

    @property
    def is_explained(self) -> bool:
        return bool(self.lines)


@dataclass(frozen=True)
class Comparison:
    """A past day as it was known that night, `None` where no snapshot was taken, and as it is known now."""

    on: date
    then: GrantSnapshot | None
    now: Report
    differences: tuple[Difference, ...]

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(one for one in self.differences if not one.is_explained)


def compare(*, authority: Authority, programme: str, on: date) -> Comparison:
    """What was known of a day on its night and what is known now. Raises `NoConditions` for a trust."""
    now = conditions_of_grant(authority=authority, programme=programme, on=on)
    then = snapshot_on(authority, programme, on)
    if then is None:
        return Comparison(on, None, now, ())
    differing = _differing(then, now)
    # The grant is of a whole year: what was recorded about its later days changes it too.
    until = last_day(financial_year(on))
    of_year = lines_since(authority, on, then.taken_at, until=until) if differing else []
    up_to_day = [line for line in of_year if line.about_on is None or line.about_on <= on or line.what.startswith(OF_ANY_DAY)]
    return Comparison(
        on, then, now,
        tuple(
            Difference(key, was, is_now, tuple(_that_explain(of_year if key == GRANT else up_to_day, key)))
            for key, was, is_now in differing
        ),
    )  # fmt: skip


def _differing(then: GrantSnapshot, now: Report) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The conditions, and the grant, that are not what they were."""
    before = {row["id"]: {key: value for key, value in row.items() if key != "since"} for row in then.answers}
    after = {answer.id: answer.as_json() for answer in now.answers}
    found = [
        (key, before.get(key, {}), after.get(key, {}))
        for key in dict.fromkeys([*before, *after])
        if before.get(key, {}) != after.get(key, {})
    ]
    if then.grant_amount != now.grant.amount:
        found.append((GRANT, {"amount": str(then.grant_amount)}, {"amount": str(now.grant.amount)}))
    return found


def lines_since(authority: Authority, on: date, since: datetime, *, until: date) -> list[AuditEvent]:
    """The lines recorded after a moment about days up to `until`, of the authority, its schools, its SIPs and their people.

    Its schools are those of the day `on`.
    """
    schools = in_local_authority_on(authority.code, on).values_list("pk", flat=True)
    partners = Deployment.objects.filter(school__in=schools).values_list("partner_id", flat=True)
    people = Post.objects.filter(school__in=schools, user__isnull=False).values_list("user_id", flat=True)
    theirs = Q(authority_id=authority.pk) | Q(school_id__in=list(schools)) | Q(partner_id__in=set(partners))
    theirs |= Q(subject__in=[f"user:{pk}" for pk in set(people)])
    for name in NATIONAL:
        theirs |= Q(what__startswith=name, authority_id=None)
    about = Q(about_on=None) | Q(about_on__lte=until)
    for name in OF_ANY_DAY:
        about |= Q(what__startswith=name)
    rows = AuditEvent.objects.filter(theirs, about, at__gt=since)
    return list(rows.order_by("at", "pk"))


def _that_explain(lines: Iterable[AuditEvent], condition: str) -> list[AuditEvent]:
    names = ("policy.", "programme.") if condition == GRANT else EXPLAINS.get(condition, ())
    names += () if condition in OF_RECORDS else ALWAYS
    return [line for line in lines if line.what.startswith(names)][:MOST_LINES]
