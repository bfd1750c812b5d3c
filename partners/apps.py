from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"
    verbose_name = "School improvement partners"

    def ready(self) -> None:
        from accounts import access
        from schools.models import register_own_schools

        from . import selectors

        access.register_capacities(selectors.partner_capacities)
        access.register_people(selectors.people_by_partner)
        access.register_people(selectors.people_by_support)
        register_own_schools(selectors.own_schools)
