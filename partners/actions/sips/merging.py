"""Two records of one person: said to be two people, asked to be merged, merged (D-7; faults: Rules, Data)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Authority, User
from accounts.permissions import P
from partners.merging import Moment, move_everything
from partners.models import (
    CLOSED_CASES,
    Application,
    Claim,
    ClaimStatus,
    Merge,
    PairVerdict,
    PairWord,
    Partner,
    PartnerKind,
    RemovalCase,
)
from sipmanager.core import audit
from sipmanager.core.workflow import OutOfDate

from ..permitting import day_of, refuse, refuse_own_work, require
from .register import search_name_of

# What may come from either record; the kinds of the SIP, with their dates, bring the company of the running one.
CHOICES = (
    "full_name", "email", "phone", "kinds", "own_school", "headship_years", "has_outside_experience", "outside_experience",
    "is_htpm_trained", "days_available", "pen_portrait", "national_portrait", "application_form_on",
)  # fmt: skip
CHANGED = "Somebody changed one of the two records while you were reading. Look at them again before you go on."


def say_of_pair(
    *, one: Partner, other: Partner, verdict: str, by: User, at: datetime, reason: str = "", authority: Authority | None = None
) -> PairWord:  # fmt: skip
    """Remember that two records are two people, or ask national staff to merge them. The newest word counts.

    Whoever says it must see both records.
    """
    _require_both(one, other, by, at, P.PROBLEM_VIEW)
    if one.pk == other.pk:
        refuse("These are one record already.")
    if verdict == PairVerdict.SAME and not reason.strip():
        refuse("Enter why you take them for one person.")
    first, second = sorted((one, other), key=lambda partner: partner.pk)
    with transaction.atomic():
        word = PairWord.objects.create(
            first=first, second=second, verdict=PairVerdict(verdict), reason=reason.strip(), said_by=by, said_for=authority,
            said_at=at,
        )  # fmt: skip
        audit.record(what=f"partner.pair_{verdict}", subject=first, by=by, at=at, other=second.reference)
    return word


def stands_in_the_way(kept: Partner, gone: Partner) -> list[str]:
    """Why two records cannot be merged yet, as sentences; nothing where they can."""
    found = []
    accounts = [row.user for row in (kept, gone) if row.user is not None and row.user.is_active]
    if len(accounts) == 2:
        found.append(
            f"Both have an account in use, {accounts[0].email} and {accounts[1].email}. Disable the one that is not to stay."
        )
    both = [kept, gone]
    if RemovalCase.objects.filter(partner__in=both).exclude(status__in=CLOSED_CASES).count() == 2:
        found.append("Both have an open case to remove accreditation. Close one of the cases first.")
    if Claim.objects.filter(partner__in=both, status=ClaimStatus.CLAIMED).count() == 2:
        found.append("Both have an open claim to an accreditation. Decide one of the claims first.")
    running = [set(Application.objects.running().filter(partner=row).values_list("sector", flat=True)) for row in both]
    if running[0] & running[1]:
        found.append("Both have an application for one sector under way. Close one of them first.")
    return found


def merge_partners(
    *, kept: Partner, gone: Partner, taken: Collection[str], reason: str, by: User, at: datetime,
    seen: tuple[int, int] | None = None,
) -> Merge:  # fmt: skip
    """Take the record `gone` into `kept`: all that hangs on it moves, and its reference leads to the kept one.

    `taken` are those of `CHOICES` that come from `gone`. `seen` are the sequence numbers of both as they were shown.
    Raises `OutOfDate` where either changed since, `MoveRefused` while something stands in the way; then nothing is
    changed. National staff alone may.
    """
    if Partner.everyone.filter(pk__in=[kept.pk, gone.pk], merged_into__isnull=False).exists():
        raise OutOfDate([CHANGED])
    _require_both(kept, gone, by, at, P.PARTNER_MERGE)
    for partner in (kept, gone):
        refuse_own_work(by=by, partner=partner)
    if kept.pk == gone.pk:
        refuse("These are one record already.")
    if not reason.strip():
        refuse("Enter how you know that they are one person.")
    if unknown := sorted(set(taken) - set(CHOICES)):
        raise TypeError(f"no detail of a SIP: {', '.join(unknown)}")
    with transaction.atomic():
        for partner, number in zip((kept, gone), seen or (kept.sequence, gone.sequence), strict=True):
            # Held first, compared with what was shown: of two who merge at once, one has an effect (D-31).
            if not Partner.objects.filter(pk=partner.pk, sequence=number).update(sequence=F("sequence") + 1):
                raise OutOfDate([CHANGED])
        kept, gone = (Partner.objects.select_related("user").get(pk=row.pk) for row in (kept, gone))
        if reasons := stands_in_the_way(kept, gone):
            refuse(*reasons)
        _take_account(kept, gone)
        _take_details(kept, gone, taken)
        moved = move_everything(kept, gone, Moment(at, day_of(at)))
        Partner.everyone.filter(pk=gone.pk).update(merged_into=kept)
        merge = Merge.objects.create(
            kept=kept, gone=gone, merged_at=at, merged_by=by, reason=reason.strip(), taken=sorted(taken), moved=moved
        )
        audit.record(
            what="partner.merge", subject=kept, by=by, at=at, gone=gone.reference, fields=sorted(taken), moved=moved
        )  # fmt: skip
    return merge


def _require_both(one: Partner, other: Partner, by: User, at: datetime, permission: P) -> None:
    for partner in (one, other):
        require(by=by, permission=permission, record=partner, at=at)


def _take_account(kept: Partner, gone: Partner) -> None:
    """The account in use goes to the record that is kept; one that was closed stays with the other."""
    if gone.user is None or (kept.user is not None and kept.user.is_active):
        return
    mine, theirs = kept.user, gone.user
    Partner.everyone.filter(pk=gone.pk).update(user=None)
    Partner.everyone.filter(pk=kept.pk).update(user=theirs)
    Partner.everyone.filter(pk=gone.pk).update(user=mine)


def _take_details(kept: Partner, gone: Partner, taken: Collection[str]) -> None:
    """Give the kept record the chosen details of the other, and the other what it gave them for, as history."""
    mine, theirs = {}, {}
    for name in taken:
        if name != "kinds":
            mine[name], theirs[name] = getattr(gone, name), getattr(kept, name)
    if "kinds" in taken:
        mine["company"], theirs["company"] = gone.company, kept.company
        _swap_kinds(kept, gone)
    if "email" in taken:
        # Each address is one record's: the place is made free first.
        Partner.everyone.filter(pk=gone.pk).update(email=f"merging-{gone.pk}@invalid.invalid")
    dates = [day for day in (kept.last_practised_on, gone.last_practised_on) if day is not None]
    name = mine.get("full_name", kept.full_name)
    Partner.everyone.filter(pk=kept.pk).update(
        **mine, last_practised_on=max(dates, default=None), search_name=search_name_of(name, kept.reference),
        made_at=min(kept.made_at, gone.made_at),
    )  # fmt: skip
    Partner.everyone.filter(pk=gone.pk).update(**theirs)


def _swap_kinds(kept: Partner, gone: Partner) -> None:
    mine = list(PartnerKind.objects.filter(partner=kept).values_list("pk", flat=True))
    running = PartnerKind.objects.filter(Q(partner=kept) | Q(partner=gone), ends_on=None)
    ends = dict(running.values_list("pk", "ends_on"))
    # One kind runs at a time: both are laid down for the moment of the exchange.
    for row in running:
        PartnerKind.objects.filter(pk=row.pk).update(ends_on=row.starts_on or kept.made_at.date())
    PartnerKind.objects.filter(partner=gone).update(partner=kept)
    PartnerKind.objects.filter(pk__in=mine).update(partner=gone)
    PartnerKind.objects.filter(pk__in=ends).update(ends_on=None)
