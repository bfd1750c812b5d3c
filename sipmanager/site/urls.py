"""Addresses of the pages that join several floors."""

from django.urls import path

from accounts.access import requires
from accounts.permissions import Permission

from . import views
from .registers import AllocationRegister, NightRegister, OutboxRegister

P = Permission
app_name = "site"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("deadlines/", views.deadline_list, name="deadline-list"),
    path("reports/", views.reports, name="report-list"),
    path("reports/problems/", views.problem_list, name="problem-list"),
    path("menu/", views.menu_page, name="menu"),
    path("reports/allocation/", requires(P.REPORT_VIEW)(AllocationRegister.as_view()), name="allocation-list"),
    path("reports/nights/", requires(P.NIGHT_VIEW)(NightRegister.as_view()), name="night-list"),
    path("reports/outbox/", requires(P.OUTBOX_VIEW)(OutboxRegister.as_view()), name="outbox-list"),
    path("outbox/", views.demonstration_outbox, name="demonstration-outbox"),
    path("outbox/<int:pk>/", views.demonstration_email, name="demonstration-email"),
]
