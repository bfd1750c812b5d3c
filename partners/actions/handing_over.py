"""What confirming a change of SIP sets going besides the lead, the log and the letters (ACT-15)."""

from partners.models import Deployment


def hand_over(*, record: Deployment, **_) -> None:
    """What must follow a confirmed deployment at a school that had another SIP."""
