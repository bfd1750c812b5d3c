"""The lists of partners: SIPs, deployments and notifications; accreditation; agreements; what SIPs change and confirm."""

from .accreditation import AccreditationRegister, ApplicationRegister, CaseRegister, ClaimRegister
from .agreements import AgreementRegister
from .bulk import RunRegister
from .changes import FamiliarisationRegister, HandoverRegister, LeavingFeedbackRegister
from .deployments import DeploymentRegister, NotificationRegister
from .development import DevelopmentRegister, EventRegister
from .finding import MOST_COMPARED, MOST_LISTED, FindRegister, ShortlistRegister, shortlist_rows
from .flags import FlagRegister, LimitRegister, OverrideRegister
from .grants import OverviewRegister
from .guidance import GuidanceRegister
from .letters import LetterRegister
from .plans import PlanRegister, PlanRowRegister
from .record import ConfirmationRegister, FactRegister
from .sips import STAFF, PartnerRegister, described

__all__ = [
    "MOST_COMPARED",
    "MOST_LISTED",
    "STAFF",
    "AccreditationRegister",
    "AgreementRegister",
    "ApplicationRegister",
    "CaseRegister",
    "ClaimRegister",
    "ConfirmationRegister",
    "DeploymentRegister",
    "DevelopmentRegister",
    "EventRegister",
    "FactRegister",
    "FamiliarisationRegister",
    "FindRegister",
    "FlagRegister",
    "GuidanceRegister",
    "HandoverRegister",
    "LeavingFeedbackRegister",
    "LetterRegister",
    "LimitRegister",
    "NotificationRegister",
    "OverrideRegister",
    "OverviewRegister",
    "PartnerRegister",
    "PlanRegister",
    "PlanRowRegister",
    "RunRegister",
    "ShortlistRegister",
    "described",
    "shortlist_rows",
]
