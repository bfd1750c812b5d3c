from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"
    verbose_name = "Visits and notes"

    def ready(self) -> None:
        from accounts.policy_effects import register_effects
        from partners import handover_sources, merging
        from partners.selectors import register_evidence
        from schools import changes, timeline
        from sipmanager.core import deadlines, docs
        from sipmanager.core import jobs as night

        from . import actions, jobs, panels, policy_effects, selectors, tasks
        from . import docs as pages
        from .events import ASKED, EVENT_TITLES, WRITTEN

        deadlines.register("visits", selectors.owed)
        register_evidence("COG-C", selectors.visits_done)
        for label, field in (("visits.Visit", "partner"), ("visits.Note", "partner"), ("visits.Note", "handed_from")):
            merging.register(label, field)
        handover_sources.register_notes(selectors.issued_notes)
        handover_sources.register_visits(selectors.visits_of_deployment)
        changes.register_touched("recipients", selectors.recipients_touched)
        register_effects("visits", policy_effects.EFFECTS, policy_effects.in_progress)
        night.register_step("issue notes that wait", jobs.issue_in_the_night, order=20)
        night.register_step("count silence as agreement", jobs.count_silence, order=30)
        actions.carry_out_by(tasks.issue_note.delay)
        panels.join_school_pages()
        timeline.register_words(EVENT_TITLES)
        timeline.leave_out((*WRITTEN, *ASKED))
        docs.register("note-workflow.md", pages.note_workflow_page)
