"""The form of local policy: a preset, a first day, and each setting that shall differ from the preset."""

from django import forms

from accounts.policy_words import in_words, word_of
from accounts.presets import BY_ID, PRESET_NAMES, SETTINGS, Setting
from sipmanager.core.forms import BaseForm, GovDateField

AS_PRESET = "as-preset"
YES, NO, UNSET = "yes", "no", "unset"


def field_name(setting: Setting) -> str:
    return setting.id.lower().replace("-", "_")


class PresetForm(BaseForm):
    """The first question: which of the four ways of working."""

    submit = "Continue"

    preset = forms.ChoiceField(label="Which way of working is yours closest to?", widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["preset"].choices = list(PRESET_NAMES.items())


class PolicyForm(BaseForm):
    """The second: from when, and what differs. Each setting's first answer is the preset's."""

    submit = "Look at the changes"

    starts_on = GovDateField(label="First day of the new policy")

    def __init__(self, *args, preset: str, earliest=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.preset = preset
        if earliest is not None:
            self.fields["starts_on"].limit(earliest=earliest, earliest_says="in the future")
        for setting in SETTINGS:
            self.fields[field_name(setting)] = field_for(setting, preset)

    def overrides(self) -> dict:
        """What differs from the preset, keyed by setting id."""
        found = {}
        for setting in SETTINGS:
            value = self.cleaned_data[field_name(setting)]
            if setting.is_open:
                value = names_in(setting, value)
                is_changed = value != list(setting.default(self.preset))
            elif setting.many:
                is_changed = set(value) != set(setting.default(self.preset))
                value = [choice for choice in setting.choices if choice in value]
            else:
                is_changed = value not in (AS_PRESET, "")
                value = typed_value(setting, value) if is_changed else None
            if is_changed:
                found[setting.id] = value
        return found

    def clean(self):
        given = super().clean()
        for setting in SETTINGS:
            name = field_name(setting)
            if setting.kind is int and name in given:
                self._check_number(setting, name, given[name])
            if setting.is_open and name in given:
                fault = setting.wrong(names_in(setting, given[name]))
                if fault:
                    self.add_error(name, fault)
        return given

    def _check_number(self, setting, name, typed):
        if (typed.isdecimal() and len(typed) <= 4) or typed == "" or (setting.optional and typed.casefold() == "not set"):
            return
        self.add_error(name, f"{setting.says} must be a whole number" + (", or “not set”" if setting.optional else ""))


def names_in(setting: Setting, text: str) -> list[str]:
    """The names written one to a line, each once; one that presets use too is theirs, however it is cased."""
    known = {choice.casefold(): choice for choice in setting.choices}
    found: dict[str, str] = {}
    for line in text.splitlines():
        name = " ".join(line.split())
        if name:
            found.setdefault(name.casefold(), known.get(name.casefold(), name))
    return list(found.values())


def typed_value(setting: Setting, value: str):
    """What was chosen or typed as the setting holds it."""
    if value == UNSET or (setting.kind is int and value.casefold() == "not set"):
        return None
    if setting.kind is bool:
        return value == YES
    return int(value) if setting.kind is int else value


def field_for(setting: Setting, preset: str) -> forms.Field:
    """The question about one setting; the preset's own value stands in the hint."""
    default = setting.default(preset)
    label, hint = setting.says, f"{setting.id}. Preset: {in_words(setting, default)}."
    if setting.is_open:
        return forms.CharField(
            label=label, help_text=f"{hint} Write one to a line.", required=False, max_length=1000,
            initial="\n".join(default), widget=forms.Textarea(attrs={"rows": 5}),
        )  # fmt: skip
    if setting.many:
        choices = [(choice, word_of(choice, setting)) for choice in setting.choices]
        box = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(
            label=label, help_text=hint, required=False, choices=choices, initial=list(default), widget=box
        )
    if setting.kind is bool:
        pairs = [(YES, "Yes"), (NO, "No")]
    elif setting.choices:
        pairs = [(choice, word_of(choice, setting)) for choice in setting.choices]
    else:
        leave = " Leave empty to keep that, or write “not set”." if setting.optional else " Leave empty to keep that."
        width = "govuk-input--width-10" if setting.kind is int else "govuk-input--width-20"
        widget = forms.TextInput(attrs={"class": width, "autocomplete": "off", "spellcheck": "false"})
        return forms.CharField(label=label, help_text=hint + leave, required=False, max_length=60, widget=widget)
    choices = [(AS_PRESET, "As in the preset"), *pairs]
    return forms.ChoiceField(label=label, help_text=hint, choices=choices, initial=AS_PRESET, required=False)


def initial_from(preset: str, overrides: dict) -> dict:
    """The answers that describe a policy already made, so that a change starts from what is."""
    answers = {}
    for pol_id, value in overrides.items():
        setting = BY_ID[pol_id]
        answers[field_name(setting)] = answer_of(setting, value)
    return answers


def answer_of(setting: Setting, value):
    if setting.is_open:
        return "\n".join(value)
    if setting.many:
        return list(value)
    if value is None:
        return "not set"
    if setting.kind is bool:
        return YES if value else NO
    return str(value)
