"""Somebody beside the lead SIP of a school: named, shown on the school's page, ended (DEP-16, DEP-29, DEP-30)."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import fetch, requires
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import BesideForm, EndBesideForm
from partners.models import BesideRole, Partner
from schools.models import School
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised, span

from ..shared import FORM, carry_out, deployment_trail, sent

NO_EXTERNAL = " The authority appoints the SIP of its schools, so no external SIP is named here."


def school_tab(school: School) -> str:
    """The tab of the school's page on which its SIPs stand."""
    return reverse("schools:school-sip", args=[school.urn])


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def beside_new(request, urn):
    """Name cover, a SIP for the head's review, or an external SIP."""
    school = fetch(request.viewer, P.DEPLOYMENT_PROPOSE, School.objects.all(), urn=urn)
    people = Partner.objects.visible_to(request.viewer, P.PARTNER_VIEW)
    on = request.viewer.on
    may_be_external = selectors.schools_choose(selectors.place_of(school, starts_on=on, on=on).policy)
    form = BesideForm(sent(request), people=people, may_be_external=may_be_external, initial={"starts_on": on})

    def effect(given, at):
        actions.name_beside(school=school, by=request.user, at=at, **given)
        return school_tab(school)

    answer = carry_out(request, form, effect, done="The role is on record.")
    if answer is not None:
        return answer
    context = {
        "form": form, "heading": f"Who else is there for {school.name}", "button_label": "Name them",
        "text": "Beside the lead School Improvement Partner (SIP). It is no deployment: nothing goes to the national contractor "
        "and no condition of grant counts it. The school's own SIP stays the coordinator of all help."
        + ("" if may_be_external else NO_EXTERNAL),
        "cancel_url": school_tab(school), "breadcrumbs": [*deployment_trail(), (school.name, school_tab(school))],
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)


@require_http_methods(FORM)
@requires(P.DEPLOYMENT_PROPOSE)
def beside_end(request, pk):
    """Set the last day of a role beside the lead."""
    role = fetch(request.viewer, P.DEPLOYMENT_PROPOSE, BesideRole.objects.select_related("school", "partner"), pk=pk)
    form = EndBesideForm(sent(request), initial={"on": role.ends_on or request.viewer.on})

    def effect(given, at):
        actions.end_beside(role=role, on=given["on"], by=request.user, at=at)
        return school_tab(role.school)

    answer = carry_out(request, form, effect, done="The last day is on record.")
    if answer is not None:
        return answer
    context = {
        "form": form, "heading": f"End this role: {role.who} at {role.school.name}", "button_label": "Set the last day",
        "rows": [
            SummaryRow("Role", role.get_kind_display()), SummaryRow("Period", capitalised(span(role.starts_on, role.ends_on))),
        ],
        "cancel_url": school_tab(role.school),
        "breadcrumbs": [*deployment_trail(), (role.school.name, school_tab(role.school))],
    }  # fmt: skip
    return render(request, "_parts/confirm_page.html", context)
