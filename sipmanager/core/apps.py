from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sipmanager.core"
    label = "core"
    verbose_name = "Shared machinery"

    def ready(self) -> None:
        from . import jobs, reminders

        jobs.register_step("reminders", reminders.send, order=90)
