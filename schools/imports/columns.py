"""The vocabulary of GIAS extracts: establishment types, phases, statuses, in any vintage (D-9, D-10). Pure."""

from ..facts import Governance as G  # noqa: N817 (the tables below are read by eye)
from ..facts import Phase as P  # noqa: N817
from ..facts import Status as S  # noqa: N817
from ..searching import loose

# Why rows of some types are not held at all; these words stand in the report.
NURSERY = "nursery school"
SIXTEEN_PLUS = "16 plus"
INDEPENDENT = "independent school"
WALES = "in Wales"
OVERSEAS = "offshore or overseas"
NOT_A_SCHOOL = "not a school of the programme"

# code: (name, governance, phase where GIAS gives none, why it is not held)
# fmt: off
TYPES: dict[str, tuple[str, G, P | None, str]] = {
    "1":  ("Community school",                           G.COMMUNITY,  None,      ""),
    "2":  ("Voluntary aided school",                     G.AIDED,      None,      ""),
    "3":  ("Voluntary controlled school",                G.CONTROLLED, None,      ""),
    "5":  ("Foundation school",                          G.FOUNDATION, None,      ""),
    "6":  ("City technology college",                    G.OTHER,      None,      INDEPENDENT),
    "7":  ("Community special school",                   G.SPECIAL,    P.SPECIAL, ""),
    "8":  ("Non-maintained special school",              G.SPECIAL,    P.SPECIAL, ""),
    "10": ("Other independent special school",           G.OTHER,      None,      INDEPENDENT),
    "11": ("Other independent school",                   G.OTHER,      None,      INDEPENDENT),
    "12": ("Foundation special school",                  G.SPECIAL,    P.SPECIAL, ""),
    "14": ("Pupil referral unit",                        G.PRU,        P.PRU,     ""),
    "15": ("Local authority nursery school",             G.OTHER,      P.NURSERY, NURSERY),
    "18": ("Further education",                          G.OTHER,      None,      SIXTEEN_PLUS),
    "24": ("Secure units",                               G.OTHER,      None,      NOT_A_SCHOOL),
    "25": ("Offshore schools",                           G.OTHER,      None,      OVERSEAS),
    "26": ("Service children's education",               G.OTHER,      None,      OVERSEAS),
    "27": ("Miscellaneous",                              G.OTHER,      None,      NOT_A_SCHOOL),
    "28": ("Academy sponsor led",                        G.ACADEMY,    None,      ""),
    "29": ("Higher education institutions",              G.OTHER,      None,      NOT_A_SCHOOL),
    "30": ("Welsh establishment",                        G.OTHER,      None,      WALES),
    "31": ("Sixth form centres",                         G.OTHER,      None,      SIXTEEN_PLUS),
    "32": ("Special post 16 institution",                G.OTHER,      None,      SIXTEEN_PLUS),
    "33": ("Academy special sponsor led",                G.ACADEMY,    P.SPECIAL, ""),
    "34": ("Academy converter",                          G.ACADEMY,    None,      ""),
    "35": ("Free schools",                               G.ACADEMY,    None,      ""),
    "36": ("Free schools special",                       G.ACADEMY,    P.SPECIAL, ""),
    "37": ("British schools overseas",                   G.OTHER,      None,      OVERSEAS),
    "38": ("Free schools alternative provision",         G.ACADEMY,    None,      ""),
    "39": ("Free schools 16 to 19",                      G.OTHER,      None,      SIXTEEN_PLUS),
    "40": ("University technical college",               G.ACADEMY,    None,      ""),
    "41": ("Studio schools",                             G.ACADEMY,    None,      ""),
    "42": ("Academy alternative provision converter",    G.ACADEMY,    None,      ""),
    "43": ("Academy alternative provision sponsor led",  G.ACADEMY,    None,      ""),
    "44": ("Academy special converter",                  G.ACADEMY,    P.SPECIAL, ""),
    "45": ("Academy 16-19 converter",                    G.OTHER,      None,      SIXTEEN_PLUS),
    "46": ("Academy 16 to 19 sponsor led",               G.OTHER,      None,      SIXTEEN_PLUS),
    "49": ("Online provider",                            G.OTHER,      None,      NOT_A_SCHOOL),
    "56": ("Institution funded by other government department", G.OTHER, None,    NOT_A_SCHOOL),
    "57": ("Academy secure 16 to 19",                    G.OTHER,      None,      SIXTEEN_PLUS),
}
PHASES: dict[str, tuple[str, P, str]] = {
    "0": ("Not applicable",          P.NONE,                    ""),
    "1": ("Nursery",                 P.NURSERY,                 NURSERY),
    "2": ("Primary",                 P.PRIMARY,                 ""),
    "3": ("Middle deemed primary",   P.MIDDLE_DEEMED_PRIMARY,   ""),
    "4": ("Secondary",               P.SECONDARY,               ""),
    "5": ("Middle deemed secondary", P.MIDDLE_DEEMED_SECONDARY, ""),
    "6": ("16 plus",                 P.SIXTEEN_PLUS,            SIXTEEN_PLUS),
    "7": ("All-through",             P.ALL_AGE,                 ""),
}
STATUSES: dict[str, tuple[str, S]] = {
    "1": ("Open",                        S.OPEN),
    "2": ("Closed",                      S.CLOSED),
    "3": ("Open, but proposed to close", S.OPEN),
    "4": ("Proposed to open",            S.PROPOSED),
}
# fmt: on

# Names of other vintages, and what they are called now.
OTHER_TYPE_NAMES = {
    "academy sponsored": "28",
    "academies": "34",
    "free school": "35",
    "studio school": "41",
    "university technical colleges": "40",
    "service childrens education": "26",
    "la nursery school": "15",
    "welsh schools": "30",
    "free schools mainstream": "35",
}
OTHER_PHASE_NAMES = {"all age": "7", "post 16": "6", "sixteen plus": "6", "": "0"}


def by_name(table, others) -> dict[str, str]:
    """From a name, however it is cased or hyphened, to its code."""
    return {loose(row[0]): code for code, row in table.items()} | others


TYPE_BY_NAME = by_name(TYPES, OTHER_TYPE_NAMES)
PHASE_BY_NAME = by_name(PHASES, OTHER_PHASE_NAMES)
STATUS_BY_NAME = by_name(STATUSES, {})

WELSH_CODES = frozenset(str(code) for code in range(660, 682))
OVERSEAS_CODES = frozenset(str(code) for code in range(701, 709))
NO_AUTHORITY = frozenset({"", "000", "0"})

# Column of the extract: column of School, for what is copied as text. The longest that fits is the model's.
TEXTS = {
    "EstablishmentName": "name",
    "EstablishmentNumber": "establishment_number",
    "UKPRN": "ukprn",
    "ReligiousCharacter (name)": "religious_character",
    "Trusts (name)": "trust_name",
    "Federations (name)": "federation_name",
    "Street": "street",
    "Locality": "locality",
    "Address3": "address3",
    "Town": "town",
    "County (name)": "county",
    "Postcode": "postcode",
    "TelephoneNum": "phone",
    "SchoolWebsite": "website",
}
NUMBERS = {
    "StatutoryLowAge": "low_age",
    "StatutoryHighAge": "high_age",
    "NumberOfPupils": "pupils",
    "SchoolCapacity": "capacity",
    "Easting": "easting",
    "Northing": "northing",
}
DATES = {"OpenDate": "opened_on", "CloseDate": "closed_on", "LastChangedDate": "last_changed_on"}
HEAD_COLUMNS = ("HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle")
LINKS = "Linked establishments"

KNOWN = frozenset(
    {
        "URN", "LA (code)", "LA (name)", "TypeOfEstablishment (code)", "TypeOfEstablishment (name)",
        "EstablishmentStatus (code)", "EstablishmentStatus (name)", "PhaseOfEducation (code)",
        "PhaseOfEducation (name)", "OfficialSixthForm (code)", "OfficialSixthForm (name)", "Diocese (name)", LINKS,
        *TEXTS, *NUMBERS, *DATES, *HEAD_COLUMNS,
    }
)  # fmt: skip
_BY_KEY = {name.replace(" ", "").casefold(): name for name in KNOWN}
REQUIRED = ("URN", "EstablishmentName")


def column_named(header: str) -> str | None:
    """The known column that a header cell means, whatever its case and spaces; `None` for one that is not read."""
    return _BY_KEY.get(header.replace(" ", "").casefold())
