"""Files of SIPs and of deployments, read into the register (D-7, D-11, D-17)."""

from .deployments import import_deployments
from .outcome import Outcome
from .partners import import_partners

__all__ = ["Outcome", "import_deployments", "import_partners"]
