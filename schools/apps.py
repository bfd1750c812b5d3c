from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    label = "schools"
    verbose_name = "Schools"

    def ready(self) -> None:
        from accounts import access, invitations, new_address
        from accounts.policy_effects import register_effects
        from accounts.standings import register_standing
        from sipmanager.core import jobs

        from . import actions, changes, panels, policy_effects, selectors
        from .imports import loaders, previews
        from .jobs import clear_away
        from .task_register import tasks_panel

        jobs.register_awake(selectors.partitions_with_schools)
        access.register_capacities(selectors.post_capacities)
        access.register_people(selectors.people_by_post)
        register_standing("posts", selectors.POST_STANDING)
        new_address.register_follower(actions.readdress_posts)
        access.register_dioceses(selectors.dioceses_served)
        register_effects("schools", policy_effects.EFFECTS)
        invitations.register_claim("post", actions.claim_post, says=actions.says_post)
        changes.register_touched("posts", selectors.posts_touched)
        changes.register_touched("opt_outs", selectors.opt_outs_touched)
        panels.register(panels.OVERVIEW, 5, tasks_panel)
        previews.register_loader(loaders.SCHOOLS, loaders.load_schools)
        previews.register_loader(loaders.LINKS, loaders.load_links)
        jobs.register_step("clear away files that nobody loaded", clear_away, order=95)
