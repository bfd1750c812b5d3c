"""The letters about deployments: an authority's own texts, and each letter as it was made (DEP-27, DEP-15)."""

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import Authority, User
from accounts.permissions import Permission, Role
from partners.letter_text import LETTER_NAMES, RECIPIENT_NAMES, Recipient, Text
from sipmanager.core.models import StoredDocument

from .deployment import Deployment
from .reach import own_or_looked_after

P = Permission


def choices(names) -> list[tuple[str, str]]:
    return [(key.value, words) for key, words in names.items()]


class LetterTemplate(Scoped):
    """One version of an authority's own text of a kind of letter. A changed text is a new row, so old letters keep theirs.

    A row with `is_standard` says that from then on the standard text is used again; it holds none of its own.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="letter_templates")
    kind = models.CharField(max_length=20, choices=choices(LETTER_NAMES))
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, blank=True)
    body = models.TextField(max_length=6000, blank=True)
    is_standard = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(authority="authority_id")
    view_permissions = (P.LETTER_TEXT_EDIT,)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "kind", "number"], name="one_letter_text_of_a_number"),
            models.CheckConstraint(
                condition=Q(is_standard=True, title="", body="") | (Q(is_standard=False) & ~Q(title="") & ~Q(body="")),
                name="letter_text_or_the_standard",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.number} of {self.authority_id}"

    @property
    def text(self) -> Text:
        return Text(self.title, self.body)


def _their_own(permission, role, viewer) -> Q:
    """A school reads what was written to it and a SIP what was written to them; the authority reads every letter."""
    if role in {Role.HEAD, Role.CHAIR, Role.GOVERNOR}:
        return Q(recipient=Recipient.SCHOOL.value)
    if role is Role.SIP:
        return Q(recipient=Recipient.SIP.value)
    return Q(pk__isnull=False)


class Letter(Scoped):
    """One letter as it was made: its words and its PDF are frozen (DEP-27).

    `content` holds what the PDF is printed from. A notice to the national contractor is about no one deployment; its
    `content` lists the changes. `sent_on` is when it last went out, `method` how; by email goes a link, never the text.
    """

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="letters")
    deployment = models.ForeignKey(Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, choices=choices(LETTER_NAMES))
    recipient = models.CharField(max_length=10, choices=choices(RECIPIENT_NAMES))
    recipient_name = models.CharField(max_length=200)
    recipient_email = models.EmailField(blank=True)
    template = models.ForeignKey(LetterTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    content = models.JSONField()
    document = models.ForeignKey(StoredDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=60, blank=True)
    sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    scope = Scope(
        authority="authority_id",
        school=lambda ids, on: Q(deployment__school_id__in=ids),
        own=lambda viewer, capacities: own_or_looked_after(capacities, "deployment__partner_id", "authority_id"),
        limit=_their_own,
    )
    view_permissions = (P.LETTER_VIEW,)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deployment=None, recipient="contractor") | Q(deployment__isnull=False, recipient__in=["school", "sip"]),
                name="letter_is_about_a_deployment",
            ),
            models.CheckConstraint(condition=Q(sent_on=None, method="") | (Q(sent_on__isnull=False) & ~Q(method="")),
                                   name="letter_sent_on_and_method_go_together"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["authority", "sent_on"]),
            models.Index(fields=["authority", "made_at"]),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} to {self.recipient_name}"

    @property
    def reference(self) -> str:
        """What people call the letter by."""
        return f"L{self.pk:06d}"

    def audit_scope(self):
        scope = {"authority_id": self.authority_id}
        if self.deployment_id is not None:
            scope |= {"school_id": self.deployment.school_id, "partner_id": self.deployment.partner_id}
        return scope
