"""Many at once as pages and workers do it: prepared, looked at, confirmed, carried out."""

from html import unescape

from django.urls import reverse

from accounts.models import Authority, Membership
from partners import actions, jobs
from partners.models import BulkRow, BulkRun, Deployment
from partners.selectors import Terms
from partners.tests.factories import moment
from sipmanager.core.wording import day as in_words

__all__ = ["confirmed", "day", "in_words", "looked_at", "moment", "prepared", "press", "run_many", "run_page", "see", "words"]


def day(name, value):
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def words(answer):
    """What a page says, as people read it."""
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def see(client, page, given):
    """What the preview says, or the form where something is wrong with it."""
    return words(client.post(page, given, follow=True))


def press(client, page, given):
    """Look, and press the button of the preview; what the page says then."""
    run_page = client.post(page, given)["Location"]
    return words(client.post(f"{run_page}confirm/", follow=True))


def prepared(kind: str, rows, terms: Terms, *, by, at, authority: Authority | None = None) -> BulkRun:
    """A run that nobody has looked at. `rows` are pairs of SIP and school, or deployments with the SIP who takes them."""
    rows = [
        (to, row.school, row) if isinstance(row, Deployment) else (row, to, None) for row, to in rows
    ]  # fmt: skip
    authority = authority or Membership.objects.get(user=by).authority
    return actions.prepare_run(kind=kind, authority=authority, rows=rows, terms=terms, by=by, at=at)


def looked_at(kind: str, rows, terms: Terms, *, by, at, **more) -> BulkRun:
    run = prepared(kind, rows, terms, by=by, at=at, **more)
    jobs.look_at_run(run_id=run.pk, on=at.date(), at=at)
    run.refresh_from_db()
    return run


def confirmed(kind: str, rows, terms: Terms, *, by, at, **more) -> BulkRun:
    run = looked_at(kind, rows, terms, by=by, at=at, **more)
    assert actions.confirm_run(run=run, by=by, at=at)
    return run


def run_many(kind: str, rows, terms: Terms, *, by, at, **more) -> list[BulkRow]:
    """All of it; the rows in their order."""
    run = confirmed(kind, rows, terms, by=by, at=at, **more)
    jobs.carry_out_run(run_id=run.pk, at=at)
    return list(run.rows.order_by("position"))


def run_page(run: BulkRun) -> str:
    return reverse("partners:bulk-detail", args=[run.pk])
