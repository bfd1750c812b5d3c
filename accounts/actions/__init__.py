"""What people do with accounts, roles and local policy. Each call is one transaction and one audit line."""

from .addresses import ask_for_address, change_address
from .authorities import set_contact
from .invitations import accept, invite, resend, revoke
from .people import (
    ask_for_new_password,
    change_own_details,
    disable,
    enable,
    end_role,
    give_role,
    may_give,
    remove_second_factor,
)
from .policies import BackDated, set_policy, take_back
from .refusals import Refused

__all__ = [
    "BackDated", "Refused", "accept", "ask_for_address", "ask_for_new_password", "change_address", "change_own_details",
    "disable", "enable", "end_role",
    "give_role", "invite", "may_give", "remove_second_factor", "resend", "revoke", "set_contact", "set_policy", "take_back",
]  # fmt: skip
