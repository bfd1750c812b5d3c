"""The pages anybody may read, signed in or not."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def accessibility_statement(request):
    return render(request, "site/accessibility_statement.html")


@login_not_required
@require_safe
def privacy_notice(request):
    return render(request, "site/privacy_notice.html")


@login_not_required
@require_safe
def cookies(request):
    return render(request, "site/cookies.html")


@login_not_required
@require_safe
def help_page(request):
    return render(request, "site/help.html")


@login_not_required
@require_safe
def contact(request):
    return render(request, "site/contact.html", {"contact_email": getattr(settings, "CONTACT_EMAIL", "")})


@login_not_required
def form_refused(request, reason=""):
    """Django's CSRF failure page (`CSRF_FAILURE_VIEW`): the page was open too long, or cookies are off."""
    return render(request, "403_csrf.html", status=403)
