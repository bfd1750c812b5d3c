"""The local authorities of England that had or have School Improvement Partners (D-1, AUT-6). Pure.

The 150 of the programme of 2006 with the region and the primary wave they had then, each with the last code that the
department gave it, and the ten that took the place of seven of them. A successor belongs to the programme's region of
its predecessor, whatever region a register of today gives it. Codes are text.
"""

from dataclasses import dataclass
from datetime import date

REGIONS = {
    "London 1": "london-1",
    "London 2": "london-2",
    "South East": "south-east",
    "South West": "south-west",
    "West Midlands": "west-midlands",
    "East and East Midlands": "east-and-east-midlands",
    "North East": "north-east",
    "Yorkshire and Humberside": "yorkshire-and-humberside",
    "North West": "north-west",
}


@dataclass(frozen=True)
class Row:
    """One authority of 2006: code, name, region and primary wave (AUT-2), and other spellings (SRC-11, the register's)."""

    code: str
    name: str
    region: str
    wave: int | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Successor:
    """An authority that took the place of others: since when, and of which."""

    code: str
    name: str
    starts_on: date
    predecessors: tuple[str, ...]
    aliases: tuple[str, ...] = ()


# fmt: off
PROGRAMME: tuple[Row, ...] = (
    # London 1
    Row("301", "Barking and Dagenham",          "London 1",                    4),
    Row("302", "Barnet",                        "London 1",                    1),
    Row("304", "Brent",                         "London 1",                    4),
    Row("202", "Camden",                        "London 1",                    3),
    Row("201", "City of London",                "London 1",                    3),
    Row("308", "Enfield",                       "London 1",                    1),
    Row("204", "Hackney",                       "London 1",                    3),
    Row("309", "Haringey",                      "London 1",                    1),
    Row("310", "Harrow",                        "London 1",                    4),
    Row("311", "Havering",                      "London 1",                    2),
    Row("206", "Islington",                     "London 1",                    4),
    Row("207", "Kensington and Chelsea",        "London 1",                    3),
    Row("316", "Newham",                        "London 1",                    3),
    Row("317", "Redbridge",                     "London 1",                    1),
    Row("211", "Tower Hamlets",                 "London 1",                    3),
    Row("320", "Waltham Forest",                "London 1",                    1),
    Row("213", "Westminster",                   "London 1",                    3),
    # London 2
    Row("303", "Bexley",                        "London 2",                    3),
    Row("305", "Bromley",                       "London 2",                    4),
    Row("306", "Croydon",                       "London 2",                    3),
    Row("307", "Ealing",                        "London 2",                    3),
    Row("203", "Greenwich",                     "London 2",                    3),
    Row("205", "Hammersmith and Fulham",        "London 2",                    3),
    Row("312", "Hillingdon",                    "London 2",                    3),
    Row("313", "Hounslow",                      "London 2",                    3),
    Row("314", "Kingston-upon-Thames",          "London 2",                    1, ("Kingston upon Thames",)),
    Row("208", "Lambeth",                       "London 2",                    4),
    Row("209", "Lewisham",                      "London 2",                    2),
    Row("315", "Merton",                        "London 2",                    1),
    Row("318", "Richmond-upon-Thames",          "London 2",                    3, ("Richmond upon Thames",)),
    Row("210", "Southwark",                     "London 2",                    4),
    Row("319", "Sutton",                        "London 2",                    3),
    Row("212", "Wandsworth",                    "London 2",                    3),
    # South East
    Row("867", "Bracknell Forest",              "South East",                  4),
    Row("846", "Brighton and Hove",             "South East",                  4),
    Row("825", "Buckinghamshire",               "South East",                  1),
    Row("845", "East Sussex",                   "South East",                  1),
    Row("850", "Hampshire",                     "South East",                  1),
    Row("921", "Isle of Wight",                 "South East",                  3),
    Row("886", "Kent",                          "South East",                  3),
    Row("887", "Medway",                        "South East",                  3),
    Row("826", "Milton Keynes",                 "South East",                  4),
    Row("931", "Oxfordshire",                   "South East",                  3),
    Row("851", "Portsmouth",                    "South East",                  4),
    Row("870", "Reading",                       "South East",                  3),
    Row("871", "Slough",                        "South East",                  2),
    Row("852", "Southampton",                   "South East",                  4),
    Row("936", "Surrey",                        "South East",                  1),
    Row("869", "West Berkshire",                "South East",                  2),
    Row("938", "West Sussex",                   "South East",                  1),
    Row("868", "Windsor and Maidenhead",        "South East",                  2),
    Row("872", "Wokingham",                     "South East",                  3),
    # South West
    Row("800", "Bath and North East Somerset",  "South West",                  2, ("Bath and North East", "Bath & North East Somerset",)),
    Row("837", "Bournemouth",                   "South West",                  4),
    Row("801", "Bristol",                       "South West",                  3, ("Bristol, City of",)),
    Row("908", "Cornwall",                      "South West",                  3),
    Row("878", "Devon",                         "South West",                  4),
    Row("835", "Dorset",                        "South West",                  1),
    Row("916", "Gloucestershire",               "South West",                  3),
    Row("420", "Isles of Scilly",               "South West",                  None),
    Row("802", "North Somerset",                "South West",                  4),
    Row("879", "Plymouth",                      "South West",                  1),
    Row("836", "Poole",                         "South West",                  3),
    Row("933", "Somerset",                      "South West",                  1),
    Row("803", "South Gloucestershire",         "South West",                  1),
    Row("866", "Swindon",                       "South West",                  2),
    Row("880", "Torbay",                        "South West",                  4),
    Row("865", "Wiltshire",                     "South West",                  4),
    # West Midlands
    Row("330", "Birmingham",                    "West Midlands",               4),
    Row("331", "Coventry",                      "West Midlands",               3),
    Row("831", "Derby",                         "West Midlands",               3, ("Derby City",)),
    Row("830", "Derbyshire",                    "West Midlands",               4),
    Row("332", "Dudley",                        "West Midlands",               4),
    Row("884", "Herefordshire",                 "West Midlands",               3, ("Herefordshire, County of",)),
    Row("333", "Sandwell",                      "West Midlands",               1),
    Row("893", "Shropshire",                    "West Midlands",               3),
    Row("334", "Solihull",                      "West Midlands",               4),
    Row("860", "Staffordshire",                 "West Midlands",               4),
    Row("861", "Stoke-on-Trent",                "West Midlands",               3),
    Row("894", "Telford and Wrekin",            "West Midlands",               3),
    Row("335", "Walsall",                       "West Midlands",               1),
    Row("937", "Warwickshire",                  "West Midlands",               3),
    Row("336", "Wolverhampton",                 "West Midlands",               4),
    Row("885", "Worcestershire",                "West Midlands",               4),
    # East and East Midlands
    Row("820", "Bedfordshire",                  "East and East Midlands",      3),
    Row("873", "Cambridgeshire",                "East and East Midlands",      4),
    Row("881", "Essex",                         "East and East Midlands",      3),
    Row("919", "Hertfordshire",                 "East and East Midlands",      3),
    Row("856", "Leicester",                     "East and East Midlands",      2, ("Leicester City",)),
    Row("855", "Leicestershire",                "East and East Midlands",      3),
    Row("925", "Lincolnshire",                  "East and East Midlands",      1),
    Row("821", "Luton",                         "East and East Midlands",      1),
    Row("926", "Norfolk",                       "East and East Midlands",      4),
    Row("928", "Northamptonshire",              "East and East Midlands",      1),
    Row("892", "Nottingham",                    "East and East Midlands",      4, ("Nottingham City",)),
    Row("891", "Nottinghamshire",               "East and East Midlands",      3),
    Row("874", "Peterborough",                  "East and East Midlands",      4),
    Row("857", "Rutland",                       "East and East Midlands",      1),
    Row("882", "Southend-on-Sea",               "East and East Midlands",      1),
    Row("935", "Suffolk",                       "East and East Midlands",      4),
    Row("883", "Thurrock",                      "East and East Midlands",      3),
    # North East
    Row("841", "Darlington",                    "North East",                  3),
    Row("840", "Durham",                        "North East",                  4, ("County Durham",)),
    Row("811", "East Riding",                   "North East",                  2, ("East Riding of Yorkshire",)),
    Row("390", "Gateshead",                     "North East",                  3),
    Row("805", "Hartlepool",                    "North East",                  3),
    Row("810", "Hull",                          "North East",                  3, ("Kingston upon Hull, City of", "Kingston-upon-Hull",)),
    Row("806", "Middlesbrough",                 "North East",                  3, ("Middlesborough",)),
    Row("391", "Newcastle-upon-Tyne",           "North East",                  1, ("Newcastle upon Tyne",)),
    Row("392", "North Tyneside",                "North East",                  1),
    Row("815", "North Yorkshire",               "North East",                  2),
    Row("929", "Northumberland",                "North East",                  3),
    Row("807", "Redcar and Cleveland",          "North East",                  4),
    Row("393", "South Tyneside",                "North East",                  3),
    Row("808", "Stockton-on-Tees",              "North East",                  4),
    Row("394", "Sunderland",                    "North East",                  3),
    Row("816", "York",                          "North East",                  1),
    # Yorkshire and Humberside
    Row("370", "Barnsley",                      "Yorkshire and Humberside",    3),
    Row("380", "Bradford",                      "Yorkshire and Humberside",    3),
    Row("351", "Bury",                          "Yorkshire and Humberside",    4),
    Row("381", "Calderdale",                    "Yorkshire and Humberside",    3),
    Row("371", "Doncaster",                     "Yorkshire and Humberside",    4),
    Row("382", "Kirklees",                      "Yorkshire and Humberside",    3),
    Row("383", "Leeds",                         "Yorkshire and Humberside",    2),
    Row("812", "North East Lincolnshire",       "Yorkshire and Humberside",    3),
    Row("813", "North Lincolnshire",            "Yorkshire and Humberside",    2),
    Row("353", "Oldham",                        "Yorkshire and Humberside",    1),
    Row("354", "Rochdale",                      "Yorkshire and Humberside",    1),
    Row("372", "Rotherham",                     "Yorkshire and Humberside",    2),
    Row("373", "Sheffield",                     "Yorkshire and Humberside",    2),
    Row("356", "Stockport",                     "Yorkshire and Humberside",    4),
    Row("357", "Tameside",                      "Yorkshire and Humberside",    4),
    Row("384", "Wakefield",                     "Yorkshire and Humberside",    3),
    # North West
    Row("889", "Blackburn with Darwen",         "North West",                  1),
    Row("890", "Blackpool",                     "North West",                  3),
    Row("350", "Bolton",                        "North West",                  2),
    Row("875", "Cheshire",                      "North West",                  3),
    Row("909", "Cumbria",                       "North West",                  4),
    Row("876", "Halton",                        "North West",                  1),
    Row("340", "Knowsley",                      "North West",                  3),
    Row("888", "Lancashire",                    "North West",                  2),
    Row("341", "Liverpool",                     "North West",                  3),
    Row("352", "Manchester",                    "North West",                  1),
    Row("355", "Salford",                       "North West",                  4),
    Row("343", "Sefton",                        "North West",                  3),
    Row("342", "St Helens",                     "North West",                  3, ("St. Helens",)),
    Row("358", "Trafford",                      "North West",                  3),
    Row("877", "Warrington",                    "North West",                  3),
    Row("359", "Wigan",                         "North West",                  3),
    Row("344", "Wirral",                        "North West",                  3),
)

SUCCESSORS: tuple[Successor, ...] = (
    Successor("822", "Bedford",                            date(2009, 4, 1), ("820",), ("Bedford Borough",)),
    Successor("823", "Central Bedfordshire",               date(2009, 4, 1), ("820",)),
    Successor("895", "Cheshire East",                      date(2009, 4, 1), ("875",)),
    Successor("896", "Cheshire West and Chester",          date(2009, 4, 1), ("875",), ("Cheshire West & Chester",)),
    # Christchurch lay in Dorset, so a part of 835 went to 839 and the rest to 838.
    Successor("838", "Dorset",                             date(2019, 4, 1), ("835",), ("Dorset Council",)),
    Successor("839", "Bournemouth, Christchurch and Poole", date(2019, 4, 1), ("837", "836", "835"), ("BCP",)),
    Successor("940", "North Northamptonshire",             date(2021, 4, 1), ("928",)),
    Successor("941", "West Northamptonshire",              date(2021, 4, 1), ("928",)),
    Successor("942", "Cumberland",                         date(2023, 4, 1), ("909",)),
    Successor("943", "Westmorland and Furness",            date(2023, 4, 1), ("909",)),
)
# fmt: on


def plain_name(name: str) -> str:
    """A name as two spellings of it agree: letters and digits alone, "and" for "&", no "City of" or "County of"."""
    words = name.casefold().replace("&", " and ").replace(",", " ").replace("-", " ").replace(".", "").split()
    kept = " ".join(words)
    for ending in (" city of", " county of", " council"):
        kept = kept.removesuffix(ending)
    return "".join(letter for letter in kept if letter.isalnum())
