from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Authorities and people"

    def ready(self) -> None:
        from sipmanager.core import docs, jobs

        from . import access, checks, seeds, selectors
        from . import docs as pages
        from . import jobs as nights

        access.register_capacities(selectors.membership_capacities)
        access.register_people(selectors.people_by_membership)
        access.register_people(selectors.people_by_invitation)
        jobs.register_partitions(selectors.partition_codes)
        jobs.register_awake(selectors.partitions_with_people)
        jobs.register_step("clear away", nights.clear_away, order=95)
        checks.register_all()
        docs.register("permissions.md", pages.permissions_page)
        docs.register("local-policy.md", pages.policy_page)
        post_migrate.connect(seeds.after_migrate, sender=self, dispatch_uid="regions and authorities")
