"""What stands in a row of the registers of visits and notes: `{% load visiting %}`."""

from django import template

from visits import tables
from visits.states import NOTE_STATE_NAMES

register = template.Library()

register.filter("occasion", tables.occasion)
register.filter("visit_tag", tables.visit_tag)
register.filter("note_tag", tables.note_tag)


@register.filter
def visit_day(visit):
    """The day on which it was held, else the day planned."""
    return visit.held_on or visit.planned_on


@register.filter
def note_state(status):
    return NOTE_STATE_NAMES[status]
