"""Every address of the service. Each app brings its own under its own prefix."""

from django.conf import settings
from django.urls import include, path

from sipmanager.core import health

urlpatterns = [
    path("health/", health.alive, name="health-alive"),
    path("health/ready/", health.ready, name="health-ready"),
    path("", include("sipmanager.core.urls")),
    path("accounts/", include("accounts.urls")),
    path("schools/", include("schools.urls")),
    path("", include("partners.urls")),
    path("", include("visits.urls")),
    path("qa/", include("qa.urls")),
    path("", include("sipmanager.site.urls")),
]

if settings.DJANGO_ADMIN:
    from django.contrib import admin

    urlpatterns += [path("django-admin/", admin.site.urls)]
