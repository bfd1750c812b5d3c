"""What the page of a list shows, and the addresses it leads to: pages, headers, filters in force, the same list otherwise."""

from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.functional import cached_property

from .forms import BOXES, DateBoxes
from .parts import Link
from .wording import day, in_sentence

MAX_PAGES = 200  # a deep page costs the database dear and helps nobody: narrow the list instead
MAX_TAGS = 3  # of one filter: more stand in one tag


@dataclass(frozen=True)
class Chosen:
    """One filter in force, as a tag above the list; its link takes the filter away."""

    group: str
    label: str
    url: str


@dataclass(frozen=True)
class Header:
    """One column header. `sort_url` sorts the whole list; `direction` is the value of aria-sort."""

    label: str
    sort_url: str = ""
    direction: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class PageNumber:
    """A numbered page, or a gap where `url` is empty."""

    number: int = 0
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Pages:
    """The pages around the current one."""

    numbers: list[PageNumber]
    previous: str = ""
    next: str = ""


@dataclass
class Listing:
    """What the register's page shows; templates read it and decide nothing."""

    heading: str
    title: str
    count: int
    count_words: str
    headers: list[Header]
    records: list
    cells: dict
    row_template: str
    pages: Pages | None
    filter_form: object
    chosen_filters: list[Chosen]
    clear_url: str
    kept: list[tuple[str, str]]
    export_urls: list[Link]
    empty: str
    is_cut: bool = False
    shown_at_most: int = 0
    bulk_actions: tuple = ()
    chosen: frozenset = field(default_factory=frozenset)
    is_all_chosen: bool = False
    main_link: Link | None = None
    links: tuple = ()
    folded_links: tuple = ()
    views: tuple = ()
    can_save_view: bool = False
    view_name: str = ""
    view_error: str = ""

    @property
    def has_ticks(self):
        return bool(self.bulk_actions)

    @property
    def has_more(self):
        """Whether the filters leave rows that stand on other pages, so that one can choose them all."""
        return self.count > len(self.records)


class CappedPaginator(Paginator):
    """Knows the true count and offers no page beyond `MAX_PAGES`."""

    @cached_property
    def num_pages(self):
        return min(super().num_pages, MAX_PAGES)


# -------------------------------------------------------------------------------------------------------- addresses


def without(params: QueryDict, *names: str) -> QueryDict:
    left = params.copy()
    for name in names:
        left.pop(name, None)
    return left


def with_(params: QueryDict, **changes) -> str:
    """The same list with these parameters; sorting or filtering anew goes back to page 1."""
    left = without(params, "page", "format")
    for name, value in changes.items():
        left[name] = value
    return f"?{left.urlencode()}"


def view_of(params: QueryDict) -> str:
    """The filters and the order of a list, as a saved view holds them: applied, so that no default comes back."""
    kept = without(params, "page", "format", "applied")
    for name, values in list(kept.lists()):
        kept.setlist(name, [value for value in values if value])
        if not kept.getlist(name):
            del kept[name]
    kept["applied"] = "1"
    return kept.urlencode()


def address(first: dict, params: QueryDict, keep=()) -> str:
    made = QueryDict(mutable=True)
    made.update(first)
    for name in keep:
        made.setlist(name, params.getlist(name))
    return f"?{made.urlencode()}"


def page_number(params, paginator) -> int:
    """The page asked for; page 1 for an address beyond the last page or for anything that is no number."""
    text = params.get("page", "1")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return wanted if 1 <= wanted <= paginator.num_pages else 1


def pages_of(params, current: int, last: int) -> Pages | None:
    """First, last, current and its neighbours, with gaps; None for a single page."""
    if last < 2:
        return None
    shown = sorted({1, last, *(at for at in range(current - 1, current + 2) if 1 <= at <= last)})
    numbers, before = [], 0
    for at in shown:
        if at - before > 1:
            numbers.append(PageNumber())
        numbers.append(PageNumber(at, with_(params, page=at), at == current))
        before = at
    return Pages(
        numbers,
        previous=with_(params, page=current - 1) if current > 1 else "",
        next=with_(params, page=current + 1) if current < last else "",
    )


def headers(table, params) -> list[Header]:
    made = []
    for column in table.columns:
        is_number = getattr(column.column, "is_number", False)
        if not column.orderable:
            made.append(Header(column.header, is_number=is_number))
            continue
        direction = "none"
        if column.is_ordered:
            direction = "descending" if column.order_by_alias.is_descending else "ascending"
        url = with_(params, sort=column.order_by_alias.next)
        made.append(Header(column.header, url, direction, is_number))
    return made


def chosen_filters(filters, params) -> list[Chosen]:
    """One removable tag for each value in force; one for them all where a filter has more than `MAX_TAGS`."""
    form = filters.form
    if not form.is_bound:
        return []
    form.errors  # noqa: B018 - validates
    made = []
    for name, given in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", []) or (hasattr(value, "exists") and name not in params):
            continue
        tags = [Chosen(str(given.label), words, url) for words, url in values_in_force(name, given, value, params)]
        made += tags if len(tags) <= MAX_TAGS else [one_tag(name, tags, params)]
    return made


def one_tag(name, tags, params) -> Chosen:
    """Many values of one filter in one tag; its link takes the whole filter away."""
    applied = without(params, name)
    applied["applied"] = "1"
    first, second = (tag.label for tag in tags[:2])
    return Chosen(tags[0].group, f"{first}, {in_sentence(second)} and {len(tags) - 2} more", with_(applied))


def values_in_force(name, given, value, params):
    applied = params.copy()
    applied["applied"] = "1"
    if isinstance(given.widget, DateBoxes):
        yield day(value), with_(without(applied, name, *(f"{name}_{box}" for box in BOXES)))
        return
    labels = {str(key): str(words) for key, words in flat(getattr(given, "choices", ()))}
    for raw in dict.fromkeys(params.getlist(name)):
        rest = applied.copy()
        rest.setlist(name, [other for other in params.getlist(name) if other != raw])
        yield labels.get(raw, raw), with_(rest)


def flat(choices):
    """Pairs of value and words, those of groups included."""
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from words
        else:
            yield key, words
