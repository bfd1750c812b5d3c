"""The filters of the register of schools. Floors above add theirs from `ready()`."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from accounts.models import Authority
from accounts.permissions import P, Reach
from accounts.presets import BY_KEY
from sipmanager.core.filters import BaseFilter, ChoicesFilter, SearchFilter
from sipmanager.core.wording import capitalised

from .facts import GOVERNANCE_NAMES, PHASE_NAMES, STATUS_NAMES
from .models import School, choices

CATEGORIES = [(name, capitalised(name)) for name in BY_KEY["categories"].choices]


@lru_cache(maxsize=256)
def options_of(pairs: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> str:
    """The options of a select as HTML. A national register writes the same 160 on every page."""
    rows = ((key, mark_safe(" selected") if str(key) in chosen else "", label) for key, label in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


class LongSelect(forms.Select):
    """A select of many options, written at once: Django looks up a template for each of them."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = frozenset(str(one) for one in self.format_value(value))
        options = options_of(tuple(self.choices), chosen)
        given = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(given), options)


class AuthorityFilter(django_filters.ChoiceFilter):
    """One of the authorities whose schools the viewer sees; taken away where that is a single one."""

    def __init__(self):
        super().__init__(
            label="Local authority", field_name="local_authority", empty_label="Any", widget=LongSelect,
            choices=(), method=self.of_authority,
        )  # fmt: skip

    @staticmethod
    def of_authority(queryset, name, value):
        return queryset.filter(local_authority__code=value)


def choices_of_viewer(viewer) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The authorities whose schools the viewer sees, and every support category that they have had; one query (POL-23)."""
    rows = Authority.objects.visible_to(viewer, P.SCHOOL_VIEW).order_by("name", "pk")
    authorities, categories = {}, dict(CATEGORIES)
    for code, name, overrides in rows.values_list("code", "name", "policies__overrides"):
        authorities[code] = name
        own = (overrides or {}).get(BY_KEY["categories"].id) or ()
        categories |= {category: capitalised(category) for category in own}
    return told_apart(authorities), list(categories.items())


def told_apart(authorities: dict[str, str]) -> list[tuple[str, str]]:
    """Names by code as choices; two authorities of one name, such as Dorset before and after 2019, with their codes."""
    often = Counter(authorities.values())
    return [(code, f"{name} ({code})" if often[name] > 1 else name) for code, name in authorities.items()]


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
        authorities, categories = choices_of_viewer(self.request.viewer)
        self.filters["category"].extra["choices"] = categories
        if len(authorities) > 1:
            self.filters["authority"].extra["choices"] = authorities
        else:
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
