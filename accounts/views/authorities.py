"""How an authority is reached (AUT-1, SPM-14)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.access import fetch, requires
from accounts.forms.authorities import ContactForm
from accounts.models import Authority
from accounts.permissions import P
from sipmanager.core import clock


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.AUTHORITY_EDIT)
def authority_contact(request, code):
    """Change an authority's telephone, mailbox and address."""
    authority = fetch(request.viewer, P.AUTHORITY_EDIT, Authority.objects.all(), code=code)
    initial = {"phone": authority.phone, "mailbox": authority.mailbox, "address": authority.address}
    form = ContactForm(request.POST or None, initial=initial)
    back = reverse("accounts:policy-detail", args=[code])
    if request.method == "POST" and form.is_valid():
        if actions.set_contact(authority=authority, by=request.user, at=clock.now(), **form.cleaned_data):
            messages.success(request, f"You have changed how {authority.name} is reached")
        return redirect(back)
    return render(
        request, "accounts/form_page.html", {"form": form, "heading": f"How to reach {authority.name}", "back": back}
    )
