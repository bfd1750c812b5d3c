"""Files of SIPs and of deployments, read into the register (D-7, D-11, D-17)."""

from .outcome import Outcome
from .partners import import_partners

__all__ = ["Outcome", "import_partners"]
