"""What stands in a row of the registers of visits and notes: `{% load visiting %}`."""

from django import template

from visits import tables

register = template.Library()

register.filter("occasion", tables.occasion)
register.filter("visit_tag", tables.visit_tag)
register.filter("row_tag", tables.row_tag)
register.filter("note_words", tables.note_words)


@register.filter
def visit_day(visit):
    """The day on which it was held, else the day planned."""
    return visit.held_on or visit.planned_on
