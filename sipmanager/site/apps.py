from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sipmanager.site"
    label = "sipsite"
    verbose_name = "Service pages"
