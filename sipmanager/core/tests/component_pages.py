"""A page of every component and a register of e-mails, for the tests of the front end only."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from sipmanager.core import listing, registers
from sipmanager.core.filters import BaseFilter, ChoicesFilter, DayFilter, OneOfFilter, SearchFilter
from sipmanager.core.forms import BaseForm, CodeField, GovDateField, GovFileField, KeyedForm, NameField
from sipmanager.core.frame import Capacity, Frame, NavigationItem
from sipmanager.core.models import EmailState, OutgoingEmail
from sipmanager.core.parts import Event, Link, SummaryRow, Tag, Task
from sipmanager.core.tables import BaseTable, Column, ExportColumn

LONDON = ZoneInfo("Europe/London")
PHASES = [("primary", "Primary"), ("secondary", "Secondary"), ("special", "Special")]

FRAME = Frame(
    authority_name="Westshire County Council",
    navigation=tuple(
        NavigationItem(label, f"/{label}/", is_current=label == "Schools")
        for label in ("My work", "Schools", "SIPs", "Deployment", "Visits and notes", "Quality", "Reports")
    ),
    user_name="Margaret Featherstonehaugh",
    capacity_label="SIP manager",
    capacities=(Capacity("manager", "SIP manager", True), Capacity("partner", "School improvement partner (SIP)")),
    switch_url="/switch/",
    sign_out_url="/sign-out/",
    account_url="/account/",
    search_url="/search/",
    timeout_seconds=1800,
    extend_url="/extend/",
    version="0.1.0",
)


class EveryField(BaseForm):
    """One field of each kind."""

    submit = "Plan the visit"
    label_sizes = {"phase": "m"}
    inline = ("is_agreed",)
    affixes = {"amount": ("£", "a year")}
    hints = {"phase": {"special": "Special schools and pupil referral units"}}

    full_name = NameField(help_text="The head as the school writes it")
    urn = CodeField(label="URN", max_length=6, widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}))
    held_on = GovDateField(label="Date of visit")
    phase = forms.ChoiceField(label="Phase", choices=PHASES, widget=forms.RadioSelect)
    sectors = forms.MultipleChoiceField(label="Sectors", choices=PHASES, widget=forms.CheckboxSelectMultiple, required=False)
    is_agreed = forms.ChoiceField(
        label="Is the date agreed?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label="Days", min_value=1, max_value=20, widget=forms.NumberInput(attrs={"class": "govuk-input--width-3"})
    )
    amount = forms.DecimalField(label="Amount", required=False)
    season = forms.ChoiceField(label="Season", choices=[("", ""), ("autumn", "Autumn"), ("spring", "Spring")])
    summary = forms.CharField(
        label="Summary", max_length=4000, widget=forms.Textarea, help_text="What the head should read first"
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    plan = GovFileField(label="School plan", endings=("pdf", "docx"), max_bytes=20 * 1024 * 1024, required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)
    is_sure = forms.BooleanField(label="I have read the note", required=False)


class Keyed(KeyedForm):
    title = forms.CharField()


class EmailTable(BaseTable):
    subject = Column("Subject")
    to = Column("To")
    kind = Column("Kind", orderable=False)
    attempts = Column("Attempts", is_number=True)
    queued_at = Column("Queued")
    state = Column("State", export="get_state_display")
    body = ExportColumn("Text")

    class Meta(BaseTable.Meta):
        order_by = ("subject",)


class EmailFilter(BaseFilter):
    q = SearchFilter(field_name="body")
    state = ChoicesFilter(label="State", choices=EmailState.choices)
    kind = OneOfFilter(label="Kind", choices=[("digest", "Digest"), ("invitation", "Invitation")])
    since = DayFilter(label="Queued on or after", field_name="queued_at", lookup_expr="date__gte")
    attempts = django_filters.NumberFilter(label="Attempts")


class EmailRegister(registers.Register):
    permission = "mail.view"
    noun = ("message", "messages")
    heading = "Outbox"
    table_class = EmailTable
    row_template = "component_pages/_row.html"
    filter_class = EmailFilter
    export_name = "outbox"
    empty = "Nothing has been sent yet."

    def queryset(self, request):
        return OutgoingEmail.objects.filter(authority_id=1)

    def context(self, request):
        return {"frame": FRAME, "breadcrumbs": [("My work", "/"), ("Outbox", "")][:1]}


class BulkRegister(EmailRegister):
    bulk_actions = (registers.BulkAction("again", "Send again"),)
    defaults = {"state": [EmailState.FAILED]}

    def main_link(self, request):
        return Link("Write a message", "/write/")

    def links(self, request):
        return tuple(Link(f"Box {number}", f"/boxes/{number}/") for number in range(1, 9))

    def bulk_again(self, request, chosen):
        return HttpResponse(",".join(str(pk) for pk in sorted(chosen.values_list("pk", flat=True))))


def every_component(request):
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    now = datetime(2009, 11, 16, 15, 42, tzinfo=LONDON)
    context = {
        "frame": FRAME,
        "form": form,
        "breadcrumbs": [("My work", "/"), ("Schools", "/schools/")],
        "rows": [
            SummaryRow(
                "Headteacher", "Jane Okafor", (Link("Change", "/change/"),), note="From the register of 1 November 2009"
            ),
            SummaryRow("Accredited since", date(2006, 9, 1)),
            SummaryRow("Sectors", ["Primary", "Secondary"], (Link("Change", "/a/"), Link("Remove", "/b/"))),
            SummaryRow("Chair of governors", ""),
            SummaryRow("Status", Tag("Open", "green")),
        ],
        "tasks": [
            Task(
                "Answer the draft note for Hill Road Primary School",
                "/a/",
                "Due on 18 November 2009",
                tag=Tag("2 days late", "red"),
            ),
            Task("Plan the spring visit", "/b/", status="Completed"),
            Task("Distribute the note", hint="The head answers first"),
        ],
        "events": [
            Event(
                "Note agreed",
                now,
                "Jane Okafor",
                "No changes were asked for.",
                (Link("View", "/v/", "the note of 12 November"),),
            ),
            Event("Visit held", date(2009, 11, 12), "Tom Reed"),
        ],
        "sections": [Link("Overview", "/o/", is_current=True), Link("Visits and notes", "/v/"), Link("Record", "/r/")],
        "link": Link("Plan a visit", "/plan/"),
        "refusals": ["Review last term's recommendations first.", "Write the summary."],
        "pages": listing.Pages(
            [
                listing.PageNumber(1, "?page=1"),
                listing.PageNumber(),
                *(listing.PageNumber(n, f"?page={n}", n == 5) for n in (4, 5, 6)),
            ],
            "?page=4",
            "?page=6",
        ),
        "moment": now,
        "later": (now + timedelta(days=40)).date(),
    }
    return render(request, "component_pages/every.html", context)


def confirm(request):
    context = {
        "frame": FRAME,
        "heading": "End this deployment",
        "text": "The school will have no SIP from 1 January 2010.",
        "rows": [SummaryRow("School", "Hill Road Primary School"), SummaryRow("Last day", date(2009, 12, 31))],
        "button_label": "End the deployment",
        "is_destructive": True,
        "cancel_url": "/schools/",
        "back": "/schools/",
    }
    return render(request, "_parts/confirm_page.html", context)


def interruption(request):
    context = {
        "frame": FRAME,
        "heading": "This breaks condition of grant D",
        "sentences": ["Fewer than three quarters of your SIPs would be heads.", "You can go on if you record a reason."],
        "continue_label": "Record a reason and go on",
        "continue_url": "/go/",
        "cancel_label": "Choose another SIP",
        "cancel_url": "/back/",
    }
    return render(request, "_parts/interruption_page.html", context)


def write(request):
    return render(request, "component_pages/write.html", {"frame": FRAME})


def refuse(request):
    raise RuntimeError("as it should")


open_to_all = login_not_required
app_patterns = [
    path("every/", open_to_all(every_component)),
    path("confirm/", open_to_all(confirm)),
    path("interruption/", open_to_all(interruption)),
    path("write/", open_to_all(write)),
    path("fail/", open_to_all(refuse)),
    path("register/", open_to_all(EmailRegister.as_view())),
    path("bulk/", open_to_all(BulkRegister.as_view())),
]
urlpatterns = [path("components/", include(app_patterns)), path("", include("sipmanager.urls"))]
