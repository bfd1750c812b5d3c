"""Dated records of a school that officers keep: each is added, changed, ended or struck out by one mechanism.

`schools.kinds` says of each kind who sees it, what may run beside what, and what it is called.
"""

from .base import DatedRecord, RecordQuerySet
from .concerns import CategoryOfOfsted, Concern, ConcernFlag, FinanceFlag, Inspection, Risk
from .consents import DataConsent, Recipient, ServiceYear, SharingOptOut, SipSource, SourceKind
from .holdings import HeldPaper
from .teaching import FaithRequest, SchoolContext, Specialism

__all__ = [
    "CategoryOfOfsted", "Concern", "ConcernFlag", "DataConsent", "DatedRecord", "FaithRequest", "FinanceFlag", "HeldPaper",
    "Inspection", "Recipient", "RecordQuerySet", "Risk", "SchoolContext", "ServiceYear", "SharingOptOut", "SipSource",
    "SourceKind", "Specialism",
]  # fmt: skip
