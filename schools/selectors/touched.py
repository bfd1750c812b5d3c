"""Posts and opt-outs that a change in the national register touches; registered with `schools.changes`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.urls import reverse

from accounts.models import Membership
from sipmanager.core.wording import day

from ..changes import Change, Touched
from ..models import FactSource, Post, PostKind, School, SchoolService, SharingOptOut, TaskKind

ENDINGS = frozenset({TaskKind.CLOSURE, TaskKind.CONVERSION, TaskKind.MERGER})

# What is asked of somebody in post at a school, by kind of change.
OF_POSTS = {
    TaskKind.CLOSURE: "End the post of {who}, {post}: the school closed",
    TaskKind.CONVERSION: "Say whether {who}, {post}, goes on at the academy",
    TaskKind.MERGER: "Record the post of {who}, {post}, at {now}, or end it",
    TaskKind.TRANSFER: "Check the details of {who}, {post}: {now} runs the school's SIP now",
}


def posts_touched(changes: Sequence[Change], on: date) -> Iterable[Touched]:
    """The posts of schools that changed, for the authority that serves each.

    Those with an account and those that somebody entered count always; those that the national register alone names
    count where the authority works with the service and the change is of these days, not an old link.
    """
    serving = authorities_serving({change.school.pk for change in changes}, on)
    at_work = set(
        Membership.objects.running(on).filter(authority__in=set(serving.values())).values_list("authority", flat=True)
    )
    posts: dict[int, list[Post]] = {}
    rows = Post.objects.filter(school__in=serving).order_by("kind", "full_name", "pk")
    for post in rows:
        posts.setdefault(post.school_id, []).append(post)
    for change in changes:
        authority_id = serving.get(change.school.pk)
        if authority_id is None:
            continue
        for post in posts.get(change.school.pk, ()):
            is_kept = bool(post.user_id) or post.source != FactSource.GIAS
            is_told = is_kept or (authority_id in at_work and change.kind != TaskKind.MERGER)
            says = _about(post, change, is_kept) if is_told else ""
            if says:
                url = reverse("schools:school-people", args=[change.school.urn])
                yield Touched(change, post.audit_subject, says, url, authority_id)


def _about(post: Post, change: Change, is_kept: bool) -> str:
    """What a change asks about a post; blank where it asks nothing."""
    if change.kind != TaskKind.NEW_HEAD:
        if post.ends_on is not None:
            return ""
        words = {"who": post.full_name, "post": post.get_kind_display().lower(), "now": change.now}
        return OF_POSTS[TaskKind(change.kind)].format(**words)
    if post.kind != PostKind.HEAD:
        return ""
    if post.starts_on == change.about_on and post.ends_on is None:
        invite = "" if post.user_id else " and invite them to an account"
        return f"{post.full_name} is headteacher from {day(change.about_on)}: enter the email address{invite}"
    if is_kept and post.ends_on is not None and (change.about_on - post.ends_on).days == 1:
        return f"{post.full_name} is headteacher no more: see that nothing waits for them"
    return ""


def opt_outs_touched(changes: Sequence[Change], on: date) -> Iterator[Touched]:
    """A school's word that its reports go not to a recipient ends with the school: its successor is asked anew (SCH-18)."""
    endings = {change.school.pk: change for change in changes if change.kind in ENDINGS}
    serving = authorities_serving(endings, on)
    rows = SharingOptOut.objects.running(on).filter(school__in=endings).order_by("pk")
    for opt_out in rows:
        change = endings[opt_out.school_id]
        if change.school.pk in serving:
            whom = opt_out.get_recipient_display().lower()
            yield Touched(
                change,
                f"opt_out:{opt_out.pk}",
                f"{change.school.name} kept its reports from {whom}: ask the school that follows, and end this word",
                reverse("schools:record-list", args=[change.school.urn, "opt-outs"]),
                serving[change.school.pk],
            )


def authorities_serving(school_ids: Iterable[int], on: date) -> dict[int, int]:
    """Who runs the SIP of each of many schools on a day; one query."""
    rows = SchoolService.objects.running(on).filter(school__in=list(school_ids)).order_by("pk")
    return dict(rows.values_list("school_id", "authority_id"))


def schools_with_links(school_ids: Iterable[int]) -> dict[int, list[School]]:
    """The schools that followed each of many schools."""
    found: dict[int, list[School]] = {}
    rows = School.predecessors.through.objects.filter(predecessor__in=list(school_ids)).select_related("school")
    for link in rows.order_by("pk"):
        found.setdefault(link.predecessor_id, []).append(link.school)
    return found
