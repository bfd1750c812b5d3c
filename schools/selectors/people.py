"""Who leads and governs schools, and what that makes them when they sign in (D-4, SCH-10)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.access import Capacity, Viewer
from accounts.models import User
from accounts.permissions import ROLE_NAMES, P
from accounts.standings import Standing
from sipmanager.core import readings

from ..models import ROLES_OF_POSTS, Post, PostKind, School, SchoolService


def posts_on(school: School | int, on: date) -> list[Post]:
    """Everybody in a post at the school on a day, in the order of `PostKind`: heads first."""
    order = list(PostKind.values)
    rows = Post.objects.running(on).filter(school_id=getattr(school, "pk", school)).select_related("user", "school")
    return sorted(rows, key=lambda post: (order.index(post.kind), post.full_name, post.pk))


def holder_on(school: School | int, kind: str, on: date) -> Post | None:
    """Who holds the one post of a kind on a day; of two who share it, the one there longer."""
    return holders_on([getattr(school, "pk", school)], kind, on).get(getattr(school, "pk", school))


def head_on(school: School | int, on: date) -> Post | None:
    return holder_on(school, PostKind.HEAD, on)


def chair_on(school: School | int, on: date) -> Post | None:
    return holder_on(school, PostKind.CHAIR, on)


@readings.of_each
def holders_on(school_ids: Iterable[int] | QuerySet, kind: str, on: date) -> dict[int, Post]:
    """The head (or chair) of each of many schools on a day, one query; schools without one are left out."""
    wanted = school_ids.values("pk") if isinstance(school_ids, QuerySet) else list(school_ids)
    rows = Post.objects.running(on).filter(school_id__in=wanted, kind=kind).select_related("user", "school")
    # The longest there is written last and so wins; a start that is not known is the longest of all.
    longest_last = sorted(rows, key=lambda post: (post.starts_on or date.min, post.pk), reverse=True)
    return {post.school_id: post for post in longest_last}


def schools_without_head(schools: QuerySet, on: date) -> QuerySet:
    """Those of `schools` with nobody in post as head on a day."""
    led = Post.objects.running(on).filter(kind=PostKind.HEAD)
    return schools.exclude(pk__in=led.values("school_id"))


def post_capacities(*, user: User, on: date) -> Iterable[Capacity]:
    """What a person's posts make them on a day; one query. Registered with `accounts.access`."""
    rows = Post.objects.running(on).filter(user=user, kind__in=ROLES_OF_POSTS).select_related("school__local_authority")
    for post in rows.order_by("kind", "school__name", "pk"):
        authority = post.school.local_authority
        yield Capacity(
            role=ROLES_OF_POSTS[PostKind(post.kind)],
            school_id=post.school_id,
            place=post.school.name,
            authority_name=authority.name if authority else "",
            authority_phone=authority.phone if authority else "",
        )


def people_by_post(authority_ids: Iterable[int], on: date) -> QuerySet:
    """The accounts of those in a post at the schools that some authorities serve. Registered with `accounts.access`."""
    served = SchoolService.objects.running(on).filter(authority_id__in=list(authority_ids))
    return Post.objects.filter(school_id__in=served.values("school_id"), user__isnull=False).values("user_id")


def posts_of_people(viewer: Viewer) -> Prefetch:
    """The posts of today of people, at the schools that the viewer sees. Registered with `accounts.standings`."""
    seen = School.objects.visible_to(viewer, P.SCHOOL_VIEW).values("pk")
    rows = Post.objects.running(viewer.on).filter(kind__in=ROLES_OF_POSTS, school__in=seen)
    return Prefetch("posts", queryset=rows.select_related("school").order_by("school__name", "pk"), to_attr="running_posts")


def words_of_posts(person: User) -> list[str]:
    """The posts fetched with `posts_of_people`, as people read them."""
    return [f"{ROLE_NAMES[ROLES_OF_POSTS[PostKind(post.kind)]]}, {post.school.name}" for post in person.running_posts]


def post_holders(roles: Iterable[str], viewer: Viewer) -> QuerySet:
    """The accounts of those in a post that gives one of some roles, at the schools that the viewer sees."""
    kinds = [kind for kind, role in ROLES_OF_POSTS.items() if role.value in set(roles)]
    seen = School.objects.visible_to(viewer, P.SCHOOL_VIEW).values("pk")
    rows = Post.objects.running(viewer.on).filter(kind__in=kinds, school__in=seen, user__isnull=False)
    return rows.values("user_id")


POST_STANDING = Standing(frozenset(ROLES_OF_POSTS.values()), posts_of_people, words_of_posts, post_holders)
