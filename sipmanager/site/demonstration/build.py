"""Makes the demonstration through the doors that people use: imports, actions and moves, each on its own past day."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Authority, Diocese, LocalPolicy, Membership, Region, User
from partners import actions as partner_actions
from partners.deployment_rules import OF_SERVING_HEADS, SERVING_HEAD
from partners.imports import import_deployments, import_partners
from partners.models import CheckKind, Engagement, Partner, SupportKind
from schools.imports import import_schools
from schools.models import AcademicYear, Post, PostKind, ProgrammeStart, School, SchoolService, ServiceSource, TermDates
from sipmanager.core.academic import Season

from . import people
from .people import DEMONSTRATION_DAY, InventedAuthority

LONG_AGO = date(2005, 9, 1)
THREE_TERMS = (
    (1, Season.AUTUMN, (9, 3), (12, 18)),
    (2, Season.SPRING, (1, 4), (4, 1)),
    (3, Season.SUMMER, (4, 19), (7, 23)),
)
SIX_TERMS = (
    (1, Season.AUTUMN, (9, 3), (10, 23)),
    (2, Season.AUTUMN, (11, 2), (12, 18)),
    (3, Season.SPRING, (1, 4), (2, 12)),
    (4, Season.SPRING, (2, 22), (4, 1)),
    (5, Season.SUMMER, (4, 19), (5, 28)),
    (6, Season.SUMMER, (6, 7), (7, 23)),
)


def moment(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


@dataclass
class Made:
    """One authority of the demonstration as it now stands in the database."""

    invented: InventedAuthority
    authority: Authority
    staff: dict[str, User]
    schools: dict[int, School]
    partners: dict[int, Partner]

    @property
    def manager(self) -> User:
        return self.staff["manager"]


def make_account(*, email: str, full_name: str, password: str) -> User:
    """An account that can sign in at once; the same one if it is there already."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, full_name=full_name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_national_staff(password: str) -> list[User]:
    """Programme staff, a coordinator and a director; they belong to no authority."""
    region = Region.objects.get(name="South East")
    made = []
    for local, name, role in people.NATIONAL_STAFF:
        user = make_account(email=f"{local}@national.demo.example", full_name=name, password=password)
        place = {"region": region} if role == "coordinator" else {}
        Membership.objects.get_or_create(user=user, role=role, starts_on=LONG_AGO, **place)
        made.append(user)
    return made


def make_authority(invented: InventedAuthority, password: str) -> Made:
    """The authority with its policy, calendar, staff, schools, SIPs and deployments."""
    authority = Authority.objects.create(
        code=invented.code, name=invented.name, kind=invented.kind, region=Region.objects.get(name=invented.region),
        is_demonstration=True, phone="01632 960000", mailbox=f"sips@{invented.domain}",
    )  # fmt: skip
    LocalPolicy.objects.create(
        authority=authority, starts_on=LONG_AGO, preset=invented.preset, made_at=moment(LONG_AGO)
    )  # fmt: skip
    make_calendar(authority, SIX_TERMS if invented.preset == "kent" else THREE_TERMS)
    staff = make_staff(invented, authority, password)
    made = Made(invented, authority, staff, schools={}, partners={})
    make_schools(made, password)
    make_partners(made, password)
    return made


def make_calendar(authority: Authority, terms) -> None:
    for year in (2008, 2009):
        calendar = AcademicYear.objects.create(authority=authority, year=year)
        TermDates.objects.bulk_create(
            TermDates(
                academic_year=calendar, number=number, season=season,
                starts_on=date(year + (first[0] < 9), *first), ends_on=date(year + (last[0] < 9), *last),
            )
            for number, season, first, last in terms
        )  # fmt: skip


def make_staff(invented: InventedAuthority, authority: Authority, password: str) -> dict[str, User]:
    staff = {}
    for local, name, role in people.STAFF:
        user = make_account(email=f"{local}@{invented.domain}", full_name=name, password=password)
        if role:
            Membership.objects.create(user=user, role=role, authority=authority, starts_on=LONG_AGO)
        staff[local] = user
    if invented.schools_of:
        # The authority where the trust's schools lie reads their issued reports (D-5).
        reader = make_account(email=f"reader@{invented.domain}", full_name="Ivor Stent", password=password)
        place = Authority.objects.get(code=invented.schools_of)
        Membership.objects.create(user=reader, role="reader", authority=place, starts_on=LONG_AGO)
        diocese = Diocese.objects.create(code="aldminster", name=invented.diocese, mailbox=f"diocese@{invented.domain}")
        officer = make_account(email=f"diocese@{invented.domain}", full_name="Canon Miles Amberley", password=password)
        Membership.objects.create(user=officer, role="diocese", diocese=diocese, starts_on=LONG_AGO)
    return staff


# ------------------------------------------------------------------------------------------------------------ schools


def make_schools(made: Made, password: str) -> None:
    """Load an invented extract in the layout of the national register, then add what it does not hold."""
    invented = made.invented
    code = invented.schools_of or invented.code
    rows = [school_row(invented, school, code) for school in people.schools_of(invented)]
    day = date(2008, 9, 1)
    file_name = f"invented_{code}_{day.isoformat()}.csv"
    report = import_schools(
        source=io.BytesIO(as_bytes(rows)), file_name=file_name, as_at=day, by=made.manager, at=moment(day), on=DEMONSTRATION_DAY
    )  # fmt: skip
    if report.rejected:
        raise RuntimeError(f"The invented extract was refused: {report.rejected}")
    found = School.objects.in_bulk([people.urn(invented, one) for one in people.schools_of(invented)], field_name="urn")
    made.schools = {one.key: found[people.urn(invented, one)] for one in people.schools_of(invented)}
    if invented.schools_of:
        schools = School.objects.filter(pk__in=[school.pk for school in made.schools.values()])
        SchoolService.objects.filter(school__in=schools).update(
            authority=made.authority, source=ServiceSource.AGREEMENT
        )  # fmt: skip
        schools.update(diocese=Diocese.objects.get(code="aldminster"))
    else:
        for programme, by in (("primary", date(2008, 4, 30)), ("secondary", date(2006, 9, 30))):
            ProgrammeStart.objects.create(
                authority=made.authority, programme=programme, letter_on=date(2006, 1, 4), coverage_by=by, recorded_at=moment(day), recorded_by=made.manager,
            )  # fmt: skip
    for school in people.schools_of(invented):
        make_posts(made, school, password)


def school_row(invented: InventedAuthority, school, code: str) -> dict[str, str]:
    first, _, last = school.head.partition(" ")
    return {
        "URN": people.urn(invented, school),
        "LA (code)": code,
        "EstablishmentNumber": f"{2000 + school.key}",
        "EstablishmentName": school.name,
        "TypeOfEstablishment (name)": school.type,
        "EstablishmentStatus (name)": "Open",
        "PhaseOfEducation (name)": school.phase,
        "StatutoryLowAge": str(school.ages[0]),
        "StatutoryHighAge": str(school.ages[1]),
        "NumberOfPupils": str(school.pupils),
        "SchoolCapacity": str(school.pupils + 30),
        "Street": f"{school.key} Invented Road",
        "Town": school.town,
        "Postcode": f"ZZ{school.key % 9 + 1} 1AA",
        "TelephoneNum": f"01632960{school.key:03d}",
        "HeadFirstName": first,
        "HeadLastName": last,
        "HeadPreferredJobTitle": "Headteacher",
    }


def as_bytes(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def make_posts(made: Made, school, password: str) -> None:
    """Accounts for the head and the chair; those of the first school are `head@` and `chair@`."""
    row = made.schools[school.key]
    is_first = school is people.schools_of(made.invented)[0]
    suffix = "" if is_first else f".{school.key}"
    head = make_account(email=f"head{suffix}@{made.invented.domain}", full_name=school.head, password=password)
    Post.objects.filter(school=row, kind=PostKind.HEAD, ends_on=None).update(user=head, email=head.email)
    if school.chair:
        chair = make_account(email=f"chair{suffix}@{made.invented.domain}", full_name=school.chair, password=password)
        Post.objects.create(
            school=row, kind=PostKind.CHAIR, full_name=chair.full_name, email=chair.email, user=chair,
            starts_on=date(2007, 9, 1), recorded_at=moment(date(2008, 9, 1)),
        )  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- SIPs


def make_partners(made: Made, password: str) -> None:
    """Load the invented SIPs and what they have done so far, then their checks, supporters and accounts."""
    invented = made.invented
    taken_on = date(2008, 9, 1)
    told = {"by": made.manager, "at": moment(taken_on)}
    rows = [partner_row(invented, one) for one in people.partners_of(invented)]
    _sound(import_partners(content=as_bytes(rows), file_name="partners.csv", authority=made.authority, on=taken_on, **told))
    spells = [
        {
            "partner_reference": people.reference(invented, one),
            "school_urn": made.schools[key].urn,
            "start": start,
            "end": last_day(start),
            "days": "5",
            "contract_confirmed": "yes",
            "consulted_on": start,
        }
        for one in people.partners_of(invented)
        for key, start in one.schools.items()
    ]
    _sound(
        import_deployments(
            content=as_bytes(spells),
            file_name="deployments.csv",
            authority=made.authority,
            is_historic=True,
            on=DEMONSTRATION_DAY,
            **told,
        )
    )
    for one in people.partners_of(invented):
        partner = Partner.objects.get(reference=people.reference(invented, one))
        made.partners[one.key] = partner
        email = partner.email
        Partner.objects.filter(pk=partner.pk).update(
            user=make_account(email=email, full_name=partner.full_name, password=password)
        )  # fmt: skip
        make_engagement(made, one, partner)


def _sound(report) -> None:
    if report.rejected:
        raise RuntimeError(f"An invented file was refused: {report.rejected}")


def partner_row(invented: InventedAuthority, one) -> dict[str, str]:
    local = "sip" if one.key == 1 else f"sip.{one.key}"
    return {
        "reference": people.reference(invented, one),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": f"{local}@{invented.domain}",
        "kind": one.kind,
        "company": one.company,
        "primary_headship": one.primary_headship,
        "secondary_headship": one.secondary_headship,
        "special_headship": one.special_headship,
        "headship_years": str(one.headship_years),
        "outside_experience": one.outside_experience,
        "regions": invented.region,
        "authorities": invented.code,
        **{f"accredited_{sector}_on": day for sector, day in one.sectors.items()},
        **{f"accredited_{sector}_on": "" for sector in ("primary", "secondary", "special") if sector not in one.sectors},
        "last_practised_on": one.last_practised_on,
        "days_available": str(one.days),
    }


def last_day(start: str) -> str:
    """The last day that the three years allow (DEP-10)."""
    first = date.fromisoformat(start)
    return (first.replace(year=first.year + 3) - timedelta(days=1)).isoformat()


def make_engagement(made: Made, one, partner: Partner) -> None:
    """Checks where they have been made; a line manager for each SIP and a mentor for the newest (REG-11, REG-12)."""
    day = date(2009, 9, 1)
    told = {"by": made.manager, "at": moment(day)}
    engagement = Engagement.objects.filter(partner=partner, authority=made.authority).first()
    if engagement is None:
        engagement = partner_actions.engage_partner(partner=partner, authority=made.authority, starts_on=day, **told)
    if one.has_checks:
        for kind in CheckKind:
            if kind.value in OF_SERVING_HEADS and one.kind != SERVING_HEAD:
                continue  # governors and cover are asked about a SIP with a school of their own
            partner_actions.record_check(
                engagement=engagement, kind=kind.value, checked_on=day, evidence="Seen at the office", **told
            )  # fmt: skip
    for kind, local in ((SupportKind.LINE_MANAGER, "line.manager"), (SupportKind.MENTOR, "mentor")):
        if kind == SupportKind.LINE_MANAGER or one.key == 1:
            partner_actions.set_support(
                engagement=engagement, kind=kind.value, user=made.staff[local], starts_on=date(2008, 9, 1), **told
            )  # fmt: skip
