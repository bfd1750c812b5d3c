"""What a School Improvement Partner needs to know before a visit: eleven items (SCH-22, HND-12). Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Paper(StrEnum):
    """What is held of a school with its date (SCH-16), and what else its SIP is given."""

    SEF = "sef"
    PLAN = "plan"
    RAP = "rap"
    BROKERING_PLAN = "brokering_plan"
    COTS = "cots"
    STATEMENT = "statement"
    RAISEONLINE = "raiseonline"
    MFS = "mfs"
    FFT = "fft"
    DEFINING = "defining"
    OFFICERS = "officers"
    STRATEGY = "strategy"
    SUMMARY = "summary"


# fmt: off
PAPER_NAMES = {
    Paper.SEF:            "Self-evaluation form (SEF)",
    Paper.PLAN:           "School improvement or development plan",
    Paper.RAP:            "Raising attainment plan (RAP)",
    Paper.BROKERING_PLAN: "Brokering plan",
    Paper.COTS:           "Contract of targeted support (CoTS)",
    Paper.STATEMENT:      "Local authority statement of action",
    Paper.RAISEONLINE:    "Access to RAISEonline",
    Paper.MFS:            "Making Figures Speak data pack (MFS)",
    Paper.FFT:            "Fischer Family Trust data (FFT)",
    Paper.DEFINING:       "What else defines the school",
    Paper.OFFICERS:       "Reports of officers and consultants",
    Paper.STRATEGY:       "Strategic issues for the school",
    Paper.SUMMARY:        "Summary data sheet",
}
PLANS = (Paper.SEF, Paper.PLAN, Paper.RAP, Paper.BROKERING_PLAN, Paper.COTS, Paper.STATEMENT)  # SCH-16
# fmt: on

SCHOOL, AUTHORITY = "school", "authority"
SUPPLIERS = {SCHOOL: "The school", AUTHORITY: "The local authority"}
INSPECTION, FINANCE = "inspection", "finance"


@dataclass(frozen=True)
class PackItem:
    """One of the eleven. `papers` are what it is made of; `register` is where it is read instead, if it is."""

    says: str
    supplied_by: str
    papers: tuple[Paper, ...] = ()
    register: str = ""


# fmt: off
PACK: tuple[PackItem, ...] = (
    PackItem("Latest self-evaluation form (SEF)",                  SCHOOL,    (Paper.SEF,)),
    PackItem("Improvement plan or raising attainment plan (RAP)",  SCHOOL,    (Paper.PLAN, Paper.RAP)),
    PackItem("Access to RAISEonline",                              AUTHORITY, (Paper.RAISEONLINE,)),
    PackItem("Making Figures Speak data pack (MFS)",                 AUTHORITY, (Paper.MFS,)),
    PackItem("Fischer Family Trust data (FFT)",                    AUTHORITY, (Paper.FFT,)),
    PackItem("Most recent Ofsted report",                          SCHOOL,    register=INSPECTION),
    PackItem("What else the school thinks defines it",             SCHOOL,    (Paper.DEFINING,)),
    PackItem("Reports of officers and consultants",                AUTHORITY, (Paper.OFFICERS,)),
    PackItem("Strategic issues for the school",                    AUTHORITY, (Paper.STRATEGY,)),
    PackItem("Summary data sheet",                                 AUTHORITY, (Paper.SUMMARY,)),
    PackItem("Finance issues",                                     AUTHORITY, register=FINANCE),
)
# fmt: on
