import uuid
from datetime import date, datetime
from html.parser import HTMLParser

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import RequestFactory

from sipmanager.core.forms import (
    BaseForm,
    CodeField,
    EmailField,
    ErrorLine,
    GovDateField,
    GovFileField,
    KeyedForm,
    NameField,
    RowsField,
    error_lines,
)

from .component_pages import EveryField


class Visit(BaseForm):
    held_on = GovDateField(label="Date of visit")


def typed(day="", month="", year=""):
    return Visit({"held_on_day": day, "held_on_month": month, "held_on_year": year})


def only_error(form):
    (line,) = error_lines(form)
    return line


# Dates.


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("27", "9", "2009"),
        ("27", "09", "2009"),
        (" 27 ", "sep", "2009"),
        ("27", "Sept", "2009"),
        ("27", "SEPTEMBER", "2009"),
        ("27.", "9", "2009\u200b"),
        ("\uff12\uff17", "9", "2009"),
    ],
)
def test_a_date_may_be_typed_in_many_ways(day, month, year):
    form = typed(day, month, year)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["held_on"] == date(2009, 9, 27)


@pytest.mark.parametrize(
    ("boxes", "says", "target"),
    [
        (("", "", ""), "Enter the date of visit", "id_held_on_day"),
        (("27", "", "2009"), "Date of visit must include a month", "id_held_on_month"),
        (("", "", "2009"), "Date of visit must include a day and month", "id_held_on_day"),
        (("27", "9", ""), "Date of visit must include a year", "id_held_on_year"),
        (("31", "9", "2009"), "Date of visit must be a real date", "id_held_on_day"),
        (("29", "2", "2009"), "Date of visit must be a real date", "id_held_on_day"),
        (("27", "13", "2009"), "Date of visit must be a real date", "id_held_on_month"),
        (("27", "ju", "2009"), "Date of visit must be a real date", "id_held_on_month"),
        (("x", "9", "2009"), "Date of visit must be a real date", "id_held_on_day"),
        (("27", "9", "09"), "Date of visit must include a year of 4 numbers", "id_held_on_year"),
        (("27", "9", "0009"), "Date of visit must have a year from 1900 to 2999", "id_held_on_year"),
        (("27", "9", "0000"), "Date of visit must be a real date", "id_held_on_year"),
        (("27", "9", "\u0662\u0660\u0660\u0669x"), "Date of visit must be a real date", "id_held_on_year"),
    ],
)
def test_a_wrong_date_has_one_message_which_leads_to_the_first_wrong_box(boxes, says, target):
    assert only_error(typed(*boxes)) == ErrorLine(says, target)


def test_a_date_outside_its_limits_is_told_the_limit_and_why():
    form = typed("1", "9", "2010")
    form.fields["held_on"].limit(latest=date(2009, 11, 16), latest_says="today or in the past")
    assert only_error(form).message == "Date of visit must be today or in the past"
    form = typed("1", "8", "2009")
    form.fields["held_on"].limit(
        earliest=date(2009, 9, 1), earliest_says="the same as or after 1 September 2009 when the deployment started"
    )
    assert only_error(form).message == (
        "Date of visit must be the same as or after 1 September 2009 when the deployment started"
    )
    form = typed("1", "9", "2010")
    form.fields["held_on"].limit(latest=date(2009, 11, 16))
    assert only_error(form).message == "Date of visit must be the same as or before 16 November 2009"


def test_a_date_may_come_in_one_piece_from_a_link():
    assert Visit({"held_on": "2009-09-27"}).is_valid()
    form = Visit({"held_on": "yesterday"})
    assert only_error(form).message == "Date of visit must include a day and month"
    assert 'value="yesterday"' in form.as_p()


def test_what_was_typed_is_shown_again_right_or_wrong():
    html = render(typed("31", "Septembre", "2009"))
    assert 'value="31"' in html
    assert 'value="Septembre"' in html


def test_a_date_that_is_known_fills_the_boxes():
    html = render(Visit(initial={"held_on": date(2009, 9, 27)}))
    assert 'value="27"' in html
    assert 'value="2009"' in html


def test_a_date_that_may_be_left_out_is_none():
    form = typed()
    form.fields["held_on"].required = False
    assert form.is_valid()
    assert form.cleaned_data["held_on"] is None
    assert not form.has_changed()


def test_a_date_has_changed_when_it_is_another_day_or_unreadable():
    field = GovDateField(label="Day")
    assert not field.has_changed(date(2009, 9, 27), {"day": "27", "month": "sep", "year": "2009"})
    assert field.has_changed(date(2009, 9, 27), {"day": "28", "month": "9", "year": "2009"})
    assert field.has_changed(date(2009, 9, 27), {"day": "x", "month": "9", "year": "2009"})
    assert field.clean(datetime(2009, 9, 27, 12, 0)) == date(2009, 9, 27)


def test_a_label_with_a_percent_sign_does_no_harm():
    class Share(BaseForm):
        on = GovDateField(label="Day of the 5% check")
        share = forms.IntegerField(label="Share (%)", max_value=100)

    form = Share({"on_day": "31", "on_month": "2", "on_year": "2009", "share": "101"})
    assert [line.message for line in error_lines(form)] == [
        "Day of the 5% check must be a real date",
        "Share (%) must be 100 or less",
    ]


# Wording.


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        (forms.CharField(label="Summary"), "", "Enter the summary"),
        (forms.CharField(label="Your name"), "", "Enter your name"),
        (forms.CharField(label="URN"), "", "Enter the URN"),
        (forms.CharField(label="Summary", max_length=4000), "x" * 4001, "Summary must be 4,000 characters or less"),
        (forms.CharField(label="Code", min_length=3), "x", "Code must be 3 characters or more"),
        (forms.CharField(label="Summary"), "a\x00b", "Summary must not include characters that cannot be shown"),
        (forms.EmailField(label="Email"), "x", "Enter an email address in the correct format, like name@example.com"),
        (forms.IntegerField(label="Days"), "four", "Days must be a whole number"),
        (forms.IntegerField(label="Days", max_value=20), "21", "Days must be 20 or less"),
        (forms.IntegerField(label="Days", min_value=1), "0", "Days must be 1 or more"),
        (forms.DecimalField(label="Amount"), "x", "Amount must be a number"),
        (forms.DecimalField(label="Amount (optional)"), "x", "Amount must be a number"),
        (forms.ChoiceField(label="Phase", choices=[("p", "Primary")]), "", "Select the phase"),
        (forms.ChoiceField(label="Phase", choices=[("p", "Primary")]), "q", "Select the phase from the list"),
        (forms.MultipleChoiceField(label="Sectors", choices=[("p", "P")]), ["q"], "Select the sectors from the list"),
        (forms.ChoiceField(label="Is it agreed?", choices=[("y", "Yes")]), "", "Select an answer to “Is it agreed?”"),
        (forms.CharField(label="Why it ends"), "", "Say why it ends"),
        (forms.CharField(label="What is new?"), "", "Enter an answer to “What is new?”"),
        (forms.CharField(label="Reason", error_messages={"required": "Say why"}), "", "Say why"),
        (forms.BooleanField(label="I agree", error_messages={"required": "Tick to agree"}), "", "Tick to agree"),
    ],
)
def test_every_message_says_what_to_do_in_the_manner_of_the_service(field, given, says):
    form = type("Form", (BaseForm,), {"answer": field})({"answer": given})
    assert only_error(form).message == says


def test_no_message_uses_a_word_that_blames():
    messages = " ".join(
        str(text).lower()
        for field in EveryField().fields.values()
        for code, text in field.error_messages.items()
        if code in {"required", "max_length", "min_length", "max_value", "min_value", "invalid_choice", "empty", "missing"}
    )
    for word in ("valid", "please", "sorry", "forbidden", "you forgot", "this field"):
        assert word not in messages


def test_a_field_without_a_label_is_called_by_its_name():
    class Form(BaseForm):
        full_name = forms.CharField()

    assert only_error(Form({})).message == "Enter the full name"


# Codes, names, addresses, files, keys.


@pytest.mark.parametrize("given", ["116 018", "116-018", "\u200b116018 ", "１１６０１８"])
def test_a_code_is_read_whatever_stands_between_its_signs(given):
    assert CodeField().clean(given) == "116018"


def test_a_postcode_is_read_in_small_letters():
    assert CodeField().clean("so23 8uj") == "SO238UJ"


def test_a_name_and_an_address_lose_what_nobody_sees():
    assert NameField().clean(" Zoë\u200b  Ng\u00a0Smith ") == "Zoë Ng Smith"
    assert EmailField().clean(" head@school.example\u200b ") == "head@school.example"
    assert EmailField(required=False).clean("") == ""


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.exe", b"x", "The selected file must be a CSV or XLSX"),
        ("plan.csv", b"", "The selected file is empty"),
        ("plan.csv", b"x" * 2049, "The selected file must be smaller than 2KB"),
    ],
)
def test_each_fault_of_a_file_has_its_own_message(name, content, says):
    class Upload(BaseForm):
        plan = GovFileField(label="Plan", endings=("csv", "xlsx"), max_bytes=2048)

    assert only_error(Upload({}, {"plan": SimpleUploadedFile(name, content)})).message == says
    assert only_error(Upload({}, {})).message == "Select the plan"
    assert Upload({}, {"plan": SimpleUploadedFile("PLAN.CSV", b"x")}).is_valid()


def test_a_file_that_may_be_left_out_is_none():
    assert GovFileField(required=False, max_bytes=20 * 1024 * 1024).clean(None) is None


def test_each_form_shown_has_a_key_of_its_own_and_keeps_it_when_sent_again():
    class Plan(KeyedForm):
        title = forms.CharField()

    first, second = (Plan()["form_key"].value() for _ in range(2))
    assert uuid.UUID(first).version == 4
    assert first != second
    sent = Plan({"form_key": str(first)})
    assert sent["form_key"].value() == str(first)
    assert only_error(Plan({"form_key": "x", "title": "T"})).message == "Open this page again and then send the form"


# Drawing.


def render(form, markup="{% load crispy_forms_tags %}{% crispy form %}"):
    request = RequestFactory().get("/")
    return Template(markup).render(Context({"form": form, "request": request, "csrf_token": "token"}))


class Ids(HTMLParser):
    """Every id, and what each element refers to."""

    def __init__(self):
        super().__init__()
        self.ids, self.described, self.labelled, self.attributes = [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.attributes += given
        if "id" in given:
            self.ids.append(given["id"])
        self.described += (given.get("aria-describedby") or "").split()
        if tag == "label":
            self.labelled.append(given["for"])


def read(html):
    parser = Ids()
    parser.feed(html)
    return parser


def test_a_whole_form_has_no_dead_reference_and_no_attribute_that_browsers_check():
    for form in (EveryField(), EveryField({}), EveryField({"held_on_day": "31", "is_agreed": "x", "sectors": ["y"]})):
        found = read(render(form))
        assert len(found.ids) == len(set(found.ids))
        assert set(found.described) <= set(found.ids)
        assert set(found.labelled) <= set(found.ids)
        assert "novalidate" in found.attributes
        assert not {"required", "maxlength", "min", "max", "step"} & set(found.attributes)


def test_every_line_of_the_summary_leads_to_an_element_that_can_take_the_focus():
    form = EveryField({"held_on_day": "1", "held_on_month": "2", "sectors": ["y"]}, {})
    form.fields["is_sure"].required = True
    lines = error_lines(form)
    assert [line.target for line in lines] == [
        "id_full_name", "id_urn", "id_held_on_year", "id_phase_0", "id_sectors_0", "id_is_agreed_0", "id_days",
        "id_season", "id_summary", "id_is_sure",
    ]  # fmt: skip
    assert {line.target for line in lines} <= set(read(render(form)).ids)


def test_the_summary_has_exactly_the_wording_of_the_fields():
    form = EveryField({})
    html = render(form, "{% load govuk crispy_forms_tags %}{% error_summary form %}{% crispy form %}")
    for line in error_lines(form):
        assert f'<a href="#{line.target}">{line.message}</a>' in html
        assert f'<span class="govuk-visually-hidden">Error:</span> {line.message}' in html


def test_an_unbound_form_has_no_errors():
    assert error_lines(EveryField()) == []


def test_an_error_of_the_whole_form_stands_in_the_summary_without_a_link():
    form = typed("27", "9", "2009")
    form.add_error(None, "This visit has been planned already")
    assert only_error(form) == ErrorLine("This visit has been planned already", "")


def test_a_form_of_another_package_is_drawn_in_the_same_look():
    class Foreign(forms.Form):
        login = forms.EmailField(label="Email")
        password = forms.CharField(widget=forms.PasswordInput)

    html = render(Foreign({}), "{% load crispy_forms_tags %}{{ form|crispy }}")
    assert "govuk-input--error" in html
    assert "required" not in read(html).attributes


def test_a_button_of_a_form_names_the_act_and_is_guarded():
    html = render(EveryField())
    assert 'data-prevent-double-click="true"' in html
    assert ">Plan the visit</button>" in html
    assert "btn" not in html


def test_a_get_form_brings_no_token_and_a_form_can_do_without_its_tag():
    form = Visit()
    helper = form.helper
    helper.form_method = "get"
    html = render({"form": form, "helper": helper}, "{% load crispy_forms_tags %}{% crispy form.form form.helper %}")
    assert "csrfmiddlewaretoken" not in html
    helper.form_tag = False
    html = render({"form": form, "helper": helper}, "{% load crispy_forms_tags %}{% crispy form.form form.helper %}")
    assert "<form" not in html


def test_a_question_that_is_the_whole_page_heads_it():
    class Ask(BaseForm):
        heading = "phase"
        phase = forms.ChoiceField(label="Which phase?", choices=[("p", "Primary")], widget=forms.RadioSelect)

    html = render(Ask())
    assert '<h1 class="govuk-fieldset__heading">Which phase?</h1>' in html
    assert "govuk-fieldset__legend--l" in html


def test_text_of_people_is_escaped_in_every_kind_of_field():
    nasty = "<img src=x onerror=alert(1)>"

    class Nasty(BaseForm):
        a = forms.CharField(label=nasty, help_text=nasty, initial=nasty)
        b = forms.ChoiceField(label=nasty, choices=[(nasty, nasty)], widget=forms.RadioSelect)
        c = GovDateField(label=nasty)

    for form in (Nasty(), Nasty({"a": nasty, "b": "x", "c_day": nasty})):
        assert "<img" not in render(form, "{% load govuk crispy_forms_tags %}{% error_summary form %}{% crispy form %}")


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9" * 30, "-1", "x", "99999"])
def test_a_ticked_number_that_no_row_can_have_is_refused_in_words(number):
    class Ticks(BaseForm):
        rows = RowsField(label="Regions", queryset=Group.objects.all())

    form = Ticks({"rows": [number]})
    assert not form.is_valid()
    assert list(form.errors) == ["rows"]
