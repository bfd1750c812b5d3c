"""One SIP for a whole locality or cluster: its schools without a SIP go on together to the page that deploys many (DEP-19)."""

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import Viewer, requires
from accounts.permissions import P
from partners import actions
from partners.models import Deployment
from schools.columns import COLUMNS
from schools.models import School
from sipmanager.core.wording import counted

from ..shared import READ, deployment_trail

# By which columns of a school it belongs to a group (SCH-12), the smallest first.
GROUPED_BY = ("cluster", "lcsp", "district", "area")


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def deploy_cluster(request):
    """The localities and clusters, each with how many of its schools have no SIP; one of them leads on to their schools."""
    schools = open_schools(request.viewer)
    by, name = request.GET.get("by", ""), request.GET.get("name", "")
    if by or name:
        if by not in GROUPED_BY or not name:
            raise Http404("No such group of schools")
        return on_to_many(schools.filter(**{by: name}), request)
    context = {
        "heading": "Deploy one School Improvement Partner (SIP) to a whole cluster",
        "groups": [found for column in GROUPED_BY if (found := group(schools, column))["rows"]],
        "breadcrumbs": [*deployment_trail(), ("Which school", reverse("partners:deploy-school"))],
    }
    return render(request, "partners/deploying/cluster.html", context)


def open_schools(viewer: Viewer) -> QuerySet:
    """Open schools for which the viewer may propose, with `is_served` for those that have a SIP on the day."""
    rows = School.objects.visible_to(viewer, P.DEPLOYMENT_PROPOSE).filter(status="open")
    return rows.annotate(is_served=Exists(Deployment.objects.active(viewer.on).filter(school=OuterRef("pk"))))


def group(schools: QuerySet, column: str) -> dict:
    """The groups that one column makes, in one query."""
    totals: dict[str, list[int]] = {}
    rows = schools.exclude(**{column: ""}).values(column, "is_served").annotate(many=Count("pk")).order_by(column, "is_served")
    for row in rows:
        total = totals.setdefault(row[column], [0, 0])
        total[row["is_served"]] += row["many"]
    address = reverse("partners:deploy-cluster")
    return {
        "title": COLUMNS[column].label,
        "rows": [
            {
                "name": name,
                "says": f"{counted(without + served, 'school')}, {without or 'none'} without a SIP today",
                "url": f"{address}?{urlencode({'by': column, 'name': name})}" if without else "",
            }
            for name, (without, served) in totals.items()
        ],
    }


def on_to_many(schools: QuerySet, request):
    """The page that looks at each school and saves nothing before it is confirmed."""
    urns = list(schools.filter(is_served=False).order_by("name", "pk").values_list("urn", flat=True)[: actions.MOST_AT_ONCE])
    if not urns:
        raise Http404("Every school of this group has a SIP, or there is none")
    sip = [("sip", request.GET["sip"])] if request.GET.get("sip") else []
    return redirect(f"{reverse('partners:deployments-deploy')}?{urlencode([('school', urn) for urn in urns] + sip)}")
