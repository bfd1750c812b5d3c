"""The filters of the register of schools. Floors above add theirs from `ready()`."""

from collections.abc import Callable

import django_filters

from accounts.models import Authority
from accounts.permissions import P, Reach
from accounts.presets import BY_KEY
from sipmanager.core.filters import BaseFilter, ChoicesFilter, SearchFilter

from .facts import GOVERNANCE_NAMES, PHASE_NAMES, STATUS_NAMES
from .models import School, choices

CATEGORIES = [(name, name.capitalize()) for name in BY_KEY["categories"].choices]


class AuthorityFilter(django_filters.ModelChoiceFilter):
    """One of the authorities whose schools the viewer sees; taken away where that is a single one."""

    def __init__(self):
        super().__init__(
            label="Local authority",
            field_name="local_authority",
            to_field_name="code",
            queryset=authorities_of_viewer,
            empty_label="Any",
        )


def authorities_of_viewer(request):
    return Authority.objects.visible_to(request.viewer, P.SCHOOL_VIEW).order_by("name", "pk")


class SchoolFilter(BaseFilter):
    q = SearchFilter(label="Name, town or URN", field_name="search_name")
    phase = ChoicesFilter(label="Phase", choices=choices(PHASE_NAMES))
    type = ChoicesFilter(label="Type", field_name="governance", choices=choices(GOVERNANCE_NAMES))
    status = ChoicesFilter(label="Status", choices=choices(STATUS_NAMES))
    category = ChoicesFilter(label="Support category", choices=CATEGORIES)
    authority = AuthorityFilter()

    class Meta(BaseFilter.Meta):
        model = School
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not authorities_of_viewer(self.request)[1:2]:
            del self.filters["authority"]


def sees_several_authorities(viewer) -> bool:
    """Whether it is worth saying where a school lies: not to those of one authority, or of one school."""
    granted = viewer.granted(P.SCHOOL_VIEW)
    if any(reach not in (Reach.AUTHORITY, Reach.LOCALITY, Reach.SCHOOL) for _capacity, reach in granted):
        return True
    return len({capacity.authority_id for capacity, _reach in granted if capacity.authority_id}) > 1


def register_filter(name: str, factory: Callable[[], django_filters.Filter]) -> None:
    """A floor above adds a filter; `self.parent.request` of the filter knows the viewer."""
    made = factory()
    SchoolFilter.base_filters[name] = made
    SchoolFilter.declared_filters[name] = made
