from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "sipmanager.core"
    label = "core"
    verbose_name = "Shared machinery"

    def ready(self) -> None:
        from . import holidays, jobs, lookups, reminders  # noqa: F401 (registers pk__among)

        jobs.register_last("reminders", reminders.send)
        post_migrate.connect(holidays.after_migrate, sender=self, dispatch_uid="bank holidays")
