from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    label = "partners"
    verbose_name = "School improvement partners"

    def ready(self) -> None:
        from accounts import access, invitations, new_address
        from accounts.policy_effects import register_effects
        from accounts.standings import register_standing
        from schools import changes, filters, registers, timeline
        from schools import panels as school_panels
        from schools.imports import previews
        from schools.models import register_own_schools
        from sipmanager.core import deadlines, docs, jobs

        from . import actions, panels, policy_effects, selectors, tasks
        from .docs import accreditation_page, conditions_page, deployment_page, papers_page
        from .imports import loaders
        from .jobs import (
            ask_for_confirmations,
            ask_for_records,
            begin_deployments,
            begin_for_new_heads,
            count_waiting,
            end_past_agreements,
            end_past_deployments,
            go_on_with_runs,
            invite_newly_deployed,
            make_waiting_packs,
            print_waiting_agreements,
            print_waiting_letters,
            recheck_deployments,
            take_snapshots,
        )

        access.register_capacities(selectors.partner_capacities)
        jobs.register_awake(selectors.partitions_with_sips)
        access.register_people(selectors.people_by_partner)
        access.register_people(selectors.people_by_support)
        register_standing("sips", selectors.SIP_STANDING)
        register_standing("support", selectors.SUPPORT_STANDING)
        new_address.register_follower(actions.readdress_partner)
        invitations.register_claim("partner", actions.claim_partner, says=actions.says_partner)
        register_own_schools(selectors.own_schools)
        changes.register_touched("deployments", selectors.deployments_touched)
        deadlines.register("partners", selectors.owed)
        deadlines.register("consulting", selectors.owed_of_consulting)
        deadlines.register("papers", selectors.owed_papers)
        deadlines.register("accreditation", selectors.owed_of_accreditation)
        deadlines.register("sip_record", selectors.owed_of_record)
        deadlines.register("development", selectors.owed_of_development)
        deadlines.register("changes_of_sip", selectors.owed_of_changes)
        register_effects("partners", policy_effects.EFFECTS, policy_effects.in_progress)
        jobs.register_step("begin_deployments", begin_deployments, order=19)
        jobs.register_step("end_past_deployments", end_past_deployments, order=20)
        jobs.register_step("end_past_agreements", end_past_agreements, order=20)
        jobs.register_step("print_agreements", print_waiting_agreements, order=21)
        jobs.register_step("print_letters", print_waiting_letters, order=21)
        actions.print_by(tasks.print_agreement.delay)
        actions.print_letters_by(tasks.print_letter.delay)
        jobs.register_step("go_on_with_runs", go_on_with_runs, order=18)
        jobs.register_step("ask_for_records", ask_for_records, order=25)
        jobs.register_step("ask_for_confirmations", ask_for_confirmations, order=26)
        jobs.register_step("recheck_deployments", recheck_deployments, order=27)
        jobs.register_step("make_packs", make_waiting_packs, order=39)
        jobs.register_step("take_snapshots", take_snapshots, order=40)
        jobs.register_step("invite_newly_deployed", invite_newly_deployed, order=28)
        jobs.register_step("begin_for_new_heads", begin_for_new_heads, order=28)
        jobs.register_step("count_waiting", count_waiting, order=28)
        actions.make_evidence_by(tasks.make_evidence.delay)
        school_panels.register(school_panels.SIP, 10, panels.sip_panel)
        school_panels.register_essential(10, panels.sip_essential)
        filters.register_filter("sip", panels.sip_filter)
        registers.register_annotation("sip", panels.annotate_sip)
        registers.register_annotation("cover", panels.annotate_cover)
        previews.register_loader("partners", loaders.load_partners)
        previews.register_loader("deployments", loaders.load_deployments)
        timeline.register_words(panels.words_of_events())
        timeline.leave_out(panels.PRIVATE_EVENTS)
        docs.register("conditions-of-grant.md", conditions_page)
        docs.register("deployment.md", deployment_page)
        docs.register("checks-and-agreements.md", papers_page)
        docs.register("accreditation.md", accreditation_page)
