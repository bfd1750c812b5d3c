"""Which authorities have anything to show."""

from django.db.models import Exists, OuterRef, QuerySet

from partners.models import Deployment


def in_use_first(authorities: QuerySet) -> QuerySet:
    """`authorities` by name, those with SIPs at schools first: where somebody who sees many begins."""
    rows = Deployment.objects.standing().filter(authority=OuterRef("pk"))
    return authorities.annotate(is_in_use=Exists(rows)).order_by("-is_in_use", "name", "pk")
