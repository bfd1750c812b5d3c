"""The school register: schools and their dated facts, posts, services, calendar and what SIP deployment asks of them."""

from accounts.models import running

from ..facts import choices
from .agreements import AllAgeAgreement, Recipient, SharingOptOut
from .calendar import AcademicYear, Closure, Programme, ProgrammeStart, TermDates
from .dated import FactKind, FactSource, FieldOwner, SchoolFact
from .imports import ImportPreview, ImportRun, PreviewRow, PreviewState, RowKind
from .links import LinkKind, SchoolLink
from .people import Post, PostKind
from .school import School, SchoolService, ServiceSource, own_schools, register_own_schools
from .tasks import RegisterTask, TaskKind, TaskOutcome

__all__ = [
    "AcademicYear", "AllAgeAgreement", "Closure", "FactKind", "FactSource", "FieldOwner", "ImportPreview", "ImportRun",
    "LinkKind", "Post", "PostKind", "PreviewRow", "PreviewState", "Programme", "ProgrammeStart", "Recipient", "RegisterTask",
    "RowKind", "School", "SchoolFact", "SchoolLink", "SchoolService", "ServiceSource", "SharingOptOut", "TaskKind",
    "TaskOutcome", "TermDates", "choices", "own_schools", "register_own_schools", "running",
]  # fmt: skip
