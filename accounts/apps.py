from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Authorities and people"

    def ready(self) -> None:
        from sipmanager.core import jobs

        from . import access, selectors

        access.register_capacities(selectors.membership_capacities)
        access.register_people(selectors.people_by_membership)
        access.register_people(selectors.people_by_invitation)
        jobs.register_partitions(selectors.partition_codes)
