"""Find a SIP: the register of those who could be asked, searched by what matters for a school (REG-20, SPM-4)."""

from datetime import date

import django_filters
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Authority
from accounts.permissions import P, Reach
from partners.expertise import CHOICES as EXPERTISE
from schools.filters import LongSelect
from schools.models import School
from sipmanager.core.filters import BaseFilter, ChoicesFilter, FilterForm, OneOfFilter
from sipmanager.core.forms import CodeField
from sipmanager.core.parts import Link
from sipmanager.core.registers import BulkAction, Register
from sipmanager.core.tables import BaseTable, Column, ExportColumn

from .. import selectors
from ..accreditation import State, lapse_day, warn_day
from ..filters import SECTORS, YES_NO, PartnerFilter
from ..models import Expertise, ExpertiseKind, Headship, Kind, Partner, Shortlist, Willingness
from ..rows import sectors_on, with_standing, with_work
from ..selectors.accreditation.clock import first_day_for, held_awards, practised_since
from ..tables import KIND_NAMES, StaffPartnerTable, sectors_of, standing_words
from .sips import described

HEADS = [("serving", "Serving headteacher"), ("former", "Former headteacher"), ("never", "Never a headteacher")]
KEEPS = [("yes", "Will not lapse within six months")]
MOST_COMPARED = 6
MOST_LISTED = 100


def warned_on(last: date) -> date:
    """The day of the warning, for a last day of practice (ACC-12)."""
    return warn_day(lapse_day(last))


def pairs(kind: str) -> list[tuple[str, str]]:
    return [(word, word) for word in EXPERTISE[kind]]


class FindForm(FilterForm):
    """The panel's form. Whoever looks tells it which schools there are."""

    viewer = None

    def clean_school(self):
        urn = self.cleaned_data["school"]
        if not urn:
            return None
        found = School.objects.visible_to(self.viewer, P.SCHOOL_VIEW).filter(urn=urn).first()
        if found is None:
            self.add_error("school", "Enter the URN of a school that you can see, six numbers")
        return found


class SchoolUrnFilter(django_filters.Filter):
    """A school by its URN."""

    field_class = CodeField


class FindFilter(PartnerFilter):
    """What SIPmanager asked (REG-20), and how many days are free and how long the accreditation lasts."""

    authority = django_filters.ChoiceFilter(
        label="Will work for", empty_label="Any authority", widget=LongSelect, choices=(), method="by_authority"
    )
    head = ChoicesFilter(label="Headship", choices=HEADS, method="by_head")
    led = ChoicesFilter(label="Has led a school of the sector", choices=SECTORS, method="by_led")
    outside = OneOfFilter(label="Outside experience", choices=YES_NO, method="by_outside")
    htpm = OneOfFilter(label="HTPM-trained", choices=YES_NO, method="by_training")
    faith = django_filters.ChoiceFilter(
        label="In sympathy with the faith", empty_label="Any", choices=pairs(ExpertiseKind.FAITH), method="by_expertise"
    )
    context = django_filters.ChoiceFilter(
        label="Has worked in", empty_label="Any context", choices=pairs(ExpertiseKind.CONTEXT), method="by_expertise"
    )
    ofsted = django_filters.ChoiceFilter(
        label="Has worked with", empty_label="Any Ofsted position", choices=pairs(ExpertiseKind.OFSTED),
        method="by_expertise",
    )  # fmt: skip
    service = django_filters.CharFilter(label="Extra service offered", max_length=100, method="by_service")
    free = django_filters.NumberFilter(label="Days free, at least", field_name="days_free", lookup_expr="gte", min_value=0)
    school = SchoolUrnFilter(label="No link with the school (URN)", method="by_school")
    keeps = ChoicesFilter(label="Accreditation", choices=KEEPS, method="by_lapse")

    class Meta(PartnerFilter.Meta):
        form = FindForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["authority"].extra["choices"] = authorities_of(self.request.viewer)

    @property
    def form(self):
        form = super().form
        form.viewer = self.request.viewer
        return form

    def by_authority(self, queryset, name, value):
        authority = Authority.objects.filter(code=value).values("pk", "region_id").first()
        places = Q(authority_id=authority["pk"]) | Q(region_id=authority["region_id"], region_id__isnull=False)
        rows = Willingness.objects.running(self.on).filter(places, partner=OuterRef("pk"))
        return queryset.filter(Exists(rows))

    def by_head(self, queryset, name, value):
        held = Headship.objects.filter(partner=OuterRef("pk"))
        serving = Exists(Headship.objects.running(self.on).filter(partner=OuterRef("pk"), is_former=False))
        ended = Exists(held.filter(Q(is_former=True) | Q(ends_on__lt=self.on)))
        ways = {
            "serving": serving | Q(kind_now=Kind.SERVING_HEAD),
            "former": ended | Q(kind_now=Kind.FORMER_HEAD),
            "never": ~Exists(held) & ~Q(kind_now__in=[Kind.SERVING_HEAD, Kind.FORMER_HEAD]),
        }
        wanted = Q()
        for word in value:
            wanted |= Q(ways[word])
        return queryset.filter(wanted) if value else queryset

    def by_led(self, queryset, name, value):
        held = Headship.objects.filter(partner=OuterRef("pk"), sector__in=value)
        return queryset.filter(Exists(held)) if value else queryset

    def by_outside(self, queryset, name, value):
        return queryset.filter(has_outside_experience=value == "yes")

    def by_training(self, queryset, name, value):
        return queryset.filter(is_htpm_trained=value == "yes")

    def by_expertise(self, queryset, name, value):
        wanted = [value, "Any faith"] if name == "faith" else [value]
        held = Expertise.objects.filter(partner=OuterRef("pk"), kind=ExpertiseKind(name), value__in=wanted)
        return queryset.filter(Exists(held))

    def by_service(self, queryset, name, value):
        offered = Expertise.objects.filter(partner=OuterRef("pk"), kind=ExpertiseKind.SERVICE, value__icontains=value)
        return queryset.filter(Exists(offered))

    def by_school(self, queryset, name, value):
        if value is None:
            return queryset
        place = selectors.place_of(value, starts_on=self.on, on=self.on)
        return queryset.filter(selectors.has_no_link(place, self.on))

    def by_sector(self, queryset, name, value):
        return queryset.filter(selectors.holding(value, self.on)) if value else queryset

    def by_lapse(self, queryset, name, value):
        if not value:
            return queryset
        if selectors.is_per_sector(self.on):
            return queryset.filter(standing=State.ACCREDITED.value)
        # The same answer, which the database finds by its indexes and not by working out where each of 6,000 stands.
        held = Exists(held_awards(self.on).filter(partner=OuterRef("pk")))
        return queryset.filter(held, practised_since(first_day_for(warned_on, self.on), self.on))


def authorities_of(viewer) -> list[tuple[str, str]]:
    """The authorities for which the viewer may look for SIPs."""
    rows = Authority.objects.visible_to(viewer, P.SHORTLIST_USE).order_by("name", "pk")
    return list(rows.values_list("code", "name"))


def own_authority(viewer) -> str:
    """The code of the authority for which somebody looks; blank for those who look for many."""
    ids = {capacity.authority_id for capacity, reach in viewer.granted(P.SHORTLIST_USE) if reach is Reach.AUTHORITY}
    if not ids or any(reach is not Reach.AUTHORITY for _capacity, reach in viewer.granted(P.SHORTLIST_USE)):
        return ""
    acting = viewer.acting.authority_id if viewer.acting else None
    wanted = acting if acting in ids else min(ids)
    return Authority.objects.values_list("code", flat=True).get(pk=wanted)


class FindTable(StaffPartnerTable):
    """What is shown is what the register of SIPs shows; the file says more."""

    outside = ExportColumn(
        verbose_name="Outside experience", accessor="has_outside_experience", export=lambda sip: sip.has_outside_experience
    )
    trained = ExportColumn(verbose_name="HTPM-trained", accessor="is_htpm_trained", export=lambda sip: sip.is_htpm_trained)
    company = ExportColumn(verbose_name="Company")
    days_available = ExportColumn(verbose_name="Days available a year")

    class Meta(StaffPartnerTable.Meta):
        pass


class FindRegister(Register):
    """The SIPs whom somebody may ask: engaged at their authority, or willing to work there or in its region."""

    permission = P.SHORTLIST_USE
    noun = ("SIP", "SIPs")
    heading = "Find a School Improvement Partner (SIP)"
    table_class = FindTable
    row_template = "partners/_staff_row.html"
    filter_class = FindFilter
    template_name = "partners/finding/find.html"
    export_name = "sips-found"
    empty = "Nobody on the register will work here yet."
    bulk_actions = (BulkAction("shortlist", "Add to a shortlist"), BulkAction("compare", "Compare"))

    def dispatch(self, request, *args, **kwargs):
        code = own_authority(request.viewer)
        self.defaults = {"authority": [code]} if code else {}
        return super().dispatch(request, *args, **kwargs)

    def queryset(self, request):
        on = request.viewer.on
        rows = Partner.objects.visible_to(request.viewer, P.SHORTLIST_USE)
        return with_work(with_standing(rows, on), on).prefetch_related(sectors_on(on))

    def listing(self, request, params, filters, table):
        return described(super().listing(request, params, filters, table))

    def links(self, request):
        return (Link("Shortlists", reverse("partners:shortlist-list")),)

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("SIPs", reverse("partners:partner-list"))]}

    def bulk_shortlist(self, request, chosen):
        return redirect(f"{reverse('partners:shortlist-add')}?{self.picked(request, chosen, MOST_LISTED + 1)}")

    def bulk_compare(self, request, chosen):
        return redirect(f"{reverse('partners:compare')}?{self.picked(request, chosen, MOST_COMPARED + 1)}")

    def picked(self, request, chosen, most: int) -> str:
        """The chosen SIPs in an address, with the school that was asked for."""
        references = chosen.order_by("full_name", "pk").values_list("reference", flat=True)[:most]
        school = "".join(letter for letter in request.GET.get("school", "") if letter.isalnum())
        return urlencode([*(("sip", one) for one in references), *([("school", school)] if school else [])])


class ShortlistTable(BaseTable):
    """Shortlists that somebody keeps or is shown."""

    name = Column(verbose_name="Shortlist")
    school = Column(verbose_name="School", order_by=("school__name",), export="school__name")
    many = Column(verbose_name="SIPs", is_number=True)
    made_by = Column(verbose_name="Opened by", order_by=("made_by__full_name",), export="made_by__full_name")
    made_at = Column(verbose_name="Opened")
    is_shared = Column(verbose_name="Who sees it", export=lambda row: seen_by(row))

    class Meta(BaseTable.Meta):
        order_by = ("name",)


class ShortlistFilter(BaseFilter):
    closed = ChoicesFilter(label="Status", choices=[("open", "Open"), ("closed", "Closed")], method="by_closing")

    def by_closing(self, queryset, name, value):
        wanted = {"open": Q(closed_at=None), "closed": Q(closed_at__isnull=False)}
        return queryset.filter(wanted[value[0]]) if len(value) == 1 else queryset


class ShortlistRegister(Register):
    """One's own shortlists, and those that colleagues share inside the authority."""

    permission = P.SHORTLIST_USE
    noun = ("shortlist", "shortlists")
    table_class = ShortlistTable
    row_template = "partners/finding/_shortlist_row.html"
    filter_class = ShortlistFilter
    defaults = {"closed": ["open"]}
    template_name = "partners/register.html"
    export_name = "shortlists"
    empty = "No shortlist is open. Find School Improvement Partners (SIPs), tick those you want, and add them to one."

    def queryset(self, request):
        running = Q(entries__removed_at=None, entries__partner__isnull=False)
        rows = Shortlist.objects.filter(pk__in=Shortlist.objects.visible_to(request.viewer, P.SHORTLIST_USE).values("pk"))
        return rows.select_related("school", "made_by").annotate(many=Count("entries", filter=running))

    def listing(self, request, params, filters, table):
        listing = super().listing(request, params, filters, table)
        for row in listing.records:
            row.seen_by = seen_by(row)
        return listing

    def main_link(self, request):
        return Link("Open a shortlist", reverse("partners:shortlist-new"))

    def context(self, request):
        return {"breadcrumbs": [("My work", "/"), ("Find a SIP", reverse("partners:find"))]}


def seen_by(shortlist: Shortlist) -> str:
    return "The authority" if shortlist.is_shared else "Its maker"


def shortlist_rows(shortlist: Shortlist) -> list[tuple[str, object]]:
    """The columns of a shortlist as a file: each takes the pair of an entry and its SIP."""
    return [
        ("Place", lambda pair: pair[0].position),
        ("Reference", lambda pair: pair[1].reference),
        ("Name", lambda pair: pair[1].full_name),
        ("Kind", lambda pair: KIND_NAMES.get(pair[1].kind_now, "")),
        ("Sectors", lambda pair: sectors_of(pair[1])),
        ("Accreditation", lambda pair: standing_words(pair[1])),
        ("Schools", lambda pair: pair[1].schools_held),
        ("Days free", lambda pair: pair[1].days_free),
        ("Note", lambda pair: pair[0].note),
        ("Shortlist", lambda pair: shortlist.name),
        ("For the school", lambda pair: shortlist.school.name if shortlist.school else ""),
    ]
