"""Addresses of quality assurance."""

from django.urls import path

from accounts.access import requires
from accounts.permissions import Permission

from . import views
from .registers import DueRegister, ShadowRegister

P = Permission
app_name = "qa"

urlpatterns = [
    path("", requires(P.SHADOW_VIEW)(DueRegister.as_view()), name="due-list"),
    path("shadow-visits/", requires(P.SHADOW_VIEW)(ShadowRegister.as_view()), name="shadow-list"),
    path("shadow-visits/plan/", views.shadow_plan, name="shadow-plan"),
    path("shadow-visits/<int:pk>/", views.shadow_detail, name="shadow-detail"),
    path("shadow-visits/<int:pk>/record/", views.shadow_hold, name="shadow-hold"),
    path("shadow-visits/<int:pk>/feedback/", views.shadow_feedback, name="shadow-feedback"),
    path("shadow-visits/<int:pk>/cancel/", views.shadow_cancel, name="shadow-cancel"),
    path("shadow-visits/<int:pk>/comment/", views.shadow_comment, name="shadow-comment"),
]
