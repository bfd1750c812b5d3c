"""Forms in the manner of the GOV.UK Design System: their wording, the date in three boxes, the error summary.

A form checks what was typed and saves nothing; the view hands `cleaned_data` to the action. No form reads the clock:
the view gives it `on=` and the form sets the limits of its dates.
"""

import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from .arguments import FIRST_YEAR, LAST_YEAR
from .wording import capitalised, day, in_sentence, listed

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
BOXES = ("day", "month", "year")
LONG_TEXT = 1000  # from here on the count shows only when three quarters are used


def plain(text: str) -> str:
    """`text` without characters nobody can see (zero-width joins, byte order marks, soft hyphens)."""
    kept = (letter for letter in text if letter in "\n\r\t" or unicodedata.category(letter) not in ("Cf", "Cc"))
    return "".join(kept).replace("\u00a0", " ").strip()


# ---------------------------------------------------------------------------------------------------------- dates


class DateBoxes(forms.Widget):
    """Three boxes: day, month and year. Takes a date, or the three texts as typed; a link may say `?held_on=2009-09-27`."""

    template_name = "govuk/date_boxes.html"
    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        typed = {box: data.get(f"{name}_{box}") for box in BOXES}
        if all(text is None for text in typed.values()):
            return split_iso(data.get(name))
        return {box: plain(text or "") for box, text in typed.items()}

    def value_omitted_from_data(self, data, files, name):
        return name not in data and not any(f"{name}_{box}" in data for box in BOXES)

    def id_for_label(self, id_):
        return f"{id_}_day" if id_ else ""

    def format_value(self, value):
        if isinstance(value, dict):
            return value
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        return split_iso(value) or dict.fromkeys(BOXES, "")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        wrong = context["widget"]["attrs"].pop("wrong", ())
        values = self.format_value(value)
        context["boxes"] = [
            {
                "label": box.capitalize(),
                "name": f"{name}_{box}",
                "id": f"{context['widget']['attrs'].get('id', name)}_{box}",
                "value": values.get(box, ""),
                "width": 4 if box == "year" else 2,
                "is_wrong": box in wrong,
            }
            for box in BOXES
        ]
        return context


def split_iso(text) -> dict | None:
    """`2009-09-27` as the three boxes would hold it; anything else is left as typed in the year's box."""
    if not text:
        return None
    parts = str(text).split("-")
    if len(parts) != 3:
        return {"day": "", "month": "", "year": str(text)[:20]}
    return dict(zip(BOXES, (parts[2].lstrip("0"), parts[1].lstrip("0"), parts[0]), strict=True))


class GovDateField(forms.Field):
    """A date typed as three boxes; "jan", "January" and "1" are the same month. Cleans to a `date` or None.

    One message by priority: what is missing, then what is impossible, then a limit. Its `params["boxes"]` names the
    boxes at fault, which are outlined, and the first of them is where the error summary leads.
    """

    widget = DateBoxes
    example = "For example, 27 9 2009"

    def __init__(self, *, earliest=None, earliest_says="", latest=None, latest_says="", **kwargs):
        kwargs.setdefault("help_text", self.example)
        super().__init__(**kwargs)
        self.limit(earliest=earliest, earliest_says=earliest_says, latest=latest, latest_says=latest_says)

    def limit(self, *, earliest=None, earliest_says="", latest=None, latest_says=""):
        """Set the first and last day allowed and how to say so, e.g. `latest=on, latest_says="today or in the past"`."""
        self.earliest, self.latest = earliest, latest
        self.earliest_says = earliest_says or (f"the same as or after {day(earliest)}" if earliest else "")
        self.latest_says = latest_says or (f"the same as or before {day(latest)}" if latest else "")

    @property
    def name_in_messages(self):
        return str(self.label or "Date").removesuffix(" (optional)")

    def to_python(self, value):
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        typed = value if isinstance(value, dict) else split_iso(value)
        if typed is None or not any(typed.values()):
            return None
        missing = [box for box in BOXES if not typed.get(box)]
        if missing:
            raise self.wrong(f"must include a {listed(missing)}", "incomplete", missing)
        return self.real_date(typed)

    def real_date(self, typed):
        numbers = {"day": whole(typed["day"]), "month": month_number(typed["month"]), "year": whole(typed["year"])}
        if numbers["year"] is not None and len(typed["year"]) != 4:
            raise self.wrong("must include a year of 4 numbers", "short_year", ["year"])
        try:
            found = date(numbers["year"], numbers["month"], numbers["day"])
        except (TypeError, ValueError) as error:
            sound = {"day": 1 <= (numbers["day"] or 0) <= 31, "month": bool(numbers["month"]), "year": bool(numbers["year"])}
            boxes = [box for box in BOXES if not sound[box]] or list(BOXES)
            raise self.wrong("must be a real date", "impossible", boxes) from error
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise self.wrong(f"must have a year from {FIRST_YEAR} to {LAST_YEAR}", "far_year", ["year"])
        return found

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.earliest and value < self.earliest:
            raise self.wrong(f"must be {self.earliest_says}", "too_early", BOXES)
        if self.latest and value > self.latest:
            raise self.wrong(f"must be {self.latest_says}", "too_late", BOXES)

    def wrong(self, says, code, boxes):
        message = f"{self.name_in_messages} {says}".replace("%", "%%")
        return ValidationError(message, code=code, params={"boxes": tuple(boxes)})

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def whole(text: str) -> int | None:
    text = unicodedata.normalize("NFKC", text).strip(" .,/-")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def month_number(text: str) -> int | None:
    """1 to 12 from a number, a name or the first three letters or more of a name."""
    typed = unicodedata.normalize("NFKC", text).strip(" .,/-").lower()
    if typed.isdigit():
        number = whole(typed)
        return number if number and number <= 12 else None
    if len(typed) < 3:
        return None
    if typed == "sept":
        return 9
    return next((at for at, name in enumerate(MONTHS, start=1) if name.startswith(typed)), None)


# ---------------------------------------------------------------------------------------------------- other fields


class CodeField(forms.CharField):
    """A URN, a code or a postcode: spaces, dashes, dots and invisible characters are ignored, letters are large."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("spellcheck", "false")
        self.widget.attrs.setdefault("autocomplete", "off")

    def to_python(self, value):
        value = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return "".join(letter for letter in value if letter.isalnum()).upper()


class EmailField(forms.EmailField):
    """An e-mail address; stray spaces and invisible characters are ignored."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("spellcheck", "false")
        self.widget.attrs.setdefault("autocomplete", "email")

    def to_python(self, value):
        return super().to_python(plain(str(value)).replace(" ", "") if value else value)


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to tick; a number that no row can have is no row, as Django itself sees it for a single one."""

    widget = forms.CheckboxSelectMultiple

    def _check_values(self, value):
        most = models.BigAutoField.MAX_BIGINT
        for number in value:
            if str(number).strip().isdecimal() and int(str(number)[:40]) > most:
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": number})
        return super()._check_values(value)


class NameField(forms.CharField):
    """A person's full name in one box."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "Full name")
        kwargs.setdefault("max_length", 200)
        autocomplete = kwargs.pop("autocomplete", "off")
        super().__init__(**kwargs)
        self.widget.attrs.update({"spellcheck": "false", "autocomplete": autocomplete})

    def to_python(self, value):
        return " ".join(plain(super().to_python(value) or "").split())


class GovFileField(forms.FileField):
    """A file with its own plain message for each thing that can be wrong. `endings` such as `("csv", "xlsx")`."""

    widget = forms.FileInput

    def __init__(self, *, endings: Iterable[str] = (), max_bytes: int = 0, **kwargs):
        self.endings, self.max_bytes = tuple(endings), max_bytes
        super().__init__(**kwargs)
        if self.endings:
            self.widget.attrs.setdefault("accept", ",".join(f".{ending}" for ending in self.endings))

    def to_python(self, data):
        given = super().to_python(data)
        if given is None:
            return given
        if self.endings and given.name.rpartition(".")[2].lower() not in self.endings:
            kinds = listed([ending.upper() for ending in self.endings], last="or")
            raise ValidationError(f"The selected file must be a {kinds}", code="wrong_type")
        if self.max_bytes and given.size > self.max_bytes:
            raise ValidationError(f"The selected file must be smaller than {file_size(self.max_bytes)}", code="too_big")
        return given


def file_size(number_of_bytes: int) -> str:
    """`500KB`, `20MB`."""
    if number_of_bytes >= 1024 * 1024:
        return f"{number_of_bytes // (1024 * 1024)}MB"
    return f"{max(1, number_of_bytes // 1024)}KB"


# ------------------------------------------------------------------------------------------------------- the form


@dataclass(frozen=True)
class ErrorLine:
    """One line of an error summary: the field's own wording, and the id of the element to go to, if any."""

    message: str
    target: str = ""


class GovForm:
    """The manner of every form; use `BaseForm` or `BaseModelForm`.

    submit      what the button says: the act, not "Submit"; "" for a form whose template has its own buttons
    heading     the field whose label is the page's `h1`, on a page that asks one question
    label_sizes field name to "s", "m", "l" or "xl", for a larger label or legend
    inline      names of radios that stand side by side
    affixes     field name to `(prefix, suffix)`, e.g. `("£", "")`
    hints       field name to `{choice value: hint}` for radios and checkboxes
    """

    submit = "Save and continue"
    heading = ""
    label_sizes: dict[str, str] = {}
    inline: tuple[str, ...] = ()
    affixes: dict[str, tuple[str, str]] = {}
    hints: dict[str, dict[str, str]] = {}
    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, given in self.fields.items():
            word(given, name)

    @property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(*self.fields)
        helper.render_hidden_fields = True
        if self.submit:
            helper.add_input(Submit("", self.submit))
        return helper


class BaseForm(GovForm, forms.Form):
    """A form in the service's manner."""


class BaseModelForm(GovForm, forms.ModelForm):
    """The same over a model's fields. It checks; the action saves."""


class KeyMixin(forms.Form):
    """A hidden key that is new for each form shown and the same for each sending of it; see `core.once` (D-31)."""

    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": "Open this page again and then send the form",
            "invalid": "Open this page again and then send the form",
        },
    )


class KeyedForm(GovForm, KeyMixin):
    """A form that creates something, and creates it once however often it is sent."""


def error_lines(form) -> list[ErrorLine]:
    """Every error of any bound form in the order of the page, each with the element that mends it."""
    if not form.is_bound:
        return []
    lines = [ErrorLine(str(message)) for message in form.non_field_errors()]
    for bound in form:
        lines += [ErrorLine(str(message), "" if bound.is_hidden else error_target(bound)) for message in bound.errors]
    return lines


def error_target(bound) -> str:
    """The id of the element an error leads to: the box itself, the first radio, the date's first wrong box."""
    if isinstance(bound.field.widget, DateBoxes):
        return f"{bound.auto_id}_{wrong_boxes(bound)[0]}"
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.auto_id


def wrong_boxes(bound) -> tuple[str, ...]:
    """The boxes of a date that its first error names; all three when it names none; none when there is no error."""
    if not bound.errors:
        return ()
    first = bound.errors.as_data()[0]
    return (first.params or {}).get("boxes") or BOXES


# --------------------------------------------------------------------------------------------------------- wording

# Messages that Django completes with the % operator.
WITH_PARAMS = {"max_length", "min_length", "max_value", "min_value", "invalid_choice", "invalid_pk_value"}
ASKING = {"what", "why", "how", "which", "who", "when", "where", "whether"}
POINTING = {"the", "a", "an", "your", "their", "its", "this", "these", "those", "each", "every", "any", "one"}
CHOOSING = (forms.RadioSelect, forms.Select, forms.CheckboxInput, forms.CheckboxSelectMultiple)


def word(field: forms.Field, name: str) -> None:
    """Give `field` the service's messages wherever its author has written none of their own."""
    label = str(field.label if field.label is not None else capitalised(name.replace("_", " ")))
    field.label = label
    # What may stay empty says so in its label; in a message the words would only be in the way.
    for code, says in messages(field, label.removesuffix(" (optional)")).items():
        if field.error_messages.get(code) == stock_message(field, code):
            field.error_messages[code] = says.replace("%", "%%") if code in WITH_PARAMS else says
    if isinstance(field.widget, forms.Textarea | forms.TextInput):
        for limit in ("maxlength", "minlength"):  # people may over-type, and are told
            field.widget.attrs.pop(limit, None)
    if isinstance(field.widget, forms.NumberInput):
        # A number box loses its value when one scrolls, and swallows what it cannot read.
        field.widget.input_type = "text"
        field.widget.attrs["inputmode"] = "numeric" if type(field) is forms.IntegerField else "decimal"
        for limit in ("min", "max", "step"):
            field.widget.attrs.pop(limit, None)


def stock_message(field, code):
    """Django's own message for `code`, from the nearest class that has one."""
    for parent in type(field).__mro__:
        if code in getattr(parent, "default_error_messages", {}):
            return parent.default_error_messages[code]
    return None


def messages(field, label) -> dict[str, str]:
    thing = named(label)
    longest, shortest = getattr(field, "max_length", None), getattr(field, "min_length", None)
    most, least = getattr(field, "max_value", None), getattr(field, "min_value", None)
    says = {"required": f"Say {in_sentence(label)}" if is_clause(field, label) else f"{verb(field)} {thing}"}
    if longest:
        says["max_length"] = f"{label} must be {longest:,} characters or less"
    if shortest:
        says["min_length"] = f"{label} must be {shortest:,} characters or more"
    if isinstance(field, forms.EmailField):
        says["invalid"] = "Enter an email address in the correct format, like name@example.com"
    elif isinstance(field, forms.IntegerField):
        kind = "whole number" if type(field) is forms.IntegerField else "number"
        says["invalid"] = f"{label} must be a {kind}"
    if most is not None:
        says["max_value"] = f"{label} must be {most:,} or less" if not callable(most) else ""
    if least is not None:
        says["min_value"] = f"{label} must be {least:,} or more" if not callable(least) else ""
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        says["invalid_choice"] = f"Select {thing} from the list"
        says["invalid_list"] = f"Select {thing} from the list"
        says["invalid_pk_value"] = f"Select {thing} from the list"
    if isinstance(field, forms.FileField):
        says |= {
            "required": f"Select {thing}",
            "missing": "Select a file",
            "invalid": "Select a file",
            "empty": "The selected file is empty",
            "max_length": f"The name of the selected file must be {longest or 100:,} characters or less",
        }
    says["null_characters_not_allowed"] = f"{label} must not include characters that cannot be shown"
    return says


def is_clause(field, label: str) -> bool:
    """Whether the label of a box to write in is no thing and no question: "Why it ends", "How it was sent"."""
    return verb(field) == "Enter" and not label.endswith("?") and label.split(" ", 1)[0].lower() in ASKING


def named(label: str) -> str:
    """The label as the object of a sentence: `the date of visit`, `your name`, `an answer to “Is it agreed?”`."""
    first = label.split(" ", 1)[0].lower()
    if label.endswith("?") or first in ASKING:
        return f"an answer to “{label}”"
    return in_sentence(label) if first in POINTING else f"the {in_sentence(label)}"


def verb(field) -> str:
    return "Select" if isinstance(field.widget, CHOOSING) else "Enter"
