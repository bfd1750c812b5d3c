"""Files that are kept for a SIP: evidence of checks, of practice, of a breach (section 8, ACC-28, AGR-12).

Each kind says whose right it is to read one and to hand one in. The bytes are in the private store under their digest.
"""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from accounts.access import Scope, Scoped
from accounts.models import User
from accounts.permissions import Permission, Role
from sipmanager.core.models import StoredDocument

from .deployment import OPEN_STATES, Deployment
from .engagement import Engagement
from .people import Partner
from .reach import by_this_partner, deployed_at, engaged_by, own_or_looked_after

P = Permission


class FileKind(models.TextChoices):
    CHECK = "check", "Evidence of a check"
    PORTRAIT = "portrait", "Pen portrait for schools"
    NATIONAL = "national", "Pen portrait for the national programme"
    APPLICATION = "application", "Application form"
    CLAIM = "claim", "Evidence of practice"
    REMOVAL = "removal", "Paper of a removal case"
    DECLARATION = "declaration", "Paper of a private declaration"
    BREACH = "breach", "Evidence of a breach"
    DEVELOPMENT = "development", "Evidence of development"


@dataclass(frozen=True)
class FileRights:
    """Whose rights a kind of file goes by: any of `read` opens it, any of `keep` hands one in."""

    read: tuple[P, ...]
    keep: tuple[P, ...]


# fmt: off
FILE_RIGHTS: dict[str, FileRights] = {
    FileKind.CHECK:       FileRights((P.CHECK_VIEW,),            (P.CHECK_UPLOAD, P.CHECK_EDIT)),
    FileKind.PORTRAIT:    FileRights((P.PARTNER_VIEW,),          (P.PARTNER_EDIT,)),
    FileKind.NATIONAL:    FileRights((P.PARTNER_PRIVATE,),       (P.PARTNER_EDIT,)),
    FileKind.APPLICATION: FileRights((P.PARTNER_PRIVATE,),       (P.PARTNER_EDIT,)),
    FileKind.CLAIM:       FileRights((P.ACCREDITATION_CLAIM, P.ACCREDITATION_RESTORE, P.ACCREDITATION_EDIT),
                                     (P.ACCREDITATION_CLAIM, P.ACCREDITATION_RESTORE)),
    FileKind.REMOVAL:     FileRights((P.REMOVAL_VIEW,),
                                     (P.REMOVAL_ANSWER, P.REMOVAL_DISCUSS, P.REMOVAL_OPEN, P.REMOVAL_DECIDE)),
    FileKind.DECLARATION: FileRights((P.SELF_DECLARATION_VIEW,), (P.SELF_DECLARATION_MAKE,)),
    FileKind.BREACH:      FileRights((P.AGREEMENT_VIEW,),        (P.AGREEMENT_BREACH,)),
    FileKind.DEVELOPMENT: FileRights((P.CPD_OWN, P.CPD_ACCEPT, P.CPD_REVIEW), (P.CPD_OWN,)),
}
# fmt: on


def kinds_under(permission: P, role: Role, viewer) -> Q:
    """The kinds that a right is about; every other kind is out of its reach."""
    return Q(kind__in=[kind for kind, rights in FILE_RIGHTS.items() if permission in rights.read + rights.keep])


def _of_authorities(ids, on) -> Q:
    return Q(engagement__authority_id__in=ids) | Q(engagement=None, partner__in=Partner.objects.filter(engaged_by(ids, on)))


def _of_regions(ids, on) -> Q:
    engaged = Engagement.objects.running(on).filter(authority__region_id__in=ids)
    return Q(engagement__authority__region_id__in=ids) | Q(engagement=None, partner__in=engaged.values("partner_id"))


def _of_schools(ids, on) -> Q:
    """What is kept of the SIPs at work there; of one whom the school is asked about the pen portrait alone (DEP-5)."""
    proposed = Deployment.objects.filter(school_id__in=ids, status__in=OPEN_STATES, voided_on=None)
    asked = proposed.filter(consultations__isnull=False).values("partner_id")
    at_work = Q(partner__in=Partner.objects.filter(deployed_at(ids, on)))
    return Q(engagement=None) & (at_work | Q(kind=FileKind.PORTRAIT, partner_id__in=asked))


def _own(viewer, capacities) -> Q:
    people = [capacity.partner_id for capacity in capacities if capacity.partner_id is not None]
    mine_or_theirs = own_or_looked_after(capacities, authority="engagement__authority_id")
    return mine_or_theirs | Q(engagement=None, partner_id__in=people)


class PartnerFile(Scoped):
    """One file kept for a SIP, within an engagement or apart from any. `about` is `kind:key` of what it belongs to."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="files")
    engagement = models.ForeignKey(Engagement, null=True, blank=True, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=12, choices=FileKind)
    about = models.CharField(max_length=60, blank=True)
    document = models.ForeignKey(StoredDocument, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    says = models.CharField(max_length=300, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    voided_on = models.DateField(null=True, blank=True)

    scope = Scope(
        authority=_of_authorities,
        region=_of_regions,
        school=_of_schools,
        own=_own,
        own_work=lambda viewer: by_this_partner(viewer),
        limit=kinds_under,
    )
    view_permissions = tuple(dict.fromkeys(right for rights in FILE_RIGHTS.values() for right in rights.read))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "kind", "about", "document"], condition=Q(voided_on=None), name="partner_file_kept_once"
            ),
        ]
        indexes = [models.Index(fields=["about", "kind"])]

    def __str__(self):
        return self.name

    def audit_scope(self):
        return {
            "authority_id": self.engagement.authority_id if self.engagement else None,
            "partner_id": self.partner_id,
        }
