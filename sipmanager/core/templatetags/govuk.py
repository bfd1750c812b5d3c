"""The parts of a page as template tags: `{% load govuk %}`. What each takes is in `docs/front-end.md`."""

from datetime import date, datetime
from functools import lru_cache
from html import escape

from django import template
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from sipmanager.core import wording
from sipmanager.core.forms import ErrorLine, error_lines
from sipmanager.core.frame import Frame
from sipmanager.core.parts import Tag

register = template.Library()

# Blue is what a tag is without a colour.
COLOURS = {"", "blue", "grey", "green", "teal", "purple", "magenta", "red", "orange", "yellow"}

# ------------------------------------------------------------------------------------------------ dates and numbers

register.filter("day", wording.day)
register.filter("clock_time", wording.clock_time)
register.filter("moment", wording.moment)
register.filter("in_sentence", wording.in_sentence)
register.filter("capitalised", wording.capitalised)
register.simple_tag(wording.span, name="span")
register.simple_tag(wording.counted, name="counted")


@register.filter
def short_day(value):
    """`4 Jun 2026` that does not break over two lines of a narrow cell."""
    return wording.short_day(value).replace(" ", "\u00a0")


@register.filter
def short_moment(value):
    """`4 Jun 2026 at 9:32am`, broken between day and time alone where a cell is narrow."""
    return f"{short_day(value)} at\u00a0{wording.clock_time(value)}" if value else ""


@register.simple_tag
def time_tag(value):
    """A day or a moment in a `time` element that machines can read."""
    if not value:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), wording.moment(value))


@register.filter
def readable(value):
    """Any value as a summary list shows it."""
    if value is None or value == "" or value == []:
        return "Not provided"
    if value is True or value is False:
        return "Yes" if value else "No"
    if isinstance(value, datetime | date):
        return wording.moment(value)
    if isinstance(value, Tag):
        return tag(value)
    if isinstance(value, list | tuple):
        return format_html_join(mark_safe("<br>"), "{}", ((readable(part),) for part in value))
    return value


# -------------------------------------------------------------------------------------------------- around the page


@register.simple_tag(takes_context=True)
def the_frame(context):
    """The frame the accounts app gives, or the bare one for a stranger and for the page shown when all else fails."""
    return context.get("frame") or Frame()


@register.simple_tag(takes_context=True)
def nonce(context):
    """The nonce attribute for an inline script, empty where no policy is sent."""
    request = context.get("request")
    value = getattr(request, "csp_nonce", None)
    return "" if value is None else format_html(' nonce="{}"', str(value))


def page_error_lines(context) -> list[ErrorLine]:
    """Errors of whatever the view put under `form`, `forms`, `formset` and `errors`, in that order."""
    lines = list(context.get("errors") or [])
    found = [context.get("form"), *(context.get("forms") or []), *(context.get("formset") or [])]
    for form in found:
        if hasattr(form, "non_field_errors"):
            lines += error_lines(form)
    formset = context.get("formset")
    if formset is not None and formset.is_bound:
        lines += [ErrorLine(str(message)) for message in formset.non_form_errors()]
    return [line if isinstance(line, ErrorLine) else ErrorLine(*line) for line in lines]


@register.simple_tag(takes_context=True)
def error_prefix(context):
    """`Error: ` before the title of a page that shows an error summary."""
    return "Error: " if page_error_lines(context) else ""


@register.inclusion_tag("_parts/error_summary.html", takes_context=True)
def page_errors(context):
    """The error summary; nothing without errors."""
    return {"lines": page_error_lines(context)}


@register.inclusion_tag("_parts/error_summary.html")
def error_summary(*forms):
    """The error summary of these forms, for a page that does not extend base.html."""
    return {"lines": [line for form in forms for line in error_lines(form)]}


@register.inclusion_tag("_parts/banner.html", takes_context=True)
def page_banner(context):
    """At most one banner from Django's messages: what succeeded, else what matters. None beside an error summary."""
    if page_error_lines(context):
        return {"text": ""}
    told = list(context.get("messages") or [])
    good = [message for message in told if message.level == messages.SUCCESS]
    if good:
        return {"text": good[-1].message, "is_success": True, "title": "Success"}
    return {"text": told[-1].message if told else "", "is_success": False, "title": "Important"}


@register.inclusion_tag("_parts/breadcrumbs.html", takes_context=True)
def page_trail(context):
    """The view's `breadcrumbs` (pairs of label and address) or its `back` (an address, or a pair).

    Every trail begins at My work, whether the view says so or not.
    """
    back = context.get("back") or ""
    label, url = back if isinstance(back, tuple | list) else ("Back", back)
    crumbs = [pair(crumb) for crumb in context.get("breadcrumbs") or []]
    if crumbs and crumbs[0][1] != "/":
        crumbs.insert(0, ("My work", "/"))
    return {"breadcrumbs": crumbs, "back_label": label, "back_url": url}


def pair(crumb):
    return crumb if isinstance(crumb, tuple | list) else (crumb.label, crumb.url)


# ---------------------------------------------------------------------------------------------------------- parts


@register.simple_tag(name="tag")
def tag(label, colour=""):
    """A status tag. Takes a `Tag`, or words and a colour."""
    if isinstance(label, Tag):
        label, colour = label.label, label.colour
    return tag_html(str(label), colour)


@lru_cache(maxsize=512)
def tag_html(label: str, colour: str) -> str:
    """The tag as HTML; a service has a few dozen, a page of a register fifty."""
    if colour not in COLOURS:
        raise ImproperlyConfigured(f"There is no tag colour {colour!r}; there are {', '.join(sorted(COLOURS))}.")
    return format_html(
        '<strong class="govuk-tag{}">{}</strong>', f" govuk-tag--{colour}" if colour not in ("", "blue") else "", label
    )


@register.inclusion_tag("_parts/summary_list.html")
def summary_list(rows, title="", heading_level=2, lines=True):
    """A summary list; with `title`, as a card."""
    return {"rows": rows, "title": title, "level": heading_level, "lines": lines}


@register.inclusion_tag("_parts/task_list.html")
def task_list(tasks, prefix="task"):
    """A task list. Give each list of a page its own `prefix`."""
    return {"tasks": tasks, "prefix": prefix}


@register.inclusion_tag("_parts/timeline.html")
def timeline(events, heading_level=2):
    """A timeline, newest first as the view hands it over."""
    return {"events": events, "level": heading_level}


@register.inclusion_tag("_parts/pagination.html")
def pagination(pages):
    """Numbered pages from `listing.pages_of`; nothing for a single page."""
    return {"pages": pages}


@register.inclusion_tag("_parts/sub_navigation.html")
def sub_navigation(links, label="Sections of this page"):
    """The second row of navigation on the page of one record."""
    return {"links": links, "label": label}


@register.inclusion_tag("_parts/warning_text.html")
def warning_text(text):
    """A sentence with an exclamation mark."""
    return {"text": text}


@register.inclusion_tag("_parts/inset_text.html")
def inset_text(text):
    """A sentence set apart."""
    return {"text": text}


@register.inclusion_tag("_parts/details.html")
def details(summary, text, is_open=False):
    """Something folded. For more than a sentence use the markup of `_parts/details.html`."""
    return {"summary": summary, "text": text, "is_open": is_open}


@register.inclusion_tag("_parts/panel.html")
def panel(title, label="", reference=""):
    """The green panel at the head of a confirmation page."""
    return {"title": title, "label": label, "reference": reference}


@register.inclusion_tag("_parts/empty.html")
def empty(text, link=None):
    """What an empty list says, and the link that leads on."""
    return {"text": text, "link": link}


@register.inclusion_tag("_parts/banner.html")
def notification(text, title="Important"):
    """A blue banner inside a page, for what the reader must know before the rest."""
    return {"text": text, "is_success": False, "title": title}


@register.inclusion_tag("_parts/button.html")
def button(label, url="", kind="", name="", value=""):
    """A submit button, or with `url` a link that looks like one. `kind`: "", "secondary", "warning", "inverse"."""
    return {"label": label, "url": url, "kind": kind, "name": name, "value": value}


@register.inclusion_tag("_parts/move.html", takes_context=True)
def move_button(context, label, url, refusals=(), kind="", fields=None):
    """A POST of one button; with `refusals` it is disabled and says what is missing."""
    return {
        "label": label,
        "url": url,
        "refusals": refusals,
        "kind": kind,
        "fields": (fields or {}).items(),
        "csrf_token": context.get("csrf_token", ""),
    }


# ------------------------------------------------------------------------------------------------------- registers


@register.tag
def cell(parser, token):
    """`{% cell "phase" %}…{% endcell %}` in a register's row template: the cell of that column.

    The column's label for narrow screens, its alignment and whether it heads the row come from the table.
    """
    name = parser.compile_filter(token.split_contents()[1])
    body = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(name, body)


class CellNode(template.Node):
    """Writes one cell between the tags the register prepared once for all rows."""

    def __init__(self, name, nodelist):
        self.name = name.token.strip("\"'")
        self.nodelist = nodelist

    def render(self, context):
        try:
            opening, closing = context["cells"][self.name]
        except KeyError as error:
            raise ImproperlyConfigured(f"The row template has a cell {self.name!r}, the table no such column.") from error
        return opening + self.nodelist.render(context) + closing


@register.simple_tag(takes_context=True)
def register_rows(context, listing):
    """The rows of a register, each written by its row template: the template is looked up once for all of them."""
    row = context.template.engine.get_template(listing.row_template)
    written = []
    with context.render_context.push_state(row), context.push(cells=listing.cells):
        for record in listing.records:
            with context.push(record=record):
                written.append('<tr class="govuk-table__row" role="row">')
                if listing.has_ticks:
                    written.append(tick(listing, record))
                written.append(row.nodelist.render(context))
                written.append("</tr>")
    return mark_safe("".join(written))


# Written for each of fifty rows: put together by hand, at a tenth of what `format_html` costs (D-37).
TICK = (
    '<td class="govuk-table__cell app-table__tick" role="cell"><div class="govuk-checkboxes govuk-checkboxes--small">'
    '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" name="chosen" value="%s" '
    'id="chosen_%s" form="with-chosen"%s><label class="govuk-label govuk-checkboxes__label" for="chosen_%s">'
    '<span class="govuk-visually-hidden">Choose %s</span></label></div></div></td>'
)


def tick(listing, record) -> str:
    key = escape(str(record.pk))
    return TICK % (
        key,
        key,
        " checked" if listing.chosen and str(record.pk) in listing.chosen else "",
        key,
        escape(str(record)),
    )
