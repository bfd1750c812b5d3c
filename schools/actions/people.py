"""Who leads and governs a school: posts, and the accounts that belong to them (D-4, SCH-10)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.actions import invite
from accounts.actions.refusals import Refused
from accounts.invitations import CannotClaim
from accounts.models import Invitation, User
from sipmanager.core import audit
from sipmanager.core.wording import day, in_sentence

from ..models import ROLES_OF_POSTS, FactSource, Post, PostKind, School
from ..selectors import authority_serving

# A school has one of these at a time; a new one takes over from the old.
ONE_AT_A_TIME = (PostKind.HEAD, PostKind.CHAIR, PostKind.PANEL_CHAIR, PostKind.HEAD_PA)


@transaction.atomic
def add_post(
    *, school: School, kind: str, full_name: str, starts_on: date | None, by: User, at: datetime, email: str = "",
    phone: str = "", mobile: str = "", greeting: str = "", job_title: str = "", is_acting: bool = False,
    is_absent: bool = False,
) -> Post:  # fmt: skip
    """Somebody takes up a post; whoever held one of which there is one at a time leaves it the day before.

    `starts_on` may be missing where nobody held the post before: it is then taken as having always been so.
    Raises `Refused`.
    """
    running = list(Post.objects.filter(school=school, kind=kind, ends_on=None)) if kind in ONE_AT_A_TIME else []
    if running and starts_on is None:
        raise Refused(f"Enter since when: {running[0].full_name} is in post")
    for before in running:
        if before.starts_on is not None and before.starts_on >= starts_on:
            raise Refused(f"{before.full_name} is in post since {day(before.starts_on)}: the start must be later")
        Post.objects.filter(pk=before.pk).update(ends_on=starts_on - timedelta(days=1))
    post = Post.objects.create(
        school=school, kind=kind, full_name=full_name, email=email, phone=phone, mobile=mobile, greeting=greeting,
        job_title=job_title, is_acting=is_acting, is_absent=is_absent, source=FactSource.OFFICER, starts_on=starts_on,
        recorded_at=at,
    )  # fmt: skip
    audit.record(
        what="post.start", subject=post, by=by, at=at, about_on=starts_on, post=kind,
        ended=[before.pk for before in running],
    )  # fmt: skip
    return post


@transaction.atomic
def change_post(*, post: Post, by: User, at: datetime, **details) -> None:
    """Put right what is known of somebody in post: name, greeting, addresses, job title, acting, absent.

    An account that belongs to the post keeps its own address. Raises `Refused` where nothing differs.
    """
    changed = [key for key, value in details.items() if getattr(post, key) != value]
    if not changed:
        raise Refused("Nothing is different")
    Post.objects.filter(pk=post.pk).update(**{key: details[key] for key in changed})
    audit.record(what="post.change", subject=post, by=by, at=at, post=post.kind, changed=changed)


@transaction.atomic
def end_post(*, post: Post, on: date, by: User, at: datetime) -> None:
    """Somebody leaves a post; `on` is their last day. Raises `Refused`."""
    if post.starts_on is not None and on < post.starts_on:
        raise Refused(f"The post began on {day(post.starts_on)}: it cannot end before that")
    if not Post.objects.filter(pk=post.pk, ends_on=None).update(ends_on=on):
        raise Refused(f"{post.full_name} has left the post already")
    audit.record(what="post.end", subject=post, by=by, at=at, about_on=on, post=post.kind)


def invite_post(*, post: Post, by: User, at: datetime, on: date, expires_at: datetime) -> Invitation:
    """Invite whoever is in post to an account of their own. Raises `Refused`.

    `expires_at` is a moment by the wall (D-34).
    """
    role = ROLES_OF_POSTS.get(PostKind(post.kind))
    if role is None:
        raise Refused(f"Nobody signs in as {in_sentence(post.get_kind_display())}")
    if post.user_id:
        raise Refused(f"{post.full_name} has an account already")
    if not post.email:
        raise Refused(f"Enter the email address of {post.full_name} first")
    if by is not None and post.email.casefold() == by.email.casefold():
        raise Refused("Nobody invites themself: ask a colleague")
    if post.ends_on is not None and post.ends_on < on:
        raise Refused(f"{post.full_name} has left the post")
    authority = authority_serving(post.school, on) or post.school.local_authority
    invitation, _secret = invite(
        email=post.email, role=role, by=by, at=at, expires_at=expires_at, authority=authority,
        claims=f"post:{post.pk}",
    )  # fmt: skip
    return invitation


def claim_post(*, key: str, user: User, by: User, at: datetime) -> None:
    """The account of an accepted invitation belongs to the post. Raises `CannotClaim`."""
    post = _post(key)
    if post is None or post.ends_on is not None:
        raise CannotClaim("The post that this invitation is for has ended")
    if post.user_id not in (None, user.pk):
        raise CannotClaim("The post that this invitation is for belongs to another account")
    # Two acceptances at once: only one finds the post free.
    if post.user_id is None and not Post.objects.filter(pk=post.pk, user=None).update(user=user):
        raise CannotClaim("The post that this invitation is for belongs to another account")
    audit.record(what="post.claim", subject=post, by=by, at=at, post=post.kind, user=user.pk)


def readdress_posts(*, user: User, old: str, new: str, by: User, at: datetime) -> None:
    """The posts of a person whose e-mail address changes take the new one over."""
    for post in Post.objects.filter(user=user, email__iexact=old):
        Post.objects.filter(pk=post.pk).update(email=new)
        audit.record(what="post.change", subject=post, by=by, at=at, post=post.kind, changed=["email"])


def says_post(*, key: str) -> str:
    """Where an invitation leads, for its page and its message."""
    post = _post(key)
    return f"{in_sentence(post.get_kind_display())} of {post.school.name}" if post else ""


def _post(key: str) -> Post | None:
    return Post.objects.select_related("school").filter(pk=key).first() if key.isdecimal() else None
