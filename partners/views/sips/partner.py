"""The page of one SIP, tab by tab. What of it somebody sees is D-7's."""

from datetime import date

from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import can, requires
from accounts.permissions import P
from partners import selectors
from partners.models import (
    Deployment,
    Engagement,
    Headship,
    Kind,
    Partner,
    PartnerKind,
    Support,
    SupportKind,
    Willingness,
)
from partners.panels import flags_of
from partners.registers import STAFF
from partners.rows import with_work
from partners.wording import EVENTS, event_sentence, event_text, standing_tag, status_tag
from schools.models import School
from sipmanager.core.models import AuditEvent
from sipmanager.core.parts import Event, Link, SummaryRow, Tag
from sipmanager.core.wording import capitalised, counted, day, span

from ..shared import READ, deployment_url, partner_for, partner_trail, partner_url
from .overview import earlier_support, expertise_rows, headship_flags, nca_rows, paper_rows, status_rows

NEWEST = 100


def frame_of(request, partner: Partner, tab: str) -> dict:
    """What every tab shows above itself: the name, the sectors, the essentials, the way to the other tabs."""
    viewer, on = request.viewer, request.viewer.on
    standings = selectors.standings_of([partner.pk], on).get(partner.pk, [])
    # A school is told yes or no (section 2.3): the state and the clock are for those who place SIPs.
    sees_standing = sees_planning(viewer, partner) and can(viewer, P.ACCREDITATION_VIEW, partner)
    sees_private = can(viewer, P.PARTNER_PRIVATE, partner)
    if sees_standing:
        tags = [
            Tag(f"{row.sector.capitalize()}: {standing_tag(row.state).label.lower()}", standing_tag(row.state).colour)
            for row in standings
        ]
    else:
        tags = [Tag(row.sector.capitalize(), "blue") for row in standings if row.holds]
    return {
        "partner": partner,
        "tags": tags or ([standing_tag("")] if sees_standing else []),
        "standings": standings,
        "sees_standing": sees_standing,
        "sees_private": sees_private,
        "may_edit": can(viewer, P.PARTNER_EDIT, partner) and not is_own(viewer, partner),
        "is_own": is_own(viewer, partner),
        "essentials": essentials(viewer, partner, on, sees_private=sees_private),
        "links": tabs(viewer, partner, tab, sees_standing=sees_standing, sees_private=sees_private),
        "breadcrumbs": partner_trail(),
    }


def is_own(viewer, partner: Partner) -> bool:
    return viewer.partner_id == partner.pk


def sees_planning(viewer, partner: Partner) -> bool:
    """Whether the viewer places SIPs: then headships, places and days are shown. A school sees who its SIP is."""
    return is_own(viewer, partner) or bool(viewer.roles() & STAFF)


def essentials(viewer, partner: Partner, on: date, *, sees_private: bool) -> str:
    """One line: the kind, the schools held, the days free, who looks after the SIP."""
    row = with_work(Partner.objects.filter(pk=partner.pk), on).get()
    found = [Kind(row.kind_now).label] if row.kind_now else []
    if not sees_planning(viewer, partner):
        return "".join(found)
    found.append(f"{counted(row.schools_held, 'school')} today" if row.schools_held else "no school today")
    if row.days_free is not None:
        found.append(f"{row.days_free.normalize():f} days free")
    if sees_private:
        managers = Support.objects.running(on).filter(
            engagement__in=Engagement.objects.filter(partner=partner).visible_to(viewer), kind=SupportKind.LINE_MANAGER
        )
        found += [f"line manager {name}" for name in managers.order_by("pk").values_list("user__full_name", flat=True)]
    return capitalised(", ".join(found))


def tabs(viewer, partner: Partner, here: str, *, sees_standing: bool, sees_private: bool) -> list[Link]:
    shown = [("detail", "Overview")]
    if sees_standing:
        shown.append(("accreditation", "Accreditation"))
    if viewer.has(P.DEPLOYMENT_VIEW):
        shown.append(("schools", "Schools"))
    if sees_private and viewer.has(P.CHECK_VIEW):
        shown.append(("checks", "Checks and agreement"))
    if sees_private:
        shown.append(("development", "Development"))
    if sees_private:
        shown.append(("record", "Record"))
    return [Link(label, partner_url(partner, tab), is_current=tab == here) for tab, label in shown]


# ------------------------------------------------------------------------------------------------------- overview


@require_http_methods(READ)
@requires(P.PARTNER_VIEW)
def partner_detail(request, reference):
    """Who the SIP is, where they will work, and who engages them."""
    partner = partner_for(request, P.PARTNER_VIEW, reference)
    frame = frame_of(request, partner, "detail")
    may_edit, sees_private, on = frame["may_edit"], frame["sees_private"], request.viewer.on
    may_ask = may_edit or frame["is_own"]
    engagements = engagements_of(request.viewer, partner) if sees_private else []
    context = frame | {
        "identity": identity(request.viewer, partner, may_edit=may_edit, sees_private=sees_private),
        "sees_planning": sees_planning(request.viewer, partner),
        "status": status_rows(partner, on, may_edit=may_edit),
        "career": career(partner, may_edit=may_ask, on=on),
        "places": places(partner, may_edit=may_ask),
        "expertise": expertise_rows(partner),
        "papers": paper_rows(request.viewer, partner) if sees_private else [],
        "interests": interests_row(request.viewer, partner, on),
        "may_ask": may_ask,
        "engagements": [engagement_rows(request.viewer, row) for row in engagements],
        "may_engage": may_engage(request.viewer, partner),
        "details_url": partner_url(partner, "details"),
    }
    return render(request, "partners/detail.html", context)


def may_engage(viewer, partner: Partner) -> bool:
    """Whether an authority of the viewer could engage the SIP and does not yet."""
    if is_own(viewer, partner) or not viewer.has(P.CHECK_EDIT):
        return False
    places = {capacity.authority_id for capacity, _ in viewer.granted(P.CHECK_EDIT)}
    engaged = Engagement.objects.running(viewer.on).filter(partner=partner, authority_id__in=places)
    return bool(places - set(engaged.values_list("authority_id", flat=True)))


def engagements_of(viewer, partner: Partner) -> list[Engagement]:
    rows = Engagement.objects.filter(partner=partner).visible_to(viewer).select_related("authority", "partner")
    return list(rows.order_by("ends_on", "starts_on", "pk"))


def identity(viewer, partner: Partner, *, may_edit: bool, sees_private: bool) -> list[SummaryRow]:
    own = is_own(viewer, partner)
    change = (Link("Change", partner_url(partner, "details")),) if may_edit or own else ()
    email = (Link("Change", reverse("accounts:own-details"), "your email address"),) if own else change
    # What rules use a SIP asks for; the company goes with the kind.
    fact = (Link("Change", partner_url(partner, "facts")),) if own else change
    company = (Link("Change", partner_url(partner, "kind")),) if own else change
    rows = [SummaryRow("Reference", partner.reference)]
    if sees_private:
        rows += [SummaryRow("Email", partner.email, email), SummaryRow("Phone", partner.phone, change)]
    rows.append(SummaryRow("Company", partner.company or "None", company))
    if sees_planning(viewer, partner):
        own_school = partner.own_school.name if partner.own_school else "None"
        rows += [
            SummaryRow("Own school", own_school, fact),
            SummaryRow("Outside experience", partner.has_outside_experience, fact, partner.outside_experience),
            SummaryRow("Days available a year", _days(partner.days_available), fact),
        ]
    rows.append(SummaryRow("Pen portrait for schools", partner.pen_portrait, change))
    if sees_private:
        rows.append(SummaryRow("Pen portrait for the national programme", partner.national_portrait, change))
    return rows


def _days(days) -> str:
    return "Not planned" if days is None else f"{days.normalize():f}"


def career(partner: Partner, *, may_edit: bool, on: date) -> list[SummaryRow]:
    """Kinds and headships, each with its dates."""
    kind = (Link("Change", partner_url(partner, "kind")),) if may_edit else ()
    kinds = PartnerKind.objects.filter(partner=partner).order_by("starts_on", "pk")
    said = [
        f"{row.get_kind_display()}{f' through {row.company}' if row.company else ''}{_dates(row)}"
        for row in sorted(kinds, key=lambda row: row.starts_on or date.min)
    ]
    headships = Headship.objects.filter(partner=partner).select_related("school").order_by("sector", "pk")
    rows = [SummaryRow("Kind", said, kind)]
    for row in headships:
        is_running = not row.is_former and (row.ends_on is None or row.ends_on >= on)
        end = (
            (Link("End", _of(partner, "headship-end", row.pk), f"the {row.sector} headship"),)
            if may_edit and is_running
            else ()
        )
        where = f" at {row.school.name}" if row.school else ""
        when = ", held before" if row.is_former else _dates(row)
        rows.append(
            SummaryRow(
                f"{row.get_sector_display()} headship", f"{'Serving' if is_running else 'Former'} head{where}{when}", end
            )
        )
    return [*rows, *headship_flags(partner, headships, on)]


def _dates(row) -> str:
    said = span(row.starts_on, row.ends_on)
    return f", {said}" if said else ""


def _of(partner: Partner, name: str, pk: int) -> str:
    return reverse(f"partners:{name}", args=[partner.reference, pk])


def places(partner: Partner, *, may_edit: bool) -> list[SummaryRow]:
    """Where the SIP will work, with the days where they are known."""
    rows = Willingness.objects.filter(partner=partner).select_related("region", "authority").order_by("pk")
    return [
        SummaryRow(
            (row.region or row.authority).name,
            capitalised(span(row.starts_on, row.ends_on)) or "Yes",
            (Link("End", _of(partner, "willingness-end", row.pk), f"work in {(row.region or row.authority).name}"),)
            if may_edit and row.ends_on is None
            else (),
        )
        for row in rows
    ]


def interests_row(viewer, partner: Partner, on: date) -> list[SummaryRow]:
    """How many interests stand, and the way to the register of them, for those who may see it (REG-10)."""
    if not can(viewer, P.INTEREST_VIEW, partner):
        return []
    standing = capitalised(counted(partner.interests.running(on).count(), "interest"))
    return [
        SummaryRow(
            "On the register", standing, (Link("Open", partner_url(partner, "interests"), "the register of interests"),)
        )
    ]


def account_row(engagement: Engagement) -> SummaryRow:
    """Whether the SIP can sign in, and the way to invite them (D-8)."""
    partner = engagement.partner
    if partner.user_id is not None:
        return SummaryRow("Account", "Can sign in")
    url = reverse("partners:partner-invite", args=[partner.reference, engagement.pk])
    return SummaryRow("Account", "None yet", (Link("Invite", url, f"{partner.full_name} to an account"),))


def ending_of(engagement: Engagement, on: date) -> tuple[Link, ...]:
    """The way to the last day of an engagement that runs, and to another one while it is still to come."""
    if engagement.ends_on is not None and engagement.ends_on < on:
        return ()
    url = reverse("partners:engagement-end", args=[engagement.partner.reference, engagement.pk])
    where = engagement.authority.name
    if engagement.ends_on is not None:
        return (Link("Change", url, f"the last day with {where}"),)
    return (Link("End", url, f"the engagement with {where}"),)


def engagement_rows(viewer, engagement: Engagement) -> dict:
    """One engagement: its days and who looks after the SIP there."""
    may_edit = can(viewer, P.CHECK_EDIT, engagement)
    support = Support.objects.running(viewer.on).filter(engagement=engagement).select_related("user").order_by("kind", "pk")
    days = capitalised(span(engagement.starts_on, engagement.ends_on)) or "Yes, from a day not recorded"
    rows = [SummaryRow("Engaged", days, ending_of(engagement, viewer.on) if may_edit else ())]
    if engagement.contracted_days is not None:
        rows.append(SummaryRow("Contracted days a year", _days(engagement.contracted_days)))
    if may_edit:
        rows.append(account_row(engagement))
    by_kind = {row.kind: row for row in support}
    url = reverse("partners:support-set", args=[engagement.partner.reference, engagement.pk])
    for kind in SupportKind:
        held = by_kind.get(kind.value)
        links = (
            (Link("Change" if held else "Set", f"{url}?kind={kind.value}"),) if may_edit and engagement.ends_on is None else ()
        )
        rows.append(
            SummaryRow(
                kind.label,
                held.user.full_name if held else "Nobody yet",
                links,
                f"Since {day(held.starts_on)}" if held else "",
            )
        )
    rows += [*earlier_support(engagement, viewer.on), *nca_rows(viewer, engagement)]
    return {"authority": engagement.authority.name, "rows": rows}


# -------------------------------------------------------------------------------------------------------- schools


@require_http_methods(READ)
@requires(P.DEPLOYMENT_VIEW)
def partner_schools(request, reference):
    """The SIP's deployments, past and present, each with its last lawful day (REG-15, DEP-10)."""
    partner = partner_for(request, P.PARTNER_VIEW, reference)
    frame = frame_of(request, partner, "schools")
    deployments = list(
        Deployment.objects.filter(partner=partner).visible_to(request.viewer, P.DEPLOYMENT_VIEW)
        .select_related("school", "authority", "partner").order_by("-starts_on", "-pk")
    )  # fmt: skip
    tenures = selectors.tenure_of([row for row in deployments if row.confirmed_on], request.viewer.on)
    context = frame | {
        "deployments": [deployment_row(row, tenures.get(row.pk), request.viewer.on) for row in deployments],
        "flags": flags_of(request.viewer, partner=partner),
        "may_deploy": request.viewer.has(P.DEPLOYMENT_PROPOSE) and not frame["is_own"],
        "deploy_url": f"{reverse('partners:deploy-school')}?{urlencode({'partner': partner.reference})}",
    }
    return render(request, "partners/schools.html", context)


def deployment_row(deployment: Deployment, run, on: date) -> dict:
    return {
        "url": deployment_url(deployment),
        "school": deployment.school.name,
        "authority": deployment.authority.name,
        "span": capitalised(span(deployment.starts_on, deployment.ends_on)),
        "last_lawful": day(run.last_lawful_on) if run else "",
        "days": f"{deployment.days.normalize():f}",
        "tag": status_tag(deployment, on),
    }


# --------------------------------------------------------------------------------------------------------- record


@require_http_methods(READ)
@requires(P.PARTNER_PRIVATE)
def partner_record(request, reference):
    """What happened to the SIP's record, newest first. A change by one authority is seen by the others (D-7)."""
    partner = partner_for(request, P.PARTNER_PRIVATE, reference)
    frame = frame_of(request, partner, "record")
    rows = AuditEvent.objects.filter(partner_id__in=selectors.keys_of(partner))
    if not any(reach == "E" for _, reach in request.viewer.granted(P.PARTNER_PRIVATE)) and not frame["is_own"]:
        rows = rows.filter(Q(authority_id=None) | Q(authority_id__in=request.viewer.authority_ids))
    rows = rows.filter(what__in=EVENTS).order_by("-at", "-pk")
    shown = list(rows[:NEWEST])
    schools = dict(School.objects.filter(pk__in={row.school_id for row in shown}).values_list("pk", "name"))
    events = [
        Event(event_sentence(row), row.at, by=row.by_name, text=event_text(row, schools.get(row.school_id, "")))
        for row in shown
    ]
    return render(request, "partners/record.html", frame | {"events": events, "is_cut": len(events) == NEWEST})
