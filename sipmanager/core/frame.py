"""What stands around every page: whose service it is, who is signed in, where they can go (pure)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the primary navigation."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Capacity:
    """One capacity a person may act in; `key` is what the switch posts."""

    key: str
    label: str
    is_current: bool = False


@dataclass(frozen=True)
class Frame:
    """Everything `base.html` needs, with defaults that suit a stranger and the pages shown when all else fails.

    `timeout_seconds` is how long the session lasts without activity; 0 turns the warning off. `extend_url` takes an
    empty POST and makes the session last that long again.
    """

    service_name: str = "SIP Manager"
    authority_name: str = ""
    home_url: str = "/"
    navigation: tuple[NavigationItem, ...] = ()
    user_name: str = ""
    capacity_label: str = ""
    capacities: tuple[Capacity, ...] = field(default=())
    switch_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    search_url: str = ""
    menu_url: str = ""
    authority_phone: str = ""
    timeout_seconds: int = 0
    extend_url: str = ""
    version: str = ""
