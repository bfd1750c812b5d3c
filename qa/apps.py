from django.apps import AppConfig


class QaConfig(AppConfig):
    name = "qa"
    verbose_name = "Quality assurance"

    def ready(self) -> None:
        from accounts.policy_effects import register_effects
        from partners import merging
        from sipmanager.core import deadlines

        from . import policy_effects, selectors

        deadlines.register("qa", selectors.owed)
        merging.register("qa.ShadowVisit", "partner")
        register_effects("qa", policy_effects.EFFECTS, policy_effects.in_progress)
