"""Filters of the registers of quality assurance."""

from partners.models import Engagement
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter, SearchFilter

from . import selectors
from .models import ShadowStatus, ShadowVisit
from .selectors import Standing


class DueFilter(BaseFilter):
    q = SearchFilter(field_name="partner__search_name", label="Search SIPs")
    standing = OneOfFilter(
        label="Due",
        choices=[(Standing.OVERDUE, "Overdue"), (Standing.SOON, "In the next 3 months"), (Standing.LATER, "Later")],
        method="of_standing",
    )

    class Meta(BaseFilter.Meta):
        model = Engagement
        fields: tuple[str, ...] = ()

    def of_standing(self, queryset, name, value):
        return queryset.filter(selectors.standing_q(value, policies=self.request.shadow_policies, on=self.request.viewer.on))


class ShadowFilter(BaseFilter):
    q = SearchFilter(field_name="partner__search_name", label="Search SIPs")
    status = ChoicesFilter(label="Status", choices=ShadowStatus.choices)

    class Meta(BaseFilter.Meta):
        model = ShadowVisit
        fields: tuple[str, ...] = ()
