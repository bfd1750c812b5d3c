"""What people do with accounts, roles and local policy. Each call is one transaction and one audit line."""

from .invitations import accept, invite, resend, revoke
from .people import change_own_details, disable, enable, end_role, give_role, may_give, remove_second_factor
from .policies import BackDated, set_policy, take_back
from .refusals import Refused

__all__ = [
    "BackDated", "Refused", "accept", "change_own_details", "disable", "enable", "end_role", "give_role", "invite",
    "may_give", "remove_second_factor", "resend",
    "revoke", "set_policy", "take_back",
]  # fmt: skip
