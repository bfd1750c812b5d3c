"""The lists of accounts: people, invitations, authorities."""

from datetime import date

import django_filters
from django.db.models import Prefetch, Q
from django.urls import reverse

from sipmanager.core import clock
from sipmanager.core.filters import BaseFilter, ChoicesFilter, OneOfFilter
from sipmanager.core.parts import Link
from sipmanager.core.registers import Register
from sipmanager.core.tables import BaseTable, Column

from . import standings
from .models import Authority, Invitation, LocalPolicy, Membership, User
from .permissions import MEMBERSHIP_ROLES, ROLE_NAMES, P

ROLE_CHOICES = sorted(((role.value, ROLE_NAMES[role]) for role in MEMBERSHIP_ROLES), key=lambda pair: pair[1])


def words_filter(*columns):
    """A search box over a few columns: every word must occur in one of them."""

    def method(self, queryset, name, value):
        for word in value.split():
            found = Q()
            for column in columns:
                found |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    return method


class PersonTable(BaseTable):
    full_name = Column(verbose_name="Name")
    email = Column(verbose_name="Email address")
    roles = Column(verbose_name="Roles", orderable=False, empty_values=(), export=lambda person: "; ".join(person.role_words))
    last_login = Column(verbose_name="Last signed in", export=lambda person: person.last_login and person.last_login.date())
    is_active = Column(verbose_name="Account", export=lambda person: "Open" if person.is_active else "Closed")

    class Meta(BaseTable.Meta):
        order_by = ("full_name",)


class PersonFilter(BaseFilter):
    q = django_filters.CharFilter(label="Name or email address", max_length=100, method="search")
    role = ChoicesFilter(label="Role", choices=ROLE_CHOICES, method="with_role")
    account = OneOfFilter(label="Account", choices=[("open", "Open"), ("closed", "Closed")], method="with_account")

    search = words_filter("full_name", "email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = {*ROLE_CHOICES, *standings.role_choices()}
        self.filters["role"].extra["choices"] = sorted(every, key=lambda pair: pair[1])

    def with_role(self, queryset, name, value):
        members = Membership.objects.running(clock.today()).filter(role__in=value)
        return queryset.filter(Q(pk__in=members.values("user_id")) | standings.holders_of(value, self.request.viewer))

    def with_account(self, queryset, name, value):
        return queryset.filter(is_active=value == "open")


class PersonRegister(Register):
    """Everybody with an account whom the viewer may know of, with the roles the viewer may know of."""

    permission = P.USER_VIEW
    noun = ("person", "people")
    heading = "People"
    table_class = PersonTable
    row_template = "accounts/_person_row.html"
    filter_class = PersonFilter
    defaults = {"account": ["open"]}
    export_name = "people"
    empty = "Nobody has an account yet. Invite the first person."

    def queryset(self, request):
        return with_roles(User.objects.visible_to(request.viewer, P.USER_VIEW), request.viewer)

    def main_link(self, request):
        return invite_link(request)

    def links(self, request):
        return (Link("Invitations", reverse("accounts:invitation-list")),)


def invite_link(request) -> Link | None:
    return Link("Invite somebody", reverse("accounts:invitation-send")) if request.viewer.has(P.USER_MANAGE) else None


def with_roles(people, viewer):
    """People with `running_roles`, the memberships of today that the viewer may know of, and what posts and records add."""
    running = Membership.objects.running(viewer.on).visible_to(viewer, P.USER_VIEW)
    running = running.select_related("authority", "region", "diocese").order_by("role", "pk")
    memberships = Prefetch("memberships", queryset=running, to_attr="running_roles")
    return people.prefetch_related(memberships, *standings.prefetches(viewer))


def state_words(invitation: Invitation) -> str:
    """What became of an invitation, for a file."""
    if invitation.accepted_at:
        return "Accepted"
    if invitation.revoked_at:
        return "Taken back"
    return "Expired" if invitation.expires_at < clock.real_now() else "Waiting"


class InvitationTable(BaseTable):
    email = Column(verbose_name="Email address")
    role = Column(verbose_name="Role", export="get_role_display")
    place = Column(
        verbose_name="Where", orderable=False, empty_values=(), export=lambda invitation: str(invitation.place or "")
    )
    invited_at = Column(verbose_name="Sent")
    state = Column(verbose_name="State", orderable=False, empty_values=(), export=lambda invitation: state_words(invitation))

    class Meta(BaseTable.Meta):
        order_by = ("-invited_at",)


class InvitationFilter(BaseFilter):
    STATES = (("waiting", "Waiting"), ("late", "Expired"), ("accepted", "Accepted"), ("revoked", "Taken back"))

    q = django_filters.CharFilter(label="Email address", max_length=100, method="search")
    state = OneOfFilter(label="State", choices=STATES, method="with_state")

    search = words_filter("email")

    def with_state(self, queryset, name, value):
        open_ones = queryset.filter(accepted_at=None, revoked_at=None)
        now = clock.real_now()
        return {
            "waiting": open_ones.filter(expires_at__gt=now),
            "late": open_ones.filter(expires_at__lte=now),
            "accepted": queryset.exclude(accepted_at=None),
            "revoked": queryset.exclude(revoked_at=None),
        }[value]


class InvitationRegister(Register):
    """The invitations the viewer may know of."""

    permission = P.USER_VIEW
    noun = ("invitation", "invitations")
    table_class = InvitationTable
    row_template = "accounts/_invitation_row.html"
    filter_class = InvitationFilter
    export_name = "invitations"
    empty = "Nobody has been invited yet."

    def queryset(self, request):
        return Invitation.objects.visible_to(request.viewer, P.USER_VIEW).select_related("authority", "region", "diocese")

    def main_link(self, request):
        return invite_link(request)

    def context(self, request):
        return {"breadcrumbs": [("People", reverse("accounts:person-list"))], "now": clock.real_now()}


def policy_words(authority: Authority) -> str:
    """The preset of the policy in force, for a file."""
    begun = authority.begun_policies
    return begun[0].get_preset_display() if begun else "National guidance"


class AuthorityTable(BaseTable):
    name = Column(verbose_name="Authority")
    code = Column(verbose_name="Code")
    region = Column(verbose_name="Region", accessor="region__name")
    policy = Column(verbose_name="Local policy", orderable=False, empty_values=(), export=lambda one: policy_words(one))

    class Meta(BaseTable.Meta):
        order_by = ("name",)


class AuthorityFilter(BaseFilter):
    q = django_filters.CharFilter(label="Name or code", max_length=100, method="search")

    search = words_filter("name", "code")


class AuthorityRegister(Register):
    """The authorities whose local policy the viewer may read."""

    permission = P.POLICY_VIEW
    noun = ("authority", "authorities")
    heading = "Local policies"
    table_class = AuthorityTable
    row_template = "accounts/_authority_row.html"
    filter_class = AuthorityFilter
    export_name = "local_policies"

    def queryset(self, request):
        found = Authority.objects.visible_to(request.viewer, P.POLICY_VIEW).select_related("region")
        return found.prefetch_related(policies_begun(request.viewer.on))


def policies_begun(on: date) -> Prefetch:
    """The policies begun by a day, newest first, as `begun_policies`."""
    begun = LocalPolicy.objects.filter(starts_on__lte=on).order_by("-starts_on", "-pk")
    return Prefetch("policies", queryset=begun, to_attr="begun_policies")
