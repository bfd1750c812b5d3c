"""Regions, authorities, dioceses, local policy, the people who sign in, and what was parked for them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from .access import Scope, Scoped, ScopedQuerySet, dioceses_of, people_of
from .permissions import (
    AUTHORITY_ROLES,
    DIOCESE_ROLES,
    MEMBERSHIP_ROLES,
    NATIONAL_ROLES,
    REGION_ROLES,
    ROLE_NAMES,
    Permission,
)
from .presets import PRESET_NAMES, Policy
from .standings import words_of

P = Permission


def running(on, *, starts="starts_on", ends="ends_on") -> Q:
    """Rows whose dates hold on a day; an open start means always, an open end still (D-3)."""
    return (Q(**{starts: None}) | Q(**{f"{starts}__lte": on})) & (Q(**{ends: None}) | Q(**{f"{ends}__gte": on}))


def dated(name: str, starts="starts_on", ends="ends_on") -> models.CheckConstraint:
    """The database's word that a spell does not end before it starts."""
    return models.CheckConstraint(
        condition=Q(**{starts: None}) | Q(**{ends: None}) | Q(**{f"{ends}__gte": F(starts)}), name=name
    )


class Region(models.Model):
    """One of the nine regions of the programme (AUT-6)."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60, unique=True)

    def __str__(self):
        return self.name


class AuthorityKind(models.TextChoices):
    LOCAL_AUTHORITY = "local_authority", "Local authority"
    TRUST = "trust", "School trust"


class Authority(Scoped):
    """A local authority or a school trust (D-1). Codes are text."""

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=AuthorityKind, default=AuthorityKind.LOCAL_AUTHORITY)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="authorities")
    aliases = models.JSONField(default=list, blank=True)
    in_2006_programme = models.BooleanField(default=False)
    is_demonstration = models.BooleanField(default=False)
    primary_wave = models.PositiveSmallIntegerField(null=True, blank=True)
    predecessors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="successors")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    mailbox = models.EmailField(blank=True)
    # As it stands at the head of letters, one line of the address a line.
    address = models.TextField(max_length=300, blank=True)

    scope = Scope(authority="pk", region="region_id", locality="pk")
    view_permissions = (P.HOME,)

    class Meta:
        constraints = [dated("authority_dates")]

    def __str__(self):
        return self.name

    @property
    def authority_id(self):
        return self.pk


class Diocese(models.Model):
    """A diocese whose officers may read notes of its schools (ROL-15, ROL-27)."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100, unique=True)
    mailbox = models.EmailField(blank=True)

    def __str__(self):
        return self.name


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, Scoped):
    """A person who signs in. The e-mail address is the identity; rights come from capacities alone.

    `session_epoch` is part of every session's fingerprint: raising it ends all of a person's sessions at once.
    """

    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)

    objects = UserManager()

    scope = Scope(authority=people_of)
    view_permissions = (P.USER_VIEW,)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_its_case")]

    def __str__(self):
        return self.full_name or self.email

    @property
    def role_words(self) -> list[str]:
        """The roles that `registers.with_roles` fetched, for people."""
        return [*(role.label for role in self.running_roles), *words_of(self)]

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split(" ")[0]

    def _get_session_auth_hash(self, secret=None):
        return f"{super()._get_session_auth_hash(secret=secret)}{self.session_epoch}"

    # The Django admin is a developer's tool, off in production (D-35); it asks these.
    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label):
        return self.is_active and self.is_superuser


class RunningQuerySet(ScopedQuerySet):
    def running(self, on):
        return self.filter(running(on))


def place_suits_role() -> Q:
    """National roles stand nowhere, the others at exactly the kind of place their role belongs to."""
    found = Q(role__in=sorted(NATIONAL_ROLES), authority=None, region=None, diocese=None)
    found |= Q(role__in=sorted(AUTHORITY_ROLES), authority__isnull=False, region=None, diocese=None)
    found |= Q(role__in=sorted(REGION_ROLES), authority=None, region__isnull=False, diocese=None)
    return found | Q(role__in=sorted(DIOCESE_ROLES), authority=None, region=None, diocese__isnull=False)


def at_authorities(authority_ids, on) -> Q:
    """What stands at some authorities, or at a diocese for which they speak."""
    return Q(authority_id__in=authority_ids) | dioceses_of(authority_ids, on, column="diocese_id")


class Membership(Scoped):
    """A person's role at an authority, a region, a diocese, or nationally, between two dates (D-4)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, ROLE_NAMES[role]) for role in sorted(MEMBERSHIP_ROLES)])
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    diocese = models.ForeignKey(Diocese, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    scope = Scope(authority=at_authorities, region="region_id")
    view_permissions = (P.USER_VIEW,)

    class Meta:
        constraints = [
            dated("membership_dates"),
            models.CheckConstraint(condition=place_suits_role(), name="membership_at_the_place_of_its_role"),
        ]

    def __str__(self):
        return f"{self.user} as {self.get_role_display()}"

    @property
    def place(self) -> "Authority | Region | Diocese | None":
        return self.authority or self.region or self.diocese

    @property
    def label(self) -> str:
        """The role with its place, for people."""
        return f"{self.get_role_display()}, {self.place}" if self.place else self.get_role_display()


class LocalPolicy(Scoped):
    """An authority's settings from a day on; immutable once made (D-39)."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="policies")
    starts_on = models.DateField()
    preset = models.CharField(max_length=20, choices=list(PRESET_NAMES.items()))
    overrides = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id", region="authority__region_id")
    view_permissions = (P.POLICY_VIEW,)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "starts_on"], name="one_policy_a_day")]

    def __str__(self):
        return f"{self.authority} from {self.starts_on}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("A local policy is not changed; a new one starts on a later day.")
        super().save(*args, **kwargs)

    @property
    def policy(self) -> Policy:
        return Policy(self.preset, self.overrides)


class Invitation(Scoped):
    """An invitation to make an account; expires, can be sent again and revoked (D-8)."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=[(role.value, name) for role, name in ROLE_NAMES.items()])
    authority = models.ForeignKey(Authority, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    diocese = models.ForeignKey(Diocese, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # A post or a SIP that the account is for, as `kind:key`: those live on higher floors.
    claims = models.CharField(max_length=80, blank=True)
    # The digest of the secret in the address; the secret itself is in the message alone.
    token = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations")
    revoked_at = models.DateTimeField(null=True, blank=True)

    scope = Scope(authority=at_authorities, region="region_id")
    view_permissions = (P.USER_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="invitation_accepted_by_someone_or_revoked",
            ),
        ]

    def __str__(self):
        return f"{self.email} as {self.get_role_display()}"

    @property
    def place(self) -> "Authority | Region | Diocese | None":
        return self.authority or self.region or self.diocese


class ParkedText(models.Model):
    """What a person had typed when their session died, encrypted, waiting for their sign-in (D-27).

    `ticket` is the digest of the opaque cookie; `place` the address that the form goes to; `section` names what was
    being written, where the form said so. `sealed` holds the fields and the page they were on.
    """

    ticket = models.CharField(max_length=64)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=500)
    section = models.CharField(max_length=120, blank=True)
    sealed = models.TextField()
    parked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user", "place", "section"], name="parked_once_for_each_place"),
        ]
        indexes = [models.Index(fields=["user", "-parked_at"])]

    def __str__(self):
        return f"for {self.user} at {self.place}"


__all__ = [
    "Authority", "AuthorityKind", "Diocese", "Invitation", "LocalPolicy", "Membership", "ParkedText", "Region",
    "RunningQuerySet", "ScopedQuerySet", "User", "UserManager", "dated", "running",
]  # fmt: skip
