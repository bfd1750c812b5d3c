"""The addresses under /schools/."""

from django.urls import path, register_converter

from .columns import COLUMNS, GROUP_BY_KEY
from .kinds import BY_KEY as KINDS_BY_KEY
from .models import Programme
from .views import bulk, calendar, changes, columns, corrections, imports, records, school, tasks


class Urn:
    """Six digits."""

    regex = r"\d{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class OneProgramme(Urn):
    """`primary` or `secondary`."""

    regex = "|".join(Programme.values)


class Year(Urn):
    """The calendar year in which an academic year begins."""

    regex = r"(?:19|20)\d\d"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class OneGroup(Urn):
    """A group of columns of a school's record."""

    regex = "|".join(GROUP_BY_KEY)


class OneColumn(Urn):
    """A column that the national register holds too."""

    regex = "|".join(column.name for column in COLUMNS.values() if column.from_register)


class OneKind(Urn):
    """A kind of dated record of a school."""

    regex = "|".join(KINDS_BY_KEY)


register_converter(OneGroup, "school_group")
register_converter(OneColumn, "school_column")
register_converter(OneKind, "record_kind")
register_converter(Urn, "urn")
register_converter(OneProgramme, "programme")
register_converter(Year, "academic_year")

app_name = "schools"

urlpatterns = [
    path("", school.school_list, name="school-list"),
    path("import/", imports.school_import, name="school-import"),
    path("import/<int:pk>/", imports.import_preview, name="import-preview"),
    path("links/import/", imports.link_import, name="link-import"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("tasks/", tasks.task_list, name="task-list"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task-detail"),
    path("tasks/<int:pk>/settle/", tasks.task_settle, name="task-settle"),
    path("corrections/", corrections.correction_list, name="correction-list"),
    path("corrections/<int:pk>/", corrections.correction_detail, name="correction-detail"),
    path("corrections/<int:pk>/accept/", corrections.correction_accept, name="correction-accept"),
    path("corrections/<int:pk>/decline/", corrections.correction_decline, name="correction-decline"),
    path("bulk/<int:pk>/", bulk.bulk_what, name="bulk-what"),
    path("bulk/<int:pk>/value/", bulk.bulk_value, name="bulk-value"),
    path("bulk/<int:pk>/check/", bulk.bulk_check, name="bulk-check"),
    path("bulk/<int:pk>/done/", bulk.bulk_done, name="bulk-done"),
    path("bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk-undo"),
    path("types/", school.type_list, name="type-list"),
    path("calendar/", calendar.calendar_list, name="calendar-list"),
    path("calendar/<str:code>/<academic_year:year>/", calendar.calendar_detail, name="calendar-detail"),
    path("calendar/<str:code>/<academic_year:year>/terms/add/", calendar.term_put, name="term-put"),
    path("calendar/<str:code>/<academic_year:year>/terms/<int:number>/", calendar.term_put, name="term-change"),
    path("calendar/<str:code>/<academic_year:year>/terms/<int:number>/take-out/", calendar.term_remove, name="term-remove"),
    path("calendar/<str:code>/<academic_year:year>/closures/add/", calendar.closure_add, name="closure-add"),
    path(
        "calendar/<str:code>/<academic_year:year>/closures/<int:pk>/take-out/", calendar.closure_remove, name="closure-remove"
    ),
    path("programme-starts/", calendar.programme_start_list, name="programme-start-list"),
    path("programme-starts/<str:code>/<programme:programme>/", calendar.programme_start_change, name="programme-start-change"),
    path("<urn:urn>/", school.school_detail, name="school-detail"),
    path("<urn:urn>/sip/", school.school_sip, name="school-sip"),
    path("<urn:urn>/visits/", school.school_visits, name="school-visits"),
    path("<urn:urn>/people/", school.school_people, name="school-people"),
    path("<urn:urn>/record/", school.school_record, name="school-record"),
    path("<urn:urn>/deemed-phase/", changes.deemed_phase, name="school-deemed-phase"),
    path("<urn:urn>/category/", changes.category, name="school-category"),
    path("<urn:urn>/agreed/", changes.agreed, name="school-agreed"),
    path("<urn:urn>/all-age/", changes.all_age, name="school-all-age"),
    path("<urn:urn>/service/", changes.service, name="school-service"),
    path("<urn:urn>/inspections/", school.school_inspections, name="school-inspections"),
    path("<urn:urn>/context/", records.school_context, name="school-context"),
    path("<urn:urn>/visit-pack/", school.school_pack, name="school-pack"),
    path("<urn:urn>/change/<school_group:group>/", columns.school_change, name="school-change"),
    path("<urn:urn>/give-back/<school_column:column>/", columns.school_give_back, name="school-give-back"),
    path("<urn:urn>/suggestions/", corrections.suggestion_list, name="suggestion-list"),
    path("<urn:urn>/suggestions/other/", corrections.suggest, name="suggest-other"),
    path("<urn:urn>/suggestions/<school_group:group>/", corrections.suggest, name="suggest"),
    path("<urn:urn>/records/<record_kind:kind>/", records.record_list, name="record-list"),
    path("<urn:urn>/records/<record_kind:kind>/add/", records.record_add, name="record-add"),
    path("<urn:urn>/records/<record_kind:kind>/<int:pk>/", records.record_change, name="record-change"),
    path("<urn:urn>/records/<record_kind:kind>/<int:pk>/end/", records.record_end, name="record-end"),
    path("<urn:urn>/records/<record_kind:kind>/<int:pk>/strike-out/", records.record_strike_out, name="record-strike-out"),
    path("<urn:urn>/people/add/", changes.post_add, name="post-add"),
    path("<urn:urn>/people/<int:pk>/", changes.post_change, name="post-change"),
    path("<urn:urn>/people/<int:pk>/end/", changes.post_end, name="post-end"),
    path("<urn:urn>/people/<int:pk>/invite/", changes.post_invite, name="post-invite"),
]
