from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    label = "schools"
    verbose_name = "Schools"

    def ready(self) -> None:
        from accounts import access, invitations
        from accounts.policy_effects import register_effects

        from . import actions, changes, panels, policy_effects, selectors
        from .task_register import tasks_panel

        access.register_capacities(selectors.post_capacities)
        access.register_people(selectors.people_by_post)
        register_effects("schools", policy_effects.EFFECTS)
        invitations.register_claim("post", actions.claim_post, says=actions.says_post)
        changes.register_touched("posts", selectors.posts_touched)
        changes.register_touched("opt_outs", selectors.opt_outs_touched)
        panels.register(panels.OVERVIEW, 5, tasks_panel)
