"""The SIP register and deployment: SIPs and their dated facts, engagements, checks, contracts, deployments."""

from .deployment import (
    Deployment,
    DeploymentQuerySet,
    DeploymentStatus,
    NationalNotification,
    NotificationKind,
    RecordsRequest,
)
from .engagement import Check, CheckKind, Contract, Engagement, Support, SupportKind
from .files import FILE_RIGHTS, FileKind, PartnerFile
from .people import Accreditation, Conflict, Headship, Kind, Partner, PartnerKind, Willingness
from .reach import by_this_partner, engaged_by, own_or_looked_after

__all__ = [
    "FILE_RIGHTS",
    "Accreditation",
    "Check",
    "CheckKind",
    "Conflict",
    "Contract",
    "Deployment",
    "DeploymentQuerySet",
    "DeploymentStatus",
    "Engagement",
    "FileKind",
    "Headship",
    "Kind",
    "NationalNotification",
    "NotificationKind",
    "Partner",
    "PartnerFile",
    "PartnerKind",
    "RecordsRequest",
    "Support",
    "SupportKind",
    "Willingness",
    "by_this_partner",
    "engaged_by",
    "own_or_looked_after",
]
