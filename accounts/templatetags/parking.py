"""`{% load parking %}` and, inside a form that holds text, `{% parking_token section="note:17:summary" %}`."""

from django import template
from django.utils.html import format_html

from accounts.parking import FIELD, Token, sign

register = template.Library()


@register.simple_tag(takes_context=True)
def parking_token(context, section="", place=""):
    """A hidden field by which the form's text is kept if the session has ended when it is sent (D-27).

    `section` names what is written (`note:17:summary`). `place` is where to send it again, where that is not the address
    that the form goes to: an autosaved form says here where its whole form goes.
    """
    request = context["request"]
    if not request.user.is_authenticated:
        return ""
    token = Token(request.user.pk, str(section), str(place), request.get_full_path())
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, sign(token))
