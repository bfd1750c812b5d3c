from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"
    verbose_name = "School improvement partners"

    def ready(self) -> None:
        from accounts import access, invitations
        from schools import filters, registers, timeline
        from schools import panels as school_panels
        from schools.models import register_own_schools
        from sipmanager.core import deadlines, docs, jobs

        from . import actions, panels, selectors
        from .docs import conditions_page, deployment_page
        from .jobs import end_past_deployments

        access.register_capacities(selectors.partner_capacities)
        access.register_people(selectors.people_by_partner)
        access.register_people(selectors.people_by_support)
        invitations.register_claim("partner", actions.claim_partner, says=actions.says_partner)
        register_own_schools(selectors.own_schools)
        deadlines.register("partners", selectors.owed)
        jobs.register_step("end_past_deployments", end_past_deployments, order=20)
        school_panels.register(school_panels.SIP, 10, panels.sip_panel)
        school_panels.register_essential(10, panels.sip_essential)
        filters.register_filter("sip", panels.sip_filter)
        registers.register_annotation("sip", panels.annotate_sip)
        timeline.register_words(panels.words_of_events())
        docs.register("conditions-of-grant.md", conditions_page)
        docs.register("deployment.md", deployment_page)
