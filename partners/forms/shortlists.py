"""What people type about shortlists, and which SIPs they compare."""

from django import forms

from accounts.models import Authority
from accounts.permissions import P
from partners.models import Shortlist
from schools.models import School
from sipmanager.core.forms import BaseForm, KeyedForm, NameField

from .fields import SchoolField, reword

NEW = "new"


class SeenSchoolField(SchoolField):
    """A school that whoever looks may see, by its URN."""

    viewer = None

    def clean(self, value):
        found = super().clean(value)
        if found is not None and not School.objects.filter(pk=found.pk).visible_to(self.viewer, P.SCHOOL_VIEW).exists():
            raise forms.ValidationError(f"There is no school with the URN {found.urn} on the register", code="unknown")
        return found


class ShortlistForm(KeyedForm):
    """A shortlist: its name, for which school it is, whether colleagues see it."""

    submit = "Save the shortlist"

    name = NameField(label="Name of the shortlist", max_length=100, help_text="For example, Coastal secondary schools")
    school = SeenSchoolField(label="URN of the school it is for (optional)", required=False)
    authority = forms.ModelChoiceField(label="Authority", queryset=Authority.objects.none(), required=False)
    is_shared = forms.BooleanField(label="Share it with the people of your authority who find SIPs", required=False)

    def __init__(self, *args, viewer, shortlist: Shortlist | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].viewer = viewer
        self.offer_authority(viewer, shortlist)
        reword(self)

    def offer_authority(self, viewer, shortlist: Shortlist | None) -> None:
        """An authority is chosen only where somebody has several, and once; without one there is nothing to share inside."""
        own = Authority.objects.filter(pk__in=viewer.authority_ids).visible_to(viewer, P.SHORTLIST_USE)
        found = list(own.order_by("name", "pk"))
        self.one = shortlist.authority if shortlist else (found[0] if len(found) == 1 else None)
        if shortlist is None and len(found) > 1:
            self.fields["authority"].queryset, self.fields["authority"].required = own.order_by("name", "pk"), True
            return
        del self.fields["authority"]
        if self.one is None or (shortlist is not None and shortlist.made_by_id != viewer.user.pk):
            del self.fields["is_shared"]

    def clean(self):
        given = super().clean()
        given.setdefault("authority", self.one)
        given.setdefault("is_shared", False)
        return given


class AddToShortlistForm(ShortlistForm):
    """An open shortlist of one's own or shared, or a new one."""

    submit = "Add to the shortlist"
    heading = ""

    shortlist = forms.ChoiceField(label="Which shortlist?", widget=forms.RadioSelect)

    field_order = ("shortlist", "name", "school", "authority", "is_shared")

    def __init__(self, *args, shortlists, **kwargs):
        super().__init__(*args, **kwargs)
        self.open = {str(row.pk): row for row in shortlists}
        field = self.fields["shortlist"]
        field.choices = [*((key, row.name) for key, row in self.open.items()), (NEW, "A new shortlist")]
        if not self.open:
            field.initial, field.widget = NEW, forms.HiddenInput()
        self.fields["name"].required = False
        if "authority" in self.fields:
            self.fields["authority"].required = False

    def clean(self):
        given = super().clean()
        given["open"] = self.open.get(given.get("shortlist", ""))
        if given.get("shortlist") != NEW:
            return given
        if not given.get("name") and "name" not in self.errors:
            self.add_error("name", "Enter the name of the shortlist")
        if given.get("is_shared") and given.get("authority") is None:
            self.add_error("authority", "Select the authority inside which it is shared")
        return given


class EntryNoteForm(BaseForm):
    """A line about one SIP on a shortlist."""

    submit = "Save the note"

    note = forms.CharField(label="Note", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
