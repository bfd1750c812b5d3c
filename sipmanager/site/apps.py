from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "sipmanager.site"
    label = "sipsite"
    verbose_name = "Service pages"

    def ready(self) -> None:
        from sipmanager.core import docs

        from . import docs as pages
        from .rules_met import rules_page

        docs.register("deadlines.md", pages.deadlines_page)
        docs.register("rules.md", rules_page)
