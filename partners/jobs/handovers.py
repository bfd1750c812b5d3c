"""What the night finds of new heads: their schools' SIPs get time to know them (DEP-20, DAY-3)."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef

from accounts.models import running
from schools.models import Post, PostKind
from sipmanager.core.jobs import NATIONAL, Tally

from ..actions import NEW_FOR, begin_for_new_head
from ..models import Deployment, Familiarisation


def begin_for_new_heads(*, partition: str, on: date, at: datetime, dry_run: bool = False) -> Tally:
    """Begin the list of each new head at a school whose SIP was there before the head came. Run again, it finds none.

    A head counts as new for three months; the school's first head on record is not known to be new.
    """
    tally = Tally()
    if partition == NATIONAL:
        return tally
    earlier = Post.objects.filter(school=OuterRef("school"), kind=PostKind.HEAD, starts_on__lt=OuterRef("starts_on"))
    unknown = Post.objects.filter(school=OuterRef("school"), kind=PostKind.HEAD, starts_on=None)
    heads = Post.objects.filter(running(on), kind=PostKind.HEAD, starts_on__range=(on - NEW_FOR, on))
    heads = heads.filter(Exists(earlier) | Exists(unknown))
    deployments = Deployment.objects.leading(on).filter(authority__code=partition)
    at_work = {row.school_id: row for row in deployments.select_related("school", "partner__user", "authority")}
    known = set(Familiarisation.objects.filter(post__in=heads.values("pk")).values_list("deployment_id", "post_id"))
    for post in heads.filter(school__in=at_work).order_by("pk"):
        deployment = at_work[post.school_id]
        if deployment.starts_on >= post.starts_on or (deployment.pk, post.pk) in known:
            continue  # who came after the head gets to know both with one list
        try:
            if not dry_run:
                begin_for_new_head(deployment=deployment, post=post, at=at)
            tally.states_changed += 1
        except Exception as error:  # one school must not stop the others
            tally.fail("begin_for_new_heads", f"deployment:{deployment.pk}", error)
    return tally
