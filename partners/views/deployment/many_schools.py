"""Who could take these schools: the best few for each of many, in a fixed number of queries (REG-20, DEP-3)."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.permissions import P
from partners import selectors
from partners.forms import PeriodForm
from partners.matching import Weights, score, weightiest
from partners.models import OPEN_STATES, Deployment, Partner
from schools.models import School
from schools.selectors import must_have_sip
from sipmanager.core.listing import page_number, pages_of
from sipmanager.core.wording import counted

from ..shared import READ, deployment_trail

A_PAGE = 20
BEST = 3
MOST_CHOSEN = 100


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def deploy_many(request):
    """The chosen schools, or all that have no SIP on the first day, each with the SIPs who suit it best."""
    on = request.viewer.on
    form = PeriodForm(
        request.GET if "starts_on_day" in request.GET or "starts_on" in request.GET else None, initial={"starts_on": on}
    )
    starts_on = form.cleaned_data["starts_on"] if form.is_bound and form.is_valid() else on
    chosen = [urn for urn in request.GET.getlist("school") if urn.isascii() and urn.isdigit() and len(urn) == 6][:MOST_CHOSEN]
    rows = School.objects.visible_to(request.viewer, P.DEPLOYMENT_PROPOSE).select_related("diocese")
    rows = rows.filter(urn__in=chosen) if chosen else without_a_sip(rows, starts_on)
    paginator = Paginator(rows.order_by("name", "pk"), A_PAGE)
    number = page_number(request.GET, paginator)
    schools = list(paginator.page(number))
    context = {
        "heading": "Who could take these schools?",
        "form": form,
        "chosen": chosen,
        "is_chosen": bool(chosen),
        "count_words": counted(paginator.count, "school") if chosen else f"{counted(paginator.count, 'school')} without a SIP",
        "schools": best_for(schools, starts_on=starts_on, on=on, without=request.viewer.partner_id),
        "pages": pages_of(request.GET.copy(), number, paginator.num_pages),
        "plan_url": reverse("partners:plan-new"),
        "breadcrumbs": deployment_trail(),
    }
    return render(request, "partners/deploying/many.html", context)


def without_a_sip(schools, starts_on):
    """Those that must have a SIP and have none on a day, proposed or confirmed."""
    served = Deployment.objects.active(starts_on).values("school_id")
    proposed = Deployment.objects.filter(status__in=OPEN_STATES, voided_on=None).values("school_id")
    return must_have_sip(schools, starts_on).exclude(pk__in=served).exclude(pk__in=proposed)


def best_for(schools: list[School], *, starts_on, on, without: int | None) -> list[dict]:
    """Each school with its best few and the reasons that weigh most; the number of queries grows with nothing."""
    if not schools:
        return []
    places = selectors.places_of(schools, starts_on=starts_on, on=on)
    pool = selectors.Pool(selectors.within_reach(places, starts_on), places, starts_on=starts_on, on=on, without=without)
    asked = urlencode({"starts_on": starts_on.isoformat()})
    found = []
    for school in schools:
        place = places[school.pk]
        best = selectors.best_few(pool, place, Weights.of(place.policy), many=BEST)
        found.append(
            {
                "name": place.facts.name,
                "url": f"{reverse('partners:deploy-candidates', args=[school.urn])}?{asked}",
                "best": [candidate(school, partner, parts, asked) for partner, parts in best],
            }
        )
    return found


def candidate(school: School, partner: Partner, parts, asked: str) -> dict:
    return {
        "name": partner.full_name,
        "score": score(parts),
        "reasons": weightiest(parts),
        "url": f"{reverse('partners:deploy-check', args=[school.urn, partner.reference])}?{asked}",
    }
