"""The addresses that `make bench` measures beside the service's own: the same rows by a hand-written loop and by Django's admin."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path, resolve

from schools.models import School
from sipmanager.urls import urlpatterns as of_the_service

REGISTER = "/schools/"


def register_class() -> type:
    return resolve(REGISTER, urlconf="sipmanager.urls").func.__wrapped__.view_class


def show(per_page: int) -> None:
    """All three pages show this many rows from now on."""
    SchoolAdmin.list_per_page = register_class().per_page = per_page


def columns() -> list[str]:
    """What the register's table shows, as look-ups on a school."""
    table = register_class().table_class
    return [str(column.accessor or name).replace("__", ".") for name, column in table.base_columns.items()]


def hand_loop(request: HttpRequest) -> HttpResponse:
    """The least that shows the same: count, the rows of a page, one loop, in the same frame."""
    rows = register_class()().queryset(request)
    cells = "".join(f"<td class='govuk-table__cell'>{{{{ record.{column}|default_if_none:'' }}}}</td>" for column in columns())
    page = engines["django"].from_string(
        "{% extends 'base.html' %}{% block content %}<p>{{ count }}</p><table class='govuk-table'>{% for record in records %}"
        f"<tr class='govuk-table__row'>{cells}</tr>{{% endfor %}}</table>{{% endblock %}}"
    )
    records = rows.order_by("name", "pk")[: register_class().per_page]
    return HttpResponse(page.render({"count": rows.count(), "records": records}, request))


class SchoolAdmin(admin.ModelAdmin):
    """The same fields, where they are the school's own; Django's list shows no others."""

    ordering = ("name", "pk")
    actions = None

    def get_list_display(self, request):
        own = {field.name for field in School._meta.get_fields() if getattr(field, "column", None)}
        shown = [column for column in columns() if column in own]
        others = [name for name in sorted(own) if name not in shown]
        return (shown + others)[: len(columns())]

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request):
        return False


class OpenSite(admin.AdminSite):
    """Lets the bench in; it exists in its process alone."""

    def has_permission(self, request):
        return True


site = OpenSite()
site.register(School, SchoolAdmin)

urlpatterns = [
    path("bench/hand-loop/", login_not_required(hand_loop)),
    path("bench/admin/", site.urls),
    *of_the_service,
]
