"""The kinds of dated record that officers keep of a school, as one table (SCH-7 to SCH-19).

One mechanism adds, changes, ends and strikes out a record of any kind (`actions.records`, `views.records`); a row here
says what differs. A kind that nobody declares here has no page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.permissions import Permission

from . import models
from .facts import Status
from .finances import TRIGGER_NAMES, Trigger
from .inspecting import GRADE_NAMES, INSPECTION_NAMES, LINE_NAMES, VERDICT_NAMES
from .models.records.concerns import FEWEST_DAYS, MOST_DAYS
from .pack import PAPER_NAMES

P = Permission

Values = Mapping[str, Any]
Check = Callable[[Values, models.School], list[str]]


def nothing_more(values: Values, school: models.School) -> list[str]:
    return []


@dataclass(frozen=True)
class RecordKind:
    """One kind of record.

    `alike` are the columns that make two records the same thing, of which one holds at a time; `None` where any
    number may. With `takes_over` a new one ends the one that runs. `ending` is the label of the last day, blank for
    what has its days from the start. `check` returns what is wrong as sentences. `thing` is the column whose code the
    record of events names, with its `names`; `secret` are codes that it leaves out.
    """

    key: str
    model: type[models.DatedRecord]
    one: str
    many: str
    empty: str
    view: Permission = P.SCHOOL_VIEW
    about: str = ""
    alike: tuple[str, ...] | None = None
    takes_over: bool = False
    ending: str = ""
    check: Check = nothing_more
    thing: str = ""
    names: Mapping[Any, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()

    @property
    def event(self) -> str:
        """What its events begin with."""
        return self.model._meta.model_name


def concern_faults(values: Values, school: models.School) -> list[str]:
    """A reason for a school causing concern; rating and days for the National Challenge alone (SCH-14)."""
    found = []
    is_challenge = values["concern"] == models.Concern.NATIONAL_CHALLENGE
    days = values.get("days")
    if values["concern"] == models.Concern.CAUSING_CONCERN and not values.get("reason"):
        found.append("Enter why the school is causing concern")
    if not is_challenge and (values.get("risk") or days):
        found.append("A risk rating and days are given to a National Challenge school only")
    if is_challenge and days and not FEWEST_DAYS <= days <= MOST_DAYS:
        found.append(f"Days of support must be between {FEWEST_DAYS} and {MOST_DAYS}")
    return found


def inspection_faults(values: Values, school: models.School) -> list[str]:
    """Days in their order, and grades from 1 to 4 on known lines (SCH-15, OFS-13)."""
    found = []
    published_on = values.get("published_on")
    if published_on and published_on < values["starts_on"]:
        found.append("The report cannot be published before the inspection")
    grades = values.get("grades") or {}
    if any(line not in LINE_NAMES or grade not in GRADE_NAMES for line, grade in grades.items()):
        found.append("Grades are 1 to 4, on the lines of the form")
    return found


def specialism_faults(values: Values, school: models.School) -> list[str]:
    first, again = values.get("starts_on"), values.get("redesignated_on")
    return ["The redesignation cannot be before the designation"] if first and again and again < first else []


def finance_faults(values: Values, school: models.School) -> list[str]:
    return [] if school.status != Status.CLOSED else ["The school is closed"]


# fmt: off
KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "concerns", models.ConcernFlag, "concern flag", "Concern flags", "No concern is recorded.", P.CONCERN_VIEW,
        "Whether the school is causing concern, and which programmes it is in on account of one.",
        alike=("concern",), ending="Date it was removed", check=concern_faults,
        thing="concern", names=dict(models.Concern.choices),
    ),
    RecordKind(
        "finance", models.FinanceFlag, "finance flag", "Finance flags", "No finance flag is set.", P.CONCERN_VIEW,
        "The eight things that bring officers closer to a school's finances.",
        alike=("trigger",), ending="Date it was cleared", check=finance_faults,
        thing="trigger", names=TRIGGER_NAMES, secret=frozenset({Trigger.IMPROPRIETY.value}),
    ),
    RecordKind(
        "ofsted-category", models.CategoryOfOfsted, "Ofsted category", "Ofsted category", "The school is in no category.",
        alike=(), takes_over=True, ending="Date the school left the category", thing="category", names=VERDICT_NAMES,
    ),
    RecordKind(
        "inspections", models.Inspection, "inspection", "Inspections", "No inspection is recorded.",
        check=inspection_faults, thing="inspection_type", names=INSPECTION_NAMES,
    ),
    RecordKind(
        "papers", models.HeldPaper, "paper", "Plans and papers held", "No plan or paper is recorded.",
        about="The plans of the school that are held, and what else its School Improvement Partner (SIP) is given, "
        "each with the day that it bears.",
        thing="paper", names=PAPER_NAMES,
    ),
    RecordKind(
        "specialisms", models.Specialism, "specialism", "Specialisms", "The school has no specialism.",
        alike=("specialism",), ending="Last day of the designation", check=specialism_faults,
    ),
    RecordKind(
        "faith-requests", models.FaithRequest, "request", "Sympathy with the school's faith", "The school has not asked for it.",
        about="The school may ask for a School Improvement Partner (SIP) in sympathy with its faith. The authority "
        "bears it in mind and is not bound by it.",
        alike=(), ending="Last day of the request",
    ),
    RecordKind(
        "contexts", models.SchoolContext, "year's size and context", "Size and context by year", "No year is recorded.",
        about="Roll, cohorts and context as they were filled in at the autumn visit, so that like schools can be compared.",
        alike=("year",),
    ),
    RecordKind(
        "consents", models.DataConsent, "consent", "Consent to share data", "No consent is on record.",
        alike=(), ending="Last day of the consent",
    ),
    RecordKind(
        "opt-outs", models.SharingOptOut, "opt-out", "Sharing of reports", "The school has not opted out.",
        about="A school may ask that its reports do not go to its diocese or to its local authority.",
        alike=("recipient",), ending="Last day of the opt-out", thing="recipient", names=dict(models.Recipient.choices),
    ),
    RecordKind(
        "service-years", models.ServiceYear, "year's membership", "Membership and SIP service by year", "No year is recorded.",
        alike=("year",),
    ),
    RecordKind(
        "sip-sources", models.SipSource, "source of the SIP", "Who appoints the SIP", "It is not recorded.",
        alike=(), takes_over=True, ending="Last day", thing="appointed_by", names=dict(models.SourceKind.choices),
    ),
)
# fmt: on

BY_KEY: dict[str, RecordKind] = {kind.key: kind for kind in KINDS}


def kind_of(record: models.DatedRecord) -> RecordKind:
    """The row of the table that a record belongs to."""
    return next(kind for kind in KINDS if isinstance(record, kind.model))
