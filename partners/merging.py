"""What becomes of everything that names a SIP when two records of one person are merged.

One line for each foreign key to a SIP or to an engagement; a test walks the models and fails where one has no line. A floor
above adds its own from `ready()`:

    merging.register("visits.Visit", "partner", merging.moves)

A mover takes the record that is kept and the one that goes, and returns how many rows it moved. What stays with the record
that goes is history: nobody reaches that record any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.db.models import F, Q

from accounts.models import running

from .models import Engagement, PairWord, Partner

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """When the merge happens, for movers that end something."""

    at: datetime
    on: date


Mover = Callable[..., int]


def moves(model, field: str, kept, gone, moment: Moment) -> int:
    """All rows go to the record that is kept."""
    return model._base_manager.filter(**{field: gone}).update(**{field: kept})


def stays(model, field: str, kept, gone, moment: Moment) -> int:
    """The rows are history of the record that goes, or are moved by somebody else."""
    return 0


def without_twins(*columns: str) -> Mover:
    """All rows go but those that the kept record has already, alike in these columns."""

    def move(model, field: str, kept, gone, moment: Moment) -> int:
        rows = model._base_manager
        held = set(rows.filter(**{field: kept}).values_list(*columns))
        mine = rows.filter(**{field: gone}).order_by("pk").values_list("pk", *columns)
        wanted = [pk for pk, *values in mine if tuple(values) not in held]
        return rows.filter(pk__in=wanted).update(**{field: kept})

    return move


def one_running(model, field: str, kept, gone, moment: Moment) -> int:
    """Spells of which one may run: where both records have one, the kept record's runs since the earlier of both."""
    rows = model._base_manager
    mine, theirs = (rows.filter(**{field: row, "ends_on": None}).first() for row in (kept, gone))
    moving = rows.filter(**{field: gone})
    if mine and theirs:
        moving = moving.exclude(pk=theirs.pk)
        if theirs.starts_on is None or (mine.starts_on is not None and theirs.starts_on < mine.starts_on):
            rows.filter(pk=mine.pk).update(starts_on=theirs.starts_on)
    return moving.update(**{field: kept})


def awards(model, field: str, kept, gone, moment: Moment) -> int:
    """An award that both records have is one award; what was taken away on either stays taken away (ACC-16)."""
    held = {(row.sector, row.accredited_on): row for row in model.objects.filter(partner=kept)}
    moved = []
    for row in model.objects.filter(partner=gone).order_by("pk"):
        twin = held.get((row.sector, row.accredited_on))
        if twin is None:
            moved.append(row.pk)
            continue
        removed = min(filter(None, (row.removed_on, twin.removed_on)), default=None)
        model.objects.filter(pk=twin.pk).update(removed_on=removed, reference=twin.reference or row.reference)
    return model.objects.filter(pk__in=moved).update(partner=kept)


def willing(model, field: str, kept, gone, moment: Moment) -> int:
    """A place that both records name is named since the earlier day of both."""
    moved = 0
    for row in model.objects.filter(partner=gone).order_by("pk"):
        same = model.objects.filter(partner=kept, region_id=row.region_id, authority_id=row.authority_id, ends_on=None).first()
        if same is None or row.ends_on is not None:
            moved += model.objects.filter(pk=row.pk).update(partner=kept)
        elif same.starts_on is not None and (row.starts_on is None or row.starts_on < same.starts_on):
            model.objects.filter(pk=same.pk).update(starts_on=row.starts_on)
    return moved


def confirmed(model, field: str, kept, gone, moment: Moment) -> int:
    """What was asked of both records for one period is met where it was met on either."""
    asked = ("authority_id", "kind", "for_on")
    for row in model.objects.filter(partner=gone, met_on__isnull=False):
        same = {name: getattr(row, name) for name in asked}
        model.objects.filter(partner=kept, met_on=None, asked_on__lte=row.met_on, **same).update(
            met_on=row.met_on, met_by=row.met_by, is_nothing_to_declare=row.is_nothing_to_declare
        )
    return without_twins(*asked)(model, field, kept, gone, moment)


def came(model, field: str, kept, gone, moment: Moment) -> int:
    """Of an event to which both records were invited, the line on which somebody said who came stays; the other is struck out."""
    theirs = {row.event_id: row for row in model.objects.filter(partner=gone, voided_on=None, event__isnull=False)}
    for mine in model.objects.filter(partner=kept, voided_on=None, event__in=theirs):
        twin = theirs[mine.event_id]
        double = mine if twin.attended is not None and mine.attended is not True else twin
        model.objects.filter(pk=double.pk).update(voided_on=moment.on)
    return moves(model, field, kept, gone, moment)


def engaged(model, field: str, kept, gone, moment: Moment) -> int:
    """Engagements go too; where both records are engaged by one authority today, all papers go to one engagement."""
    moved = 0
    mine = {row.authority_id: row for row in Engagement.objects.filter(partner=kept, ends_on=None)}
    for theirs in Engagement.objects.filter(partner=gone).order_by("pk"):
        ours = mine.get(theirs.authority_id) if theirs.ends_on is None else None
        if ours is None:
            moved += Engagement.objects.filter(pk=theirs.pk).update(partner=kept)
            continue
        moved += sum(_move_all(OF_ENGAGEMENT, ours, theirs, moment).values())
        starts = None if None in (ours.starts_on, theirs.starts_on) else min(ours.starts_on, theirs.starts_on)
        days = theirs.contracted_days if ours.contracted_days is None else ours.contracted_days
        Engagement.objects.filter(pk=ours.pk).update(starts_on=starts, contracted_days=days)
        # What is left has nothing hanging on it, and is nobody's standing any more.
        last = moment.on - ONE_DAY
        Engagement.objects.filter(pk=theirs.pk).update(ends_on=max(theirs.starts_on or last, last))
    return moved


def support(model, field: str, kept, gone, moment: Moment) -> int:
    """Who looks after the SIP: of two at the same work today, the one of the record that goes ends the day before."""
    held = set(model.objects.filter(engagement=kept).filter(running(moment.on)).values_list("kind", flat=True))
    double = model.objects.filter(running(moment.on), engagement=gone, kind__in=held)
    double.filter(starts_on__lt=moment.on).update(ends_on=moment.on - ONE_DAY)
    return model.objects.filter(engagement=gone).exclude(pk__in=double.values("pk")).update(engagement=kept)


def on_lists(model, field: str, kept, gone, moment: Moment) -> int:
    """A shortlist that has both records keeps one entry, with the note of the other where its own is blank."""
    both = model.objects.filter(partner=kept, removed_at=None)
    for row in model.objects.filter(partner=gone, removed_at=None, shortlist__in=both.values("shortlist")):
        both.filter(shortlist=row.shortlist, note="").update(note=row.note)
        model.objects.filter(pk=row.pk).update(removed_at=moment.at)
    return model.objects.filter(partner=gone).update(partner=kept)


def words(model, field: str, kept, gone, moment: Moment) -> int:
    """What was said of the record that goes and a third one now holds of the kept record and that one."""
    moved = 0
    for row in PairWord.objects.filter(Q(first=gone) | Q(second=gone)).exclude(Q(first=kept) | Q(second=kept)):
        third = row.second_id if row.first_id == gone.pk else row.first_id
        first, second = sorted((kept.pk, third))
        moved += PairWord.objects.filter(pk=row.pk).update(first=first, second=second)
    return moved


# fmt: off
OF_ENGAGEMENT: dict[tuple[str, str], Mover] = {
    ("partners.Support", "engagement"):        support,
    ("partners.Check", "engagement"):          moves,
    ("partners.Contract", "engagement"):       without_twins("school_id"),
    ("partners.Agreement", "engagement"):      moves,
    ("partners.NcaTerm", "engagement"):        one_running,
    ("partners.PartnerFile", "engagement"):    moves,
}
OF_PARTNER: dict[tuple[str, str], Mover] = {
    ("partners.PartnerKind", "partner"):       stays,   # goes with the choice of the kind
    ("partners.Headship", "partner"):          without_twins("sector", "school_id", "starts_on", "ends_on", "is_former"),
    ("partners.Accreditation", "partner"):     awards,
    ("partners.Application", "partner"):       moves,
    ("partners.Claim", "partner"):             moves,
    ("partners.RemovalCase", "partner"):       moves,
    ("partners.Discussion", "partner"):        moves,
    ("partners.SelfDeclaration", "partner"):   moves,
    ("partners.Willingness", "partner"):       willing,
    ("partners.Interest", "partner"):          moves,
    ("partners.Expertise", "partner"):         without_twins("kind", "value"),
    ("partners.SkillsAudit", "partner"):       moves,
    ("partners.StandDown", "partner"):         one_running,
    ("partners.Confirmation", "partner"):      confirmed,
    ("partners.FactChange", "partner"):        moves,
    ("partners.PartnerFile", "partner"):       moves,
    ("partners.Attendance", "partner"):        came,
    ("partners.DevelopmentReview", "partner"): moves,
    ("partners.Engagement", "partner"):        engaged,
    ("partners.Deployment", "partner"):        moves,
    ("partners.BesideRole", "partner"):        moves,
    ("partners.SuccessionPlan", "follower"):   moves,
    ("partners.PlanRow", "partner"):           moves,
    ("partners.BulkRow", "partner"):           moves,
    ("partners.ShortlistEntry", "partner"):    on_lists,
    ("partners.PairWord", "first"):            words,
    ("partners.PairWord", "second"):           stays,   # moved with the first
    ("partners.Merge", "kept"):                stays,
    ("partners.Merge", "gone"):                stays,
    ("partners.Partner", "merged_into"):       moves,
}
# fmt: on


def register(label: str, field: str, mover: Mover = moves, *, of: type = Partner) -> None:
    """A floor above says how rows of its model go to the record that is kept: `mover(model, field, kept, gone, moment)`."""
    (OF_ENGAGEMENT if of is Engagement else OF_PARTNER)[label, field] = mover


def move_everything(kept: Partner, gone: Partner, moment: Moment) -> dict[str, int]:
    """Move the rows of every line of the table; how many of each model, those that moved at all."""
    moved = _move_all(OF_PARTNER, kept, gone, moment)
    Partner.everyone.filter(pk=kept.pk).update(sequence=F("sequence") + 1)
    return {label: many for label, many in moved.items() if many}


def _move_all(table: dict[tuple[str, str], Mover], kept, gone, moment: Moment) -> dict[str, int]:
    found: dict[str, int] = {}
    for (label, field), mover in table.items():
        many = mover(apps.get_model(label), field, kept, gone, moment)
        found[label] = found.get(label, 0) + many
    return found
