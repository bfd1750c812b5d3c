"""The addresses of the pages anybody may read."""

from django.urls import path

from . import pages

app_name = "core"

urlpatterns = [
    path("accessibility/", pages.accessibility_statement, name="accessibility-statement"),
    path("privacy/", pages.privacy_notice, name="privacy-notice"),
    path("cookies/", pages.cookies, name="cookies"),
    path("help/", pages.help_page, name="help"),
    path("contact/", pages.contact, name="contact"),
]
