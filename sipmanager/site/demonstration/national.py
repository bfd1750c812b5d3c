"""What the national register brought last week: a new headteacher, with what that asks to be settled."""

import io
from datetime import date

from partners.models import Deployment
from schools.imports import import_schools
from visits.models import Note, Visit
from visits.states import NoteState

from .build import Made, as_bytes, moment
from .people import DEMONSTRATION_DAY

BROUGHT_ON = date(2009, 11, 9)  # Monday


def make_new_head(made: Made) -> None:
    """A short extract with one school in it: a SIP is at work there and no note waits for the headteacher who left."""
    with_the_head = Note.objects.filter(status__in=(NoteState.HEAD_REVIEW, NoteState.DISPUTED)).values("school_id")
    planned = Visit.objects.filter(note=None).values("school_id")
    at_work = Deployment.objects.active(BROUGHT_ON).filter(authority=made.authority).exclude(school__in=with_the_head)
    at_work = at_work.exclude(school__in=planned).exclude(school=next(iter(made.schools.values())))
    deployment = at_work.select_related("school").order_by("school__urn").last()
    if deployment is None:
        return
    row = {
        "URN": deployment.school.urn,
        "EstablishmentName": deployment.school.name,
        "HeadFirstName": "Hugh",
        "HeadLastName": "Penhallow",
        "HeadPreferredJobTitle": "Headteacher",
    }
    import_schools(
        source=io.BytesIO(as_bytes([row])), file_name=f"changes_{BROUGHT_ON.isoformat()}.csv", as_at=BROUGHT_ON,
        by=made.manager, at=moment(BROUGHT_ON), on=DEMONSTRATION_DAY,
    )  # fmt: skip
