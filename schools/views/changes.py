"""Changing a school's record: one page, one action."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.access import requires
from accounts.permissions import P
from accounts.selectors import policy_on
from sipmanager.core import clock
from sipmanager.core.parts import SummaryRow
from sipmanager.core.wording import capitalised, day, span

from .. import actions
from ..forms import (
    AddPostForm,
    AgreedForm,
    AllAgeForm,
    CategoryForm,
    ChangePostForm,
    DeemedPhaseForm,
    EndPostForm,
    InvitePostForm,
    ServiceForm,
)
from ..models import FactKind, FactSource, Post, SchoolFact
from ..provenance import SOURCES
from ..selectors import authority_serving
from .shared import form_page, posted, school_of

change = require_http_methods(["GET", "POST"])


def overview_of(school) -> str:
    return reverse("schools:school-detail", args=[school.urn])


def people_of(school) -> str:
    return reverse("schools:school-people", args=[school.urn])


@change
@requires(P.SCHOOL_EDIT)
def deemed_phase(request, urn):
    """Whether a pupil referral unit counts as primary or secondary (SCH-3)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    on = request.viewer.on
    is_first = not SchoolFact.objects.filter(school=school, kind=FactKind.DEEMED_PHASE).exists()
    form = DeemedPhaseForm(posted(request), on=on, is_first=is_first, initial={"sector": school.deemed_phase})

    def act(sector, by, at, starts_on=None):
        actions.set_deemed_phase(school=school, sector=sector, on=starts_on or on, by=by, at=at)

    return form_page(
        request, form, heading=f"Deemed phase of {school.name}", back=overview_of(school), act=act,
        says="You have set the deemed phase",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def category(request, urn):
    """The school's support category (SCH-13)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    on = request.viewer.on
    authority = authority_serving(school, on) or school.local_authority
    categories = policy_on(authority=authority, on=on).categories if authority else ()
    form = CategoryForm(
        posted(request), on=on, categories=categories,
        initial={"category": school.category or "none", "starts_on": on},
    )  # fmt: skip

    def act(category, starts_on, by, at):
        actions.set_category(school=school, category=category, on=starts_on, by=by, at=at)

    spells = SchoolFact.objects.filter(school=school, kind=FactKind.CATEGORY).order_by("-starts_on", "-pk")
    return form_page(
        request, form, heading=f"Support category of {school.name}", back=overview_of(school), act=act,
        says="You have changed the support category",
        rows=[
            SummaryRow(
                capitalised(row.value), span(row.starts_on, row.ends_on),
                note=f"{SOURCES[FactSource(row.source)]} on {day(row.recorded_at)}",
            )
            for row in spells
        ],
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def agreed(request, urn):
    """Whether authority and Department agreed that a pupil referral unit counts (COG-A)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    form = AgreedForm(posted(request), on=request.viewer.on, initial={"agreed_on": school.agreed_with_dfes_on})

    def act(agreed_on, by, at):
        actions.agree_with_dfes(school=school, agreed_on=agreed_on, by=by, at=at)

    return form_page(
        request, form, heading=f"Agreement with the Department on {school.name}", back=overview_of(school), act=act,
        says="You have changed the agreement",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def all_age(request, urn):
    """The discussion with the regional coordinator about an all-age school (SCH-4)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    form = AllAgeForm(posted(request), on=request.viewer.on)

    def act(**given):
        actions.record_all_age(school=school, **given)

    return form_page(
        request, form, heading=f"Choice of SIP for {school.name}", back=overview_of(school), act=act,
        says="You have recorded the discussion",
        text="The choice of an all-age school's School Improvement Partner (SIP) is discussed with the regional "
        "coordinator before anybody is deployed.",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def service(request, urn):
    """Whether the local authority or a trust runs the school's SIP (D-2)."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    on = request.viewer.on
    form = ServiceForm(posted(request), on=on, local_authority=school.local_authority, initial={"starts_on": on})

    def act(authority, starts_on, by, at):
        actions.set_service(school=school, authority=authority, on=starts_on, by=by, at=at)

    return form_page(
        request, form, heading=f"SIP service of {school.name}", back=reverse("schools:school-list"), act=act,
        says="You have changed who runs the school's SIP",
        text="From that day the school is among the schools of whoever you choose, and no longer among those of the other. "
        "Deployments, visits and notes keep the authority under which they began.",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def post_add(request, urn):
    """Somebody takes up a post at the school."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    form = AddPostForm(posted(request), initial={"kind": request.GET.get("kind", "")})

    def act(**given):
        actions.add_post(school=school, **given)

    return form_page(
        request, form, heading=f"Add somebody to {school.name}", back=people_of(school), act=act,
        says="You have added somebody to the school",
        text="A new headteacher or chair takes over from the one before: their post ends the day before.",
    )  # fmt: skip


def post_of(school, pk) -> Post:
    """A post of a school the viewer has reached already."""
    return get_object_or_404(Post.objects.select_related("school__local_authority"), school=school, pk=pk)


@change
@requires(P.SCHOOL_EDIT)
def post_change(request, urn, pk):
    """Put right what is known of somebody in post."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    post = post_of(school, pk)
    details = ("full_name", "greeting", "email", "phone", "mobile", "job_title", "is_acting", "is_absent")
    form = ChangePostForm(posted(request), initial={key: getattr(post, key) for key in details})

    def act(**given):
        actions.change_post(post=post, **given)

    return form_page(
        request, form, heading=f"Details of {post.full_name}", back=people_of(school), act=act,
        says="You have changed the details", text=f"{post.get_kind_display()} of {school.name}",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def post_end(request, urn, pk):
    """Somebody leaves a post."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    post = post_of(school, pk)
    form = EndPostForm(posted(request), on=request.viewer.on, initial={"ends_on": request.viewer.on})

    def act(ends_on, by, at):
        actions.end_post(post=post, on=ends_on, by=by, at=at)

    return form_page(
        request, form, heading=f"End the post of {post.full_name}", back=people_of(school), act=act,
        says=f"You have ended the post of {post.full_name}",
        text=f"{post.get_kind_display()} of {school.name}. From the next day their account no longer reaches the school.",
    )  # fmt: skip


@change
@requires(P.SCHOOL_EDIT)
def post_invite(request, urn, pk):
    """Invite somebody in post to an account."""
    school = school_of(request, P.SCHOOL_EDIT, urn)
    post = post_of(school, pk)
    form = InvitePostForm(posted(request))

    def act(by, at):
        actions.invite_post(
            post=post, by=by, at=at, on=request.viewer.on, expires_at=clock.real_now() + invitations.LASTS
        )  # fmt: skip

    return form_page(
        request, form, heading=f"Invite {post.full_name}", back=people_of(school), act=act,
        says=f"You have invited {post.full_name}",
        text="They receive a message with a link to set up their account. It works for 14 days.",
        rows=[
            SummaryRow("Post", f"{post.get_kind_display()} of {school.name}"),
            SummaryRow("Email address", post.email),
        ],
    )  # fmt: skip
