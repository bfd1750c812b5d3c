"""The rows of a school's overview: what is known, where it came from, and who may change it."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html

from accounts.access import Viewer, can
from accounts.permissions import P
from accounts.presets import Policy
from accounts.selectors import policy_on
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import day, listed

from ..facts import MAINTAINED_MAINSTREAM, PHASE_NAMES, SECTOR_NAMES, Phase, Sector, Status
from ..models import AllAgeAgreement, FactKind, FactSource, PostKind, School, SchoolFact, SharingOptOut
from ..selectors import SchoolOnDay, authority_serving, fact_on, holder_on

SOURCES = {
    FactSource.GIAS: "From the national register",
    FactSource.OFFICER: "Entered by an officer",
    FactSource.SCHOOL: "Given by the school",
}


class Overview:
    """One school on one day for one viewer; asks the database once for each of its parts."""

    def __init__(self, viewer: Viewer, school: School, on: date):
        self.viewer, self.school, self.on = viewer, school, on
        self.fact: SchoolOnDay = fact_on(school, on)
        self.may_edit = can(viewer, P.SCHOOL_EDIT, school)
        self.running = {row.kind: row for row in SchoolFact.objects.running(on).filter(school=school).order_by("pk")}
        self.serving = authority_serving(school, on)

    def change(self, name: str, label: str = "Change") -> tuple[Link, ...]:
        """The link that changes something, for those who may."""
        return (Link(label, reverse(f"schools:{name}", args=[self.school.urn])),) if self.may_edit else ()

    def source(self, kind: str) -> str:
        """Where a fact came from and since when it holds."""
        row = self.running.get(kind)
        if row is None:
            return ""
        since = f", since {day(row.starts_on)}" if row.starts_on else ""
        return f"{SOURCES[row.source]}{since}"

    def identity(self) -> list[SummaryRow]:
        school = self.school
        rows = [
            SummaryRow("URN", school.urn),
            SummaryRow("Local authority", self.place(), note=self.source(FactKind.LOCAL_AUTHORITY)),
            SummaryRow("Type", school.type_name or school.get_governance_display(), note=self.source(FactKind.GOVERNANCE)),
            SummaryRow("Phase", PHASE_NAMES.get(self.fact.phase, ""), note=self.source(FactKind.PHASE)),
            self.deemed(),
            SummaryRow("Status", self.status(), note=self.source(FactKind.STATUS)),
            SummaryRow("Ages", self.ages()),
            SummaryRow("Pupils", self.pupils()),
            SummaryRow("Religious character", school.religious_character or "None"),
            SummaryRow("Diocese", school.diocese.name) if school.diocese else None,
            *self.relatives(),
            SummaryRow("Last seen in the national register", school.last_seen_on),
        ]
        return [row for row in rows if row]

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
        lines = [school.street, school.locality, school.address3, school.town, school.county, school.postcode]
        return [
            SummaryRow("Address", [line for line in lines if line]),
            SummaryRow("Telephone", school.phone),
            SummaryRow("Website", website(school.website)),
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
                    self.fact.category.capitalize() or "None",
                    self.change("school-category"),
                    self.source(FactKind.CATEGORY),
                )
            )
        rows.append(SummaryRow("Reports are not shared with", self.opt_outs(), self.change("school-sharing")))
        return rows

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

    def opt_outs(self) -> str:
        kept_from = SharingOptOut.objects.running(self.on).filter(school=self.school).order_by("recipient", "pk")
        return listed([row.get_recipient_display() for row in kept_from]) or "Nobody: they are shared as the policy says"


def website(address: str):
    """A link where the address is one of the web; GIAS gives many without a scheme."""
    if not address:
        return ""
    url = address if address.lower().startswith(("http://", "https://")) else f"http://{address}"
    if any(letter in address for letter in "<>\"' ") or "." not in address:
        return address
    return format_html('<a class="govuk-link" href="{}" rel="noreferrer noopener">{}</a>', url, address)
