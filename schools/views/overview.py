"""The rows of a school's overview: what is known, where it came from, and who may change it."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html

from accounts.access import Viewer, can
from accounts.permissions import P
from accounts.presets import Policy
from accounts.selectors import policy_on
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import capitalised, day

from ..facts import MAINTAINED_MAINSTREAM, PHASE_NAMES, SECTOR_NAMES, Phase, Sector, Status
from ..models import AllAgeAgreement, FactKind, FactSource, PostKind, School, SchoolFact
from ..provenance import SOURCES, Provenance
from ..selectors import SchoolOnDay, authority_serving, fact_on, holder_on, stages_of
from ..stages import STAGE_NAMES, Stage
from .sections import RecordRows

POSTAL = ("street", "locality", "address3", "town", "county", "postcode")


class Overview:
    """One school on one day for one viewer; asks the database once for each of its parts."""

    def __init__(self, viewer: Viewer, school: School, on: date):
        self.viewer, self.school, self.on = viewer, school, on
        self.fact: SchoolOnDay = fact_on(school, on)
        self.may_edit = can(viewer, P.SCHOOL_EDIT, school)
        self.running = {row.kind: row for row in SchoolFact.objects.running(on).filter(school=school).order_by("pk")}
        self.serving = authority_serving(school, on)
        self.provenance = Provenance(school)
        self.records = RecordRows(viewer, school, on, self.may_edit)

    def sections(self) -> list[tuple[str, list[SummaryRow]]]:
        """Everything known, in the order in which one asks for it."""
        found = [
            ("School Improvement Partner (SIP) programme", self.support()),
            ("Concerns and finance", self.concerns()),
            ("Inspections and plans", self.standing()),
            ("People", self.people()),
            ("Identity", self.identity()),
            ("Address", self.address()),
            ("Faith and diocese", self.faith()),
            ("Teaching", self.teaching()),
            ("Size and context", self.size()),
            ("Area and cluster", self.locality()),
            ("Consents and membership", self.consents()),
        ]
        return [(title, rows) for title, rows in found if rows]

    def change(self, name: str, label: str = "Change", *more) -> tuple[Link, ...]:
        """The link that changes something, for those who may."""
        return (Link(label, reverse(f"schools:{name}", args=[self.school.urn, *more])),) if self.may_edit else ()

    def group(self, key: str) -> tuple[Link, ...]:
        """The link to the page that changes a group of columns."""
        return self.change("school-change", "Change", key)

    def source(self, kind: str) -> str:
        """Where a fact came from and since when it holds."""
        row = self.running.get(kind)
        if row is None:
            return ""
        since = f", since {day(row.starts_on)}" if row.starts_on else ""
        if row.source == FactSource.GIAS:
            return f"{self.provenance.register()}{since}"
        return f"{SOURCES[FactSource(row.source)]} on {day(row.recorded_at)}{since}"

    def identity(self) -> list[SummaryRow]:
        school, source = self.school, self.provenance
        change = self.group("identity")
        rows = [
            SummaryRow("Name", school.name, change, self.source(FactKind.NAME)),
            SummaryRow("URN", school.urn, note=source.register()),
            SummaryRow("Local code", school.local_code, change, source.of("local_code")) if school.local_code else None,
            SummaryRow("UKPRN", school.ukprn, change, source.of("ukprn")) if school.ukprn else None,
            SummaryRow("Local authority", self.place(), note=self.source(FactKind.LOCAL_AUTHORITY)),
            SummaryRow("Type", school.type_name or school.get_governance_display(), change, self.source(FactKind.GOVERNANCE)),
            SummaryRow("Phase", PHASE_NAMES.get(self.fact.phase, ""), change, self.source(FactKind.PHASE)),
            self.deemed(),
            SummaryRow("Status", self.status(), note=self.source(FactKind.STATUS)),
            SummaryRow("Trust", school.trust_name, change, source.of("trust_name")) if school.trust_name else None,
            SummaryRow("Federation", school.federation_name, change, source.of("federation_name"))
            if school.federation_name
            else None,
            SummaryRow("Ages", self.ages(), change, source.of("low_age", "high_age")),
            *self.relatives(),
            SummaryRow("Last seen in the national register", school.last_seen_on),
        ]
        return [row for row in rows if row]

    def faith(self) -> list[SummaryRow]:
        """Affiliation, diocese and whether a SIP in sympathy was asked for (SCH-7)."""
        school, source, change = self.school, self.provenance, self.group("faith")
        rows = [
            SummaryRow("Religious character", school.religious_character or "None", change, source.of("religious_character")),
            SummaryRow("Diocese", school.diocese.name if school.diocese else "None", change, source.of("diocese_id")),
        ]
        if can(self.viewer, P.SCHOOL_PEOPLE, school):
            note = source.of("diocesan_officer")
            rows.append(SummaryRow("Diocesan officer", school.diocesan_officer or "Not known", change, note))
        return [*rows, self.records.row("faith-requests", "Not asked for")]

    def teaching(self) -> list[SummaryRow]:
        """Stages and specialisms (SCH-8, SCH-9)."""
        stages = [STAGE_NAMES[Stage(stage)] for stage in stages_of(self.school)]
        note = self.provenance.of("stages") or ("From its ages" if stages else "")
        return [
            SummaryRow("Stages offered", stages or "Not known", self.group("stages"), note),
            self.records.row("specialisms", "None"),
        ]

    def size(self) -> list[SummaryRow]:
        """Pupils, places and the newest year's context (SCH-11)."""
        source = self.provenance.of("pupils", "capacity")
        url = reverse("schools:school-context", args=[self.school.urn])
        fill_in = (Link("Fill in this year's", url),) if can(self.viewer, P.VISIT_PLAN, self.school) else ()
        return [
            SummaryRow("Pupils", self.pupils(), self.group("size"), source),
            self.records.years("contexts", "Not recorded", fill_in),
        ]

    def locality(self) -> list[SummaryRow]:
        """Area, district, partnership and cluster, as the authority divides itself (SCH-12)."""
        school, change = self.school, self.group("locality")
        partnership = [school.lcsp, f"Manager: {school.lcsp_manager}" if school.lcsp_manager else ""]
        values = [
            ("Area", school.area, ("area",)),
            ("District", school.district, ("district",)),
            ("Local children's services partnership (LCSP)", [line for line in partnership if line], ("lcsp", "lcsp_manager")),
            ("Cluster or learning partnership", school.cluster, ("cluster",)),
        ]
        return [
            SummaryRow(label, value, change, self.provenance.of(*columns))
            for label, value, columns in values
            if value or self.may_edit
        ]

    def concerns(self) -> list[SummaryRow]:
        """Concern and finance flags, for those who may know of them (SCH-14, SCH-17)."""
        if not can(self.viewer, P.CONCERN_VIEW, self.school):
            return []
        return [self.records.row("concerns", "None"), self.records.row("finance", "None")]

    def standing(self) -> list[SummaryRow]:
        """Category, last inspection and plans held (SCH-15, SCH-16)."""
        return [self.records.row("ofsted-category", "None"), self.records.inspection(), self.records.plans()]

    def consents(self) -> list[SummaryRow]:
        """What the school agreed to share and to buy (SCH-18)."""
        return [
            self.records.row("consents", "None on record"),
            self.records.row("opt-outs", "Nobody: reports are shared as the policy says"),
            self.records.years("service-years", "Not recorded"),
        ]

    def place(self) -> str:
        name = self.school.local_authority.name if self.school.local_authority else ""
        number = self.school.establishment_number
        return f"{name} ({self.fact.local_authority_code}/{number})" if number else name

    def served_by(self) -> SummaryRow:
        return SummaryRow("SIP run by", self.serving.name if self.serving else "Nobody", self.change("school-service"))

    def deemed(self) -> SummaryRow | None:
        if self.fact.phase == Phase.PRU:
            note = self.source(FactKind.DEEMED_PHASE) or "A secondary SIP is asked for until it is set"
            value = SECTOR_NAMES.get(self.fact.deemed_phase, "Not set")
            return SummaryRow("Deemed phase", value, self.change("school-deemed-phase"), note)
        if not self.fact.deemed_phase:
            return None
        return SummaryRow("Deemed phase", SECTOR_NAMES[Sector(self.fact.deemed_phase)], note="From its phase")

    def status(self) -> str:
        school = self.school
        name = school.get_status_display()
        if school.status == Status.CLOSED and school.closed_on:
            return f"{name} on {day(school.closed_on)}"
        if school.status == Status.OPEN and school.closed_on:
            return f"{name}, proposed to close on {day(school.closed_on)}"
        return name

    def ages(self) -> str:
        low, high = self.school.low_age, self.school.high_age
        return f"{low} to {high}" if low is not None and high is not None else ""

    def pupils(self) -> str:
        if self.school.pupils is None:
            return ""
        return f"{self.school.pupils:,}" + (f" of {self.school.capacity:,} places" if self.school.capacity else "")

    def relatives(self) -> list[SummaryRow]:
        found = []
        for label, related in (("Predecessors", self.school.predecessors), ("Successors", self.school.successors)):
            schools = related.visible_to(self.viewer, P.SCHOOL_VIEW).order_by("name", "pk")
            links = [
                format_html('<a class="govuk-link" href="{}">{}</a>', reverse("schools:school-detail", args=[one.urn]), one)
                for one in schools
            ]
            if links:
                found.append(SummaryRow(label, links))
        return found

    def people(self) -> list[SummaryRow]:
        """Head and chair, for those who may know who they are."""
        if not can(self.viewer, P.SCHOOL_PEOPLE, self.school):
            return []
        links = self.change("school-people")
        held = [(kind.label, holder_on(self.school, kind, self.on)) for kind in (PostKind.HEAD, PostKind.CHAIR)]
        return [
            SummaryRow(label, post.full_name if post else "Not known", links, "Acting" if post and post.is_acting else "")
            for label, post in held
        ]

    def address(self) -> list[SummaryRow]:
        school = self.school
        source, change = self.provenance, self.group("address")
        lines = [getattr(school, column) for column in POSTAL]
        return [
            SummaryRow("Address", [line for line in lines if line], change, source.of(*POSTAL)),
            SummaryRow("Telephone", school.phone, change, source.of("phone")),
            SummaryRow("Website", website(school.website), change, source.of("website")),
        ]

    def support(self) -> list[SummaryRow]:
        """What the SIP programme asks of the school."""
        rows = [SummaryRow("Sector of the SIP", SECTOR_NAMES.get(self.fact.sector_needed, "No SIP can be deployed here"))]
        rows.append(SummaryRow("Counts for coverage", self.coverage()))
        rows.append(self.served_by())
        if self.fact.phase == Phase.PRU:
            agreed = self.school.agreed_with_dfes_on
            rows.append(SummaryRow("Agreed with the Department", agreed or "Not agreed", self.change("school-agreed")))
        if self.fact.phase == Phase.ALL_AGE:
            rows.append(self.all_age())
        if self.policy.categories or self.fact.category:
            rows.append(
                SummaryRow(
                    "Support category",
                    capitalised(self.fact.category) or "None",
                    self.change("school-category"),
                    self.source(FactKind.CATEGORY),
                )
            )
        return [*rows, self.records.row("sip-sources", "Not recorded")]

    @property
    def policy(self) -> Policy:
        authority = self.serving or self.school.local_authority
        return policy_on(authority=authority, on=self.on) if authority else Policy("national")

    def coverage(self) -> str:
        if self.fact.programme:
            return f"{SECTOR_NAMES[Sector(self.fact.programme)]} programme"
        if self.fact.is_academy:
            return "No: academies are not counted"
        if self.fact.phase == Phase.ALL_AGE and self.fact.governance in MAINTAINED_MAINSTREAM:
            return "Not until the discussion with the regional coordinator is recorded"
        return "No"

    def all_age(self) -> SummaryRow:
        last = AllAgeAgreement.objects.filter(school=self.school).order_by("-discussed_on", "-pk").first()
        if last is None:
            return SummaryRow(
                "Discussed with the regional coordinator", "Not recorded", self.change("school-all-age", "Record")
            )
        says = [f"{SECTOR_NAMES[Sector(last.sector)]} agreed on {day(last.discussed_on)} with {last.coordinator}", last.note]
        return SummaryRow(
            "Discussed with the regional coordinator", [line for line in says if line],
            self.change("school-all-age", "Record another"),
        )  # fmt: skip


def website(address: str):
    """A link where the address is one of the web; GIAS gives many without a scheme."""
    if not address:
        return ""
    url = address if address.lower().startswith(("http://", "https://")) else f"http://{address}"
    if any(letter in address for letter in "<>\"' ") or "." not in address:
        return address
    return format_html('<a class="govuk-link" href="{}" rel="noreferrer noopener">{}</a>', url, address)
