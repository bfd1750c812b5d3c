from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    label = "visits"
    verbose_name = "Visits and notes"

    def ready(self) -> None:
        from sipmanager.core import deadlines, docs
        from sipmanager.core import jobs as night

        from . import actions, jobs, selectors, tasks
        from . import docs as pages

        deadlines.register("visits", selectors.owed)
        night.register_step("issue notes that wait", jobs.issue_in_the_night, order=20)
        night.register_step("count silence as agreement", jobs.count_silence, order=30)
        actions.carry_out_by(tasks.issue_note.delay)
        docs.register("note-workflow.md", pages.note_workflow_page)
