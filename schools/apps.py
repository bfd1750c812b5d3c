from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    label = "schools"
    verbose_name = "Schools"

    def ready(self) -> None:
        from accounts import access, invitations

        from . import actions, selectors

        access.register_capacities(selectors.post_capacities)
        access.register_people(selectors.people_by_post)
        invitations.register_claim("post", actions.claim_post, says=actions.says_post)
