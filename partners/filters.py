"""Filters of the registers of SIPs, deployments and notifications."""

from collections import Counter
from datetime import date

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Scoped
from accounts.models import Authority, Region
from schools.facts import SECTOR_NAMES
from schools.filters import LongSelect
from schools.searching import search_key
from sipmanager.core.academic import add_months
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter
from sipmanager.core.searching import words_begin

from .accreditation import State
from .models import Deployment, DeploymentStatus, Engagement, Kind, Willingness
from .rows import active_on, held_accreditations
from .tenure import YEARS

YES_NO = [("yes", "Yes"), ("no", "No")]
SECTORS = [(sector.value, name) for sector, name in SECTOR_NAMES.items()]
STANDINGS = [
    (State.ACCREDITED.value, "Accredited"),
    (State.WARNED.value, "Warned: lapses within six months"),
    (State.LAPSED.value, "Lapsed"),
    ("none", "Removed, or never accredited"),
]
PHASES = [("primary", "Primary"), ("secondary", "Secondary"), ("special", "Special")]
ENDING = [("6", "Within 6 months"), ("12", "Within 12 months"), ("past", "Past three years")]
STATUSES = [
    ("proposed", "Proposed"), ("consulted", "Consulted"), ("objected", "Objected to"), ("rejected", "Objection rejected"),
    ("agreed", "Agreed"), ("coming", "Confirmed, not begun"), ("active", "Active"), ("ending", "Ending"), ("ended", "Ended"),
    ("upheld", "Objection upheld"), ("withdrawn", "Withdrawn"), ("void", "Struck out"),
]  # fmt: skip


def one_authority(**more) -> django_filters.ChoiceFilter:
    """A list of authorities to choose one from, which `offer_authorities` fills."""
    return django_filters.ChoiceFilter(
        label="Authority", empty_label="Any authority", widget=LongSelect, choices=(), **({"field_name": "authority"} | more)
    )  # fmt: skip


def offer_authorities(filters: BaseFilter, authorities: QuerySet) -> None:
    """What `one_authority` offers. Whoever sees a single authority has nothing to choose: the filter is left out."""
    rows = list(authorities.order_by("name", "code").values_list("pk", "name", "code"))
    named = Counter(name for _pk, name, _code in rows)  # an authority may have the name of the one that it followed
    pairs = [(str(pk), name if named[name] == 1 else f"{name} ({code})") for pk, name, code in rows]
    if len(pairs) > 1:
        filters.filters["authority"].extra["choices"] = pairs
    else:
        del filters.filters["authority"]


class OwnAuthoritiesFilter(BaseFilter):
    """Offers the authorities of which the viewer sees rows of `model`; has `one_authority` as its `authority`."""

    model: type[Scoped]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        visible = self.model.objects.visible_to(self.request.viewer).order_by().values("authority_id")
        offer_authorities(self, Authority.objects.filter(pk__in=visible))


class SchoolSearchFilter(SearchFilter):
    """A search for schools by name, as their own register searches them."""

    def filter(self, queryset, value):
        return queryset.filter(words_begin(self.field_name, search_key(value or "")))


class PartnerFilter(BaseFilter):
    """Who there is to choose from (REG-20)."""

    q = SearchFilter(field_name="search_name", label="Name or reference")
    sector = ChoicesFilter(label="Accredited today for", choices=SECTORS, method="by_sector")
    kind = ChoicesFilter(field_name="kind_now", label="Kind", choices=Kind.choices)
    region = django_filters.ModelChoiceFilter(
        label="Will work in", queryset=Region.objects.order_by("name"), empty_label="Any region", method="by_region"
    )

    def by_sector(self, queryset, name, value):
        if not value:
            return queryset
        held = held_accreditations(self.on).filter(partner=OuterRef("pk"), sector__in=value)
        standing = [State.ACCREDITED.value, State.WARNED.value]
        return queryset.filter(Exists(held), standing__in=standing)

    def by_region(self, queryset, name, value):
        if not value:
            return queryset
        rows = Willingness.objects.running(self.on).filter(partner=OuterRef("pk"))
        return queryset.filter(Exists(rows.filter(Q(region=value) | Q(authority__region=value))))

    @property
    def on(self) -> date:
        return self.request.viewer.on


class StaffPartnerFilter(PartnerFilter):
    """The same for those who place SIPs."""

    engaged = OneOfFilter(label="Engaged here", choices=YES_NO, method="by_engagement")
    placed = OneOfFilter(label="Has a school today", choices=YES_NO, method="by_schools")
    free = django_filters.NumberFilter(label="Days free, at least", field_name="days_free", lookup_expr="gte", min_value=0)
    state = ChoicesFilter(label="Accreditation", choices=STANDINGS, method="by_state")

    def by_engagement(self, queryset, name, value):
        if not value:
            return queryset
        ids = self.request.viewer.authority_ids
        here = Exists(Engagement.objects.running(self.on).filter(partner=OuterRef("pk"), authority_id__in=ids))
        return queryset.filter(here if value == "yes" else ~here)

    def by_schools(self, queryset, name, value):
        if not value:
            return queryset
        at_work = Exists(Deployment.objects.active(self.on).filter(partner=OuterRef("pk")))
        return queryset.filter(at_work if value == "yes" else ~at_work)

    def by_state(self, queryset, name, value):
        wanted = set(value)
        if "none" in wanted:
            wanted = (wanted - {"none"}) | {"", State.REMOVED.value}
        return queryset.filter(standing__in=wanted) if wanted else queryset


class DeploymentFilter(OwnAuthoritiesFilter):
    """Deployments by where they stand, by whom and where."""

    model = Deployment
    q = SchoolSearchFilter(field_name="school__search_name", label="School")
    sip = SearchFilter(field_name="partner__search_name", label="SIP")
    status = ChoicesFilter(label="Status", choices=STATUSES, method="by_status")
    phase = ChoicesFilter(label="Phase of the school", choices=PHASES, method="by_phase")
    ending = OneOfFilter(label="Comes to its end", choices=ENDING, method="by_end")
    authority = one_authority()

    @property
    def on(self) -> date:
        return self.request.viewer.on

    def by_status(self, queryset, name, value):
        conditions = [self._status(word) for word in value]
        wanted = Q()
        for condition in conditions:
            wanted |= condition
        return queryset.filter(wanted) if conditions else queryset

    def _status(self, word: str) -> Q:
        sound = Q(voided_on=None)
        if word == "void":
            return Q(voided_on__isnull=False)
        if word == "active":
            return active_on(self.on)
        if word == "coming":
            return sound & Q(confirmed_on__isnull=False, starts_on__gt=self.on)
        if word == "ending":
            return sound & Q(status=DeploymentStatus.ENDING, ends_on__gte=self.on)
        if word == "ended":
            return sound & Q(confirmed_on__isnull=False, ends_on__lt=self.on)
        return sound & Q(status=DeploymentStatus(word))

    def by_phase(self, queryset, name, value):
        if not value:
            return queryset
        wanted = Q(school__deemed_phase__in=value)
        return queryset.filter(wanted | Q(school__phase="special") if "special" in value else wanted)

    def by_end(self, queryset, name, value):
        if not value:
            return queryset
        queryset = queryset.filter(active_on(self.on))
        if value == "past":
            return queryset.filter(starts_on__lte=add_months(self.on, -12 * YEARS))
        until = add_months(self.on, int(value))
        ends = Q(ends_on__range=(self.on, until))
        return queryset.filter(ends | Q(ends_on=None, starts_on__lte=add_months(until, -12 * YEARS)))


class NotificationFilter(BaseFilter):
    """The log of notifications: what is still to be sent, by kind."""

    q = SchoolSearchFilter(field_name="deployment__school__search_name", label="School")
    sip = SearchFilter(field_name="deployment__partner__search_name", label="SIP")
    sent = OneOfFilter(label="Sent", choices=[("no", "Still to be sent"), ("yes", "Sent")], method="by_sent")
    kind = ChoicesFilter(
        label="What", choices=[("start", "Start"), ("replacement", "Replacement"), ("end", "End"), ("correction", "Correction")]
    )  # fmt: skip

    def by_sent(self, queryset, name, value):
        if value == "no":
            return queryset.filter(sent_on=None, is_elsewhere=False)
        return queryset.exclude(sent_on=None, is_elsewhere=False) if value else queryset
