"""What the crispy template pack `govuk` asks: which template draws a field, and with what."""

from django import forms, template
from django.utils.html import format_html

from sipmanager.core.forms import LONG_TEXT, DateBoxes, wrong_boxes

register = template.Library()

# The first kind of widget that fits decides; subclasses stand before their parents.
TEMPLATES = (
    (DateBoxes, "date-input"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.Widget, "input"),
)
CLASSES = {
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "textarea": "govuk-textarea",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "input": "govuk-input",
}


@register.filter
def shown(bound):
    """Everything `govuk/<kind>.html` needs to draw the bound field."""
    form = bound.form
    form.use_required_attribute = False
    kind = next(name for widget, name in TEMPLATES if isinstance(bound.field.widget, widget))
    errors = [str(error) for error in bound.errors]
    is_heading = getattr(form, "heading", "") == bound.name
    size = getattr(form, "label_sizes", {}).get(bound.name, "l" if is_heading else "")
    parts = {
        "template": f"govuk/{kind}.html",
        "kind": kind,
        "id": bound.auto_id,
        "name": bound.html_name,
        "for": bound.id_for_label,
        "label": bound.label,
        "size": size,
        "is_heading": is_heading,
        "hint": bound.help_text,
        "errors": errors,
        "described_by": " ".join(described_by(bound, errors)),
        "affixes": getattr(form, "affixes", {}).get(bound.name, ("", "")),
    }
    if kind == "choices":
        parts |= choices(bound)
    elif kind == "checkbox":
        parts["is_checked"] = bound.field.widget.check_test(bound.value())
    elif kind == "date-input":
        attrs = {"id": bound.auto_id, "wrong": wrong_boxes(bound)}
        parts["boxes"] = bound.field.widget.get_context(bound.html_name, bound.value(), attrs)["boxes"]
    else:
        parts |= counted(bound, kind)
        parts["control"] = control(bound, kind, errors, parts.get("count", 0))
    return parts


def described_by(bound, errors):
    if bound.help_text:
        yield f"{bound.auto_id}_helptext"
    if errors:
        yield f"{bound.auto_id}_error"


def counted(bound, kind):
    longest = getattr(bound.field, "max_length", None) if kind == "textarea" else None
    if not longest:
        return {}
    return {"count": longest, "threshold": 75 if longest >= LONG_TEXT else 0}


def control(bound, kind, errors, count):
    own = bound.field.widget.attrs
    classes = [CLASSES[kind], own.get("class", "")]
    if errors:
        classes.append(f"{CLASSES[kind].split()[0]}--error")
    if count:
        classes.append("govuk-js-character-count")
    attrs = {"class": " ".join(filter(None, classes))}
    if kind == "textarea" and own.get("rows", "10") == "10":  # Django's own default
        attrs["rows"] = "5"
    if kind == "password":
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    ids = [*([f"{bound.auto_id}-info"] if count else []), *described_by(bound, errors)]
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    return bound.as_widget(attrs=attrs)


def choices(bound):
    """Radios or checkboxes: `items`, each with its hint, and `type`."""
    hints = getattr(bound.form, "hints", {}).get(bound.name, {})
    items = [
        {
            "id": option.data["attrs"].get("id", ""),
            "value": option.data["value"],
            "label": option.data["label"],
            "is_chosen": option.data["selected"],
            "is_disabled": option.data["attrs"].get("disabled", bound.field.disabled),
            "hint": hints.get(str(option.data["value"]), ""),
        }
        for option in bound.subwidgets
        if option.data["value"] != "" or not bound.field.required
    ]
    kind = "checkboxes" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radios"
    inline = bound.name in getattr(bound.form, "inline", ())
    small = getattr(bound.form, "has_small_choices", False)
    return {
        "items": items,
        "choice": kind,
        "type": "checkbox" if kind == "checkboxes" else "radio",
        "inline": inline,
        "small": small,
    }


@register.filter
def own_classes(button):
    """A crispy button's classes without Bootstrap's."""
    kept = [name for name in button.field_classes.split() if not name.startswith(("btn", "submit", "button"))]
    return format_html("{}", "".join(f" {name}" for name in kept))
