"""`Register`: the one class behind every list (D-37). Table, filter, sort, pages, export and bulk actions in one place.

    class SchoolRegister(Register):
        permission = P.SCHOOL_VIEW
        noun = ("school", "schools")
        table_class = SchoolTable
        row_template = "schools/_row.html"
        filter_class = SchoolFilter

        def queryset(self, request):
            return School.objects.visible_to(request.viewer)

    path("", requires(P.SCHOOL_VIEW)(SchoolRegister.as_view()), name="school-list")

A page costs the count, the page, one query for each prefetch and one for the saved views, however many rows it shows.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views import View

from . import clock, exports, saved
from .forms import ErrorLine, error_lines
from .listing import CappedPaginator, Listing, address, chosen_filters, headers, page_number, pages_of, view_of, with_
from .parts import Link
from .wording import capitalised, counted

MAX_LINKS = 6  # as many as one line holds
PART = "X-Part"  # the header by which a page asks for the list alone, while somebody types in its search box
SAVE_VIEW, FORGET_VIEW = "save_view", "forget_view"
VIEW_NAME = "view-name"


@dataclass(frozen=True)
class BulkAction:
    """Something to do with the chosen rows. Posting it calls `bulk_<name>(request, queryset)` of the register."""

    name: str
    label: str
    kind: str = "secondary"


class Register(View):
    """A list: declare what it is of, and say what it may show.

    permission     data only; the accounts app's `requires` enforces it, a test walks the addresses for it
    noun           one and many: ("school", "schools")
    heading        the h1; the plural noun when absent
    table_class    a `tables.BaseTable`
    row_template   writes one row: `{% cell "name" %}…{% endcell %}` for each shown column in turn; has `record`
    filter_class   a `filters.BaseFilter`, or None
    defaults       filters in force until somebody applies others: {"status": ["open"]}
    export_name    the file's name without its ending; "" for a list that is not exported
    empty          what to say when there is nothing at all
    bulk_actions   `BulkAction`s; only then do rows have tick boxes
    has_views      whether people may save their filters under a name; needs a filter
    """

    http_method_names = ["get", "head", "post", "options"]
    permission = None
    noun = ("item", "items")
    heading = ""
    table_class = None
    row_template = ""
    filter_class = None
    defaults: dict[str, list[str]] = {}
    export_name = ""
    empty = ""
    per_page = 50
    bulk_actions: tuple[BulkAction, ...] = ()
    has_views = True
    template_name = "_parts/register_page.html"
    part_template = "_parts/register_part.html"

    # What an app says about its list.

    def queryset(self, request):
        """The rows this person may see, with what each row shows already selected; not sliced, not ordered."""
        raise NotImplementedError

    def main_link(self, request) -> Link | None:
        """The page's one primary button, such as "Add a school"; None where nothing can be begun here."""
        return None

    def links(self, request) -> tuple[Link, ...]:
        """Lists and pages that belong to this one, those wanted most first: what does not fit one line is folded."""
        return ()

    def bulk_for(self, request) -> tuple[BulkAction, ...]:
        """The bulk actions this person may take."""
        return self.bulk_actions

    def context(self, request) -> dict:
        """More for the template: `breadcrumbs`, an introduction."""
        return {}

    # The page.

    @classmethod
    def as_view(cls, **initkwargs):
        view = super().as_view(**initkwargs)
        view.permission = cls.permission
        return view

    def get(self, request, *args, **kwargs):
        params = self.params(request)
        wanted = params.get("format", "")
        if wanted:
            return self.export(request, params, wanted)
        return self.page(request, params)

    def post(self, request, *args, **kwargs):
        if self.can_save(request) and request.POST.get("action") in (SAVE_VIEW, FORGET_VIEW):
            return self.keep_view(request)
        action = next((one for one in self.bulk_for(request) if one.name == request.POST.get("action")), None)
        if action is None:
            return HttpResponseBadRequest()
        chosen = self.chosen_records(request)
        if chosen is None:
            return self.page(request, self.params(request), is_nothing_chosen=True)
        return getattr(self, f"bulk_{action.name}")(request, chosen)

    def chosen_records(self, request):
        """The ticked rows among those this person may see, or all that the filters show; None if there are none."""
        if request.POST.get("all") == "1":
            _filters, shown = self.filtered(request, self.params(request))
            return shown if shown.exists() else None
        rows = self.queryset(request)
        keys = set()
        for text in request.POST.getlist("chosen"):
            try:
                keys.add(rows.model._meta.pk.clean(text, None))
            except ValidationError:
                continue
        rows = rows.filter(pk__in=keys)
        return rows if keys and rows.exists() else None

    def params(self, request) -> QueryDict:
        """The query string; with the defaults, until somebody has applied filters of their own."""
        params = request.GET.copy()
        names = getattr(self.filter_class, "base_filters", {})
        if self.defaults and "applied" not in params and not any(key.split("_")[0] in names or key in names for key in params):
            for name, values in self.defaults.items():
                params.setlist(name, values)
        return params

    def filtered(self, request, params):
        """The filter set and its rows; none while a filter is wrong, so that an error never widens a list."""
        rows = self.queryset(request)
        if self.filter_class is None:
            return None, rows
        filters = self.filter_class(params, queryset=rows, request=request)
        return filters, filters.qs if filters.is_valid() else rows.none()

    def table(self, rows, params):
        """The table with its rows sorted over the whole list, the primary key last so that no row is seen twice."""
        order = [name for name in params.getlist("sort") if name]
        table = self.table_class(data=rows, order_by=order or None)
        if not table.order_by and order:
            table = self.table_class(data=rows)
        sorted_rows = table.data.data
        table.data.data = sorted_rows.order_by(*sorted_rows.query.order_by, "pk")
        return table

    def page(self, request, params, *, is_nothing_chosen=False, errors=()):
        """The page; `errors` are sentences why a bulk action was not begun."""
        refused = [ErrorLine(sentence, "with-chosen-label") for sentence in errors]
        filters, rows = self.filtered(request, params)
        table = self.table(rows, params)
        listing = self.listing(request, params, filters, table)
        errors = refused + (error_lines(filters.form) if filters is not None else [])
        if is_nothing_chosen:
            first = f"chosen_{listing.records[0].pk}" if listing.records else ""
            errors = [*errors, ErrorLine("Select an item for this task", first)]
        if listing.view_error:
            errors = [*errors, ErrorLine(listing.view_error, VIEW_NAME)]
        context = {"listing": listing, "table": table, "errors": errors, **self.context(request)}
        is_part = request.method == "GET" and request.headers.get(PART) == "results"
        response = render(request, self.part_template if is_part else self.template_name, context)
        patch_vary_headers(response, [PART])
        return response

    def listing(self, request, params, filters, table) -> Listing:
        paginator = CappedPaginator(table.data, self.per_page)
        table.paginator = paginator  # table.data counts in the database for a table with pages
        number = page_number(params, paginator)
        table.page = paginator.page(number)
        one, many = self.noun
        heading = self.heading or capitalised(many)
        pages = paginator.num_pages
        chosen = chosen_filters(filters, params) if filters is not None else []
        links = self.links(request)
        return Listing(
            heading=heading,
            title=f"{heading} (page {number} of {pages})" if pages > 1 else heading,
            count=paginator.count,
            count_words=capitalised(counted(paginator.count, one, many)),
            headers=headers(table, params),
            records=list(table.page.object_list),
            cells=table.tags(table.columns),
            row_template=self.row_template,
            pages=pages_of(params, number, pages),
            filter_form=filters.form if filters is not None else None,
            chosen_filters=chosen,
            clear_url=address({"applied": "1"} if self.defaults else {}, params, keep=("sort",)),
            kept=[("sort", name) for name in params.getlist("sort")],
            export_urls=self.export_links(params),
            empty=self.empty_words(filters, chosen if paginator.count or self.has_any(request) else []),
            is_cut=paginator.count > pages * self.per_page,
            shown_at_most=pages * self.per_page,
            bulk_actions=self.bulk_for(request),
            chosen=frozenset(request.POST.getlist("chosen")),
            is_all_chosen=request.POST.get("all") == "1",
            main_link=self.main_link(request),
            links=links if len(links) <= MAX_LINKS else links[: MAX_LINKS - 1],
            folded_links=() if len(links) <= MAX_LINKS else links[MAX_LINKS - 1 :],
            views=self.saved_views(request, params),
            can_save_view=self.can_save(request),
            view_name=request.POST.get(VIEW_NAME, ""),
            view_error=getattr(self, "view_error", ""),
        )

    def has_any(self, request) -> bool:
        """Whether there is anything to filter. One more query, asked only where the list came out empty."""
        rows = self.queryset(request)
        return rows.exists() if isinstance(rows, QuerySet) else bool(rows)

    def empty_words(self, filters, chosen) -> str:
        if filters is not None and not filters.is_valid():
            return "Nothing is shown until the problem with the filters is put right."
        if chosen:
            return f"No {self.noun[1]} match these filters. Remove one of them to see more."
        return self.empty or f"There are no {self.noun[1]} yet."

    # Saved views.

    def can_save(self, request) -> bool:
        return self.has_views and self.filter_class is not None and request.user.is_authenticated

    def saved_views(self, request, params) -> tuple[saved.View, ...]:
        """The views that this person has saved of this list, the one on the screen marked."""
        if not self.can_save(request):
            return ()
        return saved.views_of(user=request.user, register=request.path, shown=view_of(params))

    def keep_view(self, request):
        """Save what is on the screen under a name, or forget a saved view."""
        params = self.params(request)
        if request.POST["action"] == FORGET_VIEW:
            saved.forget(user=request.user, register=request.path, key=request.POST.get("view", ""))
            messages.success(request, "The view is removed")
            return HttpResponseRedirect(f"{request.path}{with_(params)}")
        refusal = saved.save(
            user=request.user,
            register=request.path,
            name=request.POST.get(VIEW_NAME, ""),
            query=view_of(params),
            at=clock.now(),
        )
        if refusal:
            self.view_error = refusal
            return self.page(request, params)
        messages.success(request, "The view is saved")
        return HttpResponseRedirect(f"{request.path}?{view_of(params)}")

    # The export.

    def export_links(self, params) -> list[Link]:
        if not self.export_name:
            return []
        return [Link(kind.upper(), with_(params, format=kind)) for kind in ("csv", "xlsx")]

    def export(self, request, params, kind):
        if not self.export_name or kind not in ("csv", "xlsx"):
            raise Http404
        filters, rows = self.filtered(request, params)
        if filters is not None and not filters.is_valid():
            return HttpResponseRedirect(f"{request.path}{with_(params)}")
        table = self.table(rows, params)
        records = table.data.data.iterator(chunk_size=exports.CHUNK)
        respond = exports.csv_response if kind == "csv" else exports.xlsx_response
        return respond(exports.rows_of(records, table.exports), self.export_name)
