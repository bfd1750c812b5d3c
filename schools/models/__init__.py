"""The school register: schools and their dated facts, posts, services, calendar and what SIP deployment asks of them."""

from accounts.models import running

from ..facts import choices
from .agreements import AllAgeAgreement
from .bulk import BulkChange
from .calendar import AcademicYear, Closure, Programme, ProgrammeStart, TermDates
from .corrections import ColumnGroup, Correction, CorrectionState
from .dated import FactKind, FactSource, FieldOwner, SchoolFact
from .imports import ImportPreview, ImportRun, PreviewRow, PreviewState, RowKind
from .links import LinkKind, SchoolLink
from .people import ROLES_OF_POSTS, Post, PostKind
from .records import (
    CategoryOfOfsted,
    Concern,
    ConcernFlag,
    DataConsent,
    DatedRecord,
    FaithRequest,
    FinanceFlag,
    HeldPaper,
    Inspection,
    Recipient,
    Risk,
    SchoolContext,
    ServiceYear,
    SharingOptOut,
    SipSource,
    SourceKind,
    Specialism,
)
from .school import School, SchoolService, ServiceSource, own_schools, register_own_schools
from .tasks import RegisterTask, TaskKind, TaskOutcome

__all__ = [
    "ROLES_OF_POSTS", "AcademicYear", "AllAgeAgreement", "BulkChange", "CategoryOfOfsted", "Closure", "ColumnGroup", "Concern",
    "ConcernFlag", "Correction", "CorrectionState", "DataConsent", "DatedRecord", "FactKind", "FactSource",
    "FaithRequest", "FieldOwner", "FinanceFlag", "HeldPaper", "ImportPreview", "ImportRun", "Inspection", "LinkKind",
    "Post", "PostKind", "PreviewRow", "PreviewState", "Programme", "ProgrammeStart", "Recipient", "RegisterTask",
    "Risk", "RowKind", "School", "SchoolContext", "SchoolFact", "SchoolLink", "SchoolService", "ServiceSource",
    "ServiceYear", "SharingOptOut", "SipSource", "SourceKind", "Specialism", "TaskKind", "TaskOutcome", "TermDates",
    "choices", "own_schools", "register_own_schools", "running",
]  # fmt: skip
