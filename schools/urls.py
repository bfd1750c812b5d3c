"""The addresses under /schools/."""

from django.urls import path, register_converter

from .models import Programme
from .views import calendar, changes, imports, school, tasks


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


register_converter(Urn, "urn")
register_converter(OneProgramme, "programme")
register_converter(Year, "academic_year")

app_name = "schools"

urlpatterns = [
    path("", school.school_list, name="school-list"),
    path("import/", imports.school_import, name="school-import"),
    path("import/check/", imports.school_import_check, name="school-import-check"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("tasks/", tasks.task_list, name="task-list"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task-detail"),
    path("tasks/<int:pk>/settle/", tasks.task_settle, name="task-settle"),
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
    path("<urn:urn>/sharing/", school.school_sharing, name="school-sharing"),
    path("<urn:urn>/sharing/add/", changes.opt_out_add, name="opt-out-add"),
    path("<urn:urn>/sharing/<int:pk>/end/", changes.opt_out_end, name="opt-out-end"),
    path("<urn:urn>/people/add/", changes.post_add, name="post-add"),
    path("<urn:urn>/people/<int:pk>/", changes.post_change, name="post-change"),
    path("<urn:urn>/people/<int:pk>/end/", changes.post_end, name="post-end"),
    path("<urn:urn>/people/<int:pk>/invite/", changes.post_invite, name="post-invite"),
]
