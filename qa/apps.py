from django.apps import AppConfig


class QaConfig(AppConfig):
    name = "qa"
    verbose_name = "Quality assurance"

    def ready(self) -> None:
        from accounts.policy_effects import register_effects
        from partners import merging
        from schools import timeline
        from sipmanager.core import deadlines

        from . import policy_effects, selectors
        from .events import EVENTS

        deadlines.register("qa", selectors.owed)
        merging.register("qa.ShadowVisit", "partner")
        timeline.register_words(EVENTS)
        register_effects("qa", policy_effects.EFFECTS, policy_effects.in_progress)
