"""The school register: schools and their dated facts, posts, services, calendar and what SIP deployment asks of them."""

from accounts.models import running

from ..facts import choices
from .agreements import AllAgeAgreement, Recipient, SharingOptOut
from .calendar import AcademicYear, Closure, Programme, ProgrammeStart, TermDates
from .dated import FactKind, FactSource, FieldOwner, SchoolFact
from .imports import ImportRun
from .people import Post, PostKind
from .school import School, SchoolService, ServiceSource, own_schools, register_own_schools

__all__ = [
    "AcademicYear", "AllAgeAgreement", "Closure", "FactKind", "FactSource", "FieldOwner", "ImportRun", "Post",
    "PostKind", "Programme", "ProgrammeStart", "Recipient", "School", "SchoolFact", "SchoolService", "ServiceSource",
    "SharingOptOut", "TermDates", "choices", "own_schools", "register_own_schools", "running",
]  # fmt: skip
