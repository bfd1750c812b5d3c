"""The old reference of a record that was merged leads to the record that was kept (D-7)."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.permissions import P
from partners.models import Partner
from partners.selectors import merged_away


class MergedMiddleware:
    """Where a page of a SIP is not found, look whether its record was merged: then go to the same page of the other.

    Somebody who may not know of the kept record learns nothing: they are told that there is no such page, as before.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        found = request.resolver_match
        if not isinstance(exception, Http404) or request.method not in {"GET", "HEAD"} or found is None:
            return None
        if found.app_name != "partners" or "reference" not in found.kwargs:
            return None
        gone = merged_away(references=[found.kwargs["reference"]])
        kept = Partner.objects.filter(pk__in=[row.merged_into_id for row in gone])
        reached = kept.visible_to(request.viewer, P.PARTNER_VIEW).first()
        if reached is None:
            return None
        url = reverse(found.view_name, kwargs=found.kwargs | {"reference": reached.reference})
        query = urlencode(request.GET, doseq=True)
        return redirect(f"{url}?{query}" if query else url)
