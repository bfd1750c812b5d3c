from django.apps import AppConfig


class QaConfig(AppConfig):
    name = "qa"
    verbose_name = "Quality assurance"

    def ready(self) -> None:
        from sipmanager.core import deadlines

        from . import selectors

        deadlines.register("qa", selectors.owed)
