"""Who and what the demonstration invents. Every name, place and number is made up; URNs begin at 900000."""

from dataclasses import dataclass, field, replace
from datetime import date

# The pretend day of the demonstration (D-34): a Monday in the middle of the autumn visits.
DEMONSTRATION_DAY = date(2009, 11, 16)


@dataclass(frozen=True)
class InventedAuthority:
    """One demonstration authority: its code (D-1), preset, and the region whose SIPs may work there."""

    preset: str
    code: str
    name: str
    region: str
    kind: str = "local_authority"
    # Whose schools a trust serves; itself for a local authority.
    schools_of: str = ""
    diocese: str = ""

    @property
    def domain(self) -> str:
        return f"{self.preset.replace('_', '-')}.demo.example"


AUTHORITIES = (
    InventedAuthority("national", "990", "Westmarch", "South East"),
    InventedAuthority("learning_trust", "991", "Hollinvale", "London 1"),
    InventedAuthority("kent", "992", "Eastmere", "South East"),
    InventedAuthority(
        "alpsit", "993", "St Aldhelm's Schools Trust", "South East", "trust", schools_of="990", diocese="Diocese of Aldminster"
    ),
)


@dataclass(frozen=True)
class InventedSchool:
    """One school; `key` counts within its authority. `phase` and `type` are the words of the national register."""

    key: int
    name: str
    phase: str
    type: str
    town: str
    head: str
    chair: str
    pupils: int
    ages: tuple[int, int] = (4, 11)


PRIMARY, SECONDARY = "Primary", "Secondary"
COMMUNITY, AIDED, FOUNDATION = "Community school", "Voluntary aided school", "Foundation school"

# fmt: off
MIXED = (
    InventedSchool(1,  "Hill Road Primary School",           PRIMARY,   COMMUNITY, "Nethercombe", "Margaret Ashdown",  "Colin Peverell",  214),
    InventedSchool(2,  "Brook Lane Primary School",          PRIMARY,   COMMUNITY, "Nethercombe", "Stephen Larkrise",  "Anita Goswell",   318),
    InventedSchool(3,  "St Wilfrid's CofE Primary School",   PRIMARY,   AIDED,     "Thornwick",   "Helen Marchbank",   "Peter Oakshott",  187),
    InventedSchool(4,  "Millfield Academy of Arts",          SECONDARY, "Academy sponsor led", "Thornwick", "Ruth Calverley", "Owen Trask", 903, (11, 18)),
    InventedSchool(5,  "Thornwick High School",              SECONDARY, COMMUNITY, "Thornwick",   "David Fenmore",     "Jean Ludlam",     1120, (11, 18)),
    InventedSchool(6,  "The Meadows Middle School",          "Middle deemed secondary", COMMUNITY, "Oldbury Cross", "Carol Winstanley", "Harish Mehta", 411, (9, 13)),
    InventedSchool(7,  "Oldbury Cross School",               SECONDARY, FOUNDATION, "Oldbury Cross", "Graham Pellew",  "Mary Tolland",    862, (11, 16)),
    InventedSchool(8,  "Park View Primary School",           PRIMARY,   COMMUNITY, "Oldbury Cross", "Joan Brackley",   "Dev Anand Rao",   256),
    InventedSchool(9,  "Long Meadow Primary School",         PRIMARY,   COMMUNITY, "Saltley",     "Paul Strickland",   "Ellen Royce",     203),
    InventedSchool(10, "Saltley Girls' School",              SECONDARY, COMMUNITY, "Saltley",     "Frances Amory",     "Keith Dunmow",    774, (11, 16)),
    InventedSchool(11, "North Quay Primary School",          PRIMARY,   COMMUNITY, "Saltley",     "Alan Cressing",     "Susan Idle",      148),
    InventedSchool(12, "Highfield School",                   "Not applicable", "Community special school", "Saltley", "Nora Beckwith", "Tom Garland", 86, (4, 16)),
    InventedSchool(13, "The Bridge Centre",                  "Not applicable", "Pupil referral unit", "Nethercombe", "Liam Harcastle", "", 34, (11, 16)),
    InventedSchool(14, "King's Weald School",                "All-through", COMMUNITY, "Nethercombe", "Teresa Mowbray",  "Bill Ashby",     1342, (4, 18)),
)
TRUST = (
    InventedSchool(21, "St Aldhelm's RC Primary School",     PRIMARY,   AIDED, "Aldminster",  "Bernadette Hale",   "Michael Corrigan", 210),
    InventedSchool(22, "Our Lady's RC Primary School",       PRIMARY,   AIDED, "Aldminster",  "Patrick Devine",    "Rosa Bellini",     196),
    InventedSchool(23, "St Edith's RC Primary School",       PRIMARY,   AIDED, "Stoke Abbas", "Catherine Moyle",   "John Farrant",     172),
    InventedSchool(24, "Holy Cross RC Primary School",       PRIMARY,   AIDED, "Stoke Abbas", "Anthony Rudge",     "Clare Senior",     241),
    InventedSchool(25, "St Bede's RC Primary School",        PRIMARY,   AIDED, "Marlhythe",   "Theresa Quill",     "Gerald Nunn",      160),
    InventedSchool(26, "Sacred Heart RC Primary School",     PRIMARY,   AIDED, "Marlhythe",   "Dominic Lacey",     "Una Prior",        228),
    InventedSchool(27, "St Cuthman's RC Primary School",     PRIMARY,   AIDED, "Aldminster",  "Sheila Garrod",     "Frank Tilley",     133),
    InventedSchool(28, "St Anne's RC Primary School",        PRIMARY,   AIDED, "Stoke Abbas", "Martin Keogh",      "Elizabeth Dunne",  189),
)
# fmt: on


def schools_of(authority: InventedAuthority) -> tuple[InventedSchool, ...]:
    return TRUST if authority.kind == "trust" else MIXED


def urn(authority: InventedAuthority, school: InventedSchool) -> str:
    """900101, 910214 …: the third digit tells the authorities apart."""
    return f"9{int(authority.code) - 990}{school.key:04d}"


@dataclass(frozen=True)
class InventedPartner:
    """One SIP: kind, headships, sectors with the day of each award, and the schools by key with the first day there."""

    key: int
    first_name: str
    last_name: str
    kind: str
    sectors: dict[str, str]
    schools: dict[int, str]
    primary_headship: str = "none"
    secondary_headship: str = "none"
    special_headship: str = "none"
    outside_experience: str = "yes"
    days: int = 40
    headship_years: int = 8
    last_practised_on: str = ""
    has_checks: bool = True
    company: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


# fmt: off
PARTNERS_MIXED = (
    # The SIP who signs in as `sip@`, with notes in several states.
    InventedPartner(1, "Rosalind", "Thackeray", "consultant",   {"primary": "2006-06-16", "secondary": "2006-06-16"},
                    {1: "2008-09-01", 2: "2008-09-01", 3: "2008-09-01", 5: "2008-09-01", 8: "2008-09-01"}, primary_headship="former", secondary_headship="former"),
    InventedPartner(2, "Edmund",   "Hathersage", "former_head", {"secondary": "2005-09-30"},
                    {6: "2007-09-01", 7: "2006-12-01", 10: "2008-09-01"}, secondary_headship="former", headship_years=14),
    InventedPartner(3, "Priya",    "Venn",      "serving_head", {"primary": "2007-03-02"},
                    {9: "2008-09-01"}, primary_headship="serving", headship_years=6, outside_experience="no", days=20),
    InventedPartner(4, "Godfrey",  "Ulstan",    "former_head",  {"primary": "2007-01-19"}, {}, primary_headship="former",
                    last_practised_on="2007-02-28"),
    InventedPartner(5, "Winifred", "Castell",   "consultant",   {"primary": "2009-07-03", "special": "2009-07-03"}, {}, primary_headship="former",
                    has_checks=False, company="Invented Education Ltd"),
)
PARTNERS_TRUST = (
    InventedPartner(1, "Imelda",   "Farrow",    "consultant",   {"primary": "2006-06-16"},
                    {21: "2008-09-01", 22: "2008-09-01", 23: "2008-09-01", 24: "2008-09-01", 25: "2008-09-01"}, primary_headship="former"),
    InventedPartner(2, "Desmond",  "Aylward",   "consultant",   {"primary": "2007-06-15"}, {26: "2008-09-01", 27: "2009-09-01"}, primary_headship="former"),
    InventedPartner(3, "Moira",    "Pengelly",  "former_head",  {"primary": "2009-06-19"}, {}, primary_headship="former", has_checks=False),
)
# The same stories with people of their own: SIPs are seen beyond one authority, and two of one name would be taken for one.
OTHER_NAMES = {
    "learning_trust": (("Cordelia", "Ambrey"), ("Lionel", "Standish"), ("Nasreen", "Holt"), ("Barnaby", "Quennell"), ("Sybil", "Tarrant")),
    "kent":           (("Harriet",  "Lindow"), ("Ambrose", "Fell"),    ("Leela", "Marchant"), ("Cyril", "Aspinwall"), ("Dorothea", "Penrose")),
}
# fmt: on


def partners_of(authority: InventedAuthority) -> tuple[InventedPartner, ...]:
    if authority.kind == "trust":
        return PARTNERS_TRUST
    names = OTHER_NAMES.get(authority.preset)
    if names is None:
        return PARTNERS_MIXED
    return tuple(
        replace(one, first_name=first, last_name=last) for one, (first, last) in zip(PARTNERS_MIXED, names, strict=True)
    )


def reference(authority: InventedAuthority, partner: InventedPartner) -> str:
    return f"P{authority.code}{partner.key:03d}"


# Who else signs in at an authority: local part of the address, name, role. A line manager and a mentor are that
# through the SIPs they look after, and need no membership (D-4).
# fmt: off
STAFF = (
    ("manager",        "Judith Normanton",  "manager"),
    ("administrator",  "Sam Oduya",         "administrator"),
    ("senior.adviser", "Beatrice Collingham", "senior_adviser"),
    ("line.manager",   "Howard Lyle",       ""),
    ("mentor",         "Phyllida Grange",   ""),
)
NATIONAL_STAFF = (
    ("programme",   "Rex Ballantyne",  "programme"),
    ("coordinator", "Elspeth Munro",   "coordinator"),
    ("director",    "Constance Aird",  "national_director"),
)
# fmt: on
