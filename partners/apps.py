from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"
    verbose_name = "School improvement partners"

    def ready(self) -> None:
        from accounts import access
        from schools.models import register_own_schools
        from sipmanager.core import deadlines, jobs

        from . import selectors
        from .jobs import end_past_deployments

        access.register_capacities(selectors.partner_capacities)
        access.register_people(selectors.people_by_partner)
        access.register_people(selectors.people_by_support)
        register_own_schools(selectors.own_schools)
        deadlines.register("partners", selectors.owed)
        jobs.register_step("end_past_deployments", end_past_deployments, order=20)
