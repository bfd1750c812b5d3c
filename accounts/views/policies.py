"""Local policy: every setting with its value and what the preset says; a new policy from a later day (D-39)."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, selectors
from accounts.access import can, fetch, requires
from accounts.forms.policies import PolicyForm, PresetForm, initial_from
from accounts.models import Authority, LocalPolicy
from accounts.permissions import P
from accounts.policy_effects import Effect, effects_of, in_progress
from accounts.policy_words import in_words
from accounts.presets import PRESET_NAMES, PRESETS, Policy, Setting
from accounts.registers import AuthorityRegister
from sipmanager.core import clock
from sipmanager.core.parts import Link, SummaryRow
from sipmanager.core.wording import day, listed


@dataclass(frozen=True)
class ChangedSetting:
    """A setting before and after a change, in words, and the rules and due dates that read it (POL-34)."""

    id: str
    says: str
    before: str
    after: str
    effects: list[Effect]


authority_list = requires(P.POLICY_VIEW)(AuthorityRegister.as_view())


def setting_rows(policy: Policy) -> list[SummaryRow]:
    """Every setting in words, and the preset's value beside one that differs from it."""
    preset = Policy(policy.preset)
    rows = []
    for setting, value in policy.items():
        usual = getattr(preset, setting.key)
        note = f"{setting.id}. " + ("As in the preset" if value == usual else f"Preset: {in_words(setting, usual)}")
        rows.append(SummaryRow(setting.says, in_words(setting, value), note=f"{note}. {touches(setting)}"))
    return rows


def touches(setting: Setting) -> str:
    """The rules and due dates that read a setting, as a sentence (POL-34)."""
    rules = list(dict.fromkeys(effect.rule for effect in effects_of(setting.id)))
    return f"Read by {listed(rules)}" if rules else "No rule or due date is worked out from it"


def changed_rows(changes) -> list[ChangedSetting]:
    """The settings that differ, with what each would touch."""
    return [
        ChangedSetting(setting.id, setting.says, in_words(setting, old), in_words(setting, new), effects_of(setting.id))
        for setting, old, new in changes
    ]


@require_safe
@requires(P.POLICY_VIEW)
def own_policy(request):
    """The policy of the authority one acts for, or the list of those one may read."""
    found = Authority.objects.visible_to(request.viewer, P.POLICY_VIEW)
    acting = request.viewer.acting
    here = found.filter(pk=acting.authority_id).first() if acting and acting.authority_id else None
    if here is None and found.count() == 1:
        here = found.first()
    return redirect("accounts:policy-detail", code=here.code) if here else redirect("accounts:authority-list")


@require_safe
@requires(P.POLICY_VIEW)
def policy_detail(request, code):
    """The policy in force, the changes that are to come, and those that were."""
    authority = fetch(request.viewer, P.POLICY_VIEW, Authority.objects.all(), code=code)
    on = request.viewer.on
    row = selectors.policy_row_on(authority=authority, on=on)
    policy = row.policy if row else selectors.NATIONAL_POLICY
    rows = list(LocalPolicy.objects.filter(authority=authority).order_by("-starts_on", "-pk"))
    may_edit = can(request.viewer, P.POLICY_EDIT, authority)
    context = {
        "authority": authority,
        "row": row,
        "preset": PRESET_NAMES[policy.preset],
        "settings": setting_rows(policy),
        "coming": [one for one in rows if one.starts_on > on],
        "earlier": [one for one in rows if one.starts_on <= on and one != row],
        "may_edit": may_edit,
        "links": _links(request.viewer, authority),
    }
    return render(request, "accounts/policy.html", context)


def _links(viewer, authority: Authority) -> list[Link]:
    places = [
        (P.POLICY_EDIT, "Change the policy", "accounts:policy-change"),
        (P.AUTHORITY_EDIT, "Change how the authority is reached", "accounts:authority-contact"),
    ]
    return [
        Link(label, reverse(name, args=[authority.code])) for right, label, name in places if can(viewer, right, authority)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.POLICY_EDIT)
def policy_change(request, code):
    """Choose a preset and what differs from it, look at what would change, and make it so.

    GET without a preset asks for one; with `?preset=` it asks for the rest. POST shows the changes; with `confirm` it
    makes them, with `again` it asks once more and keeps what was chosen.
    """
    authority = fetch(request.viewer, P.POLICY_EDIT, Authority.objects.all(), code=code)
    preset = request.GET.get("preset", "")
    context = {"authority": authority, "back": reverse("accounts:policy-detail", args=[code])}
    if preset not in PRESETS:
        return _ask_for_preset(request, authority, context)
    on = request.viewer.on
    form = _policy_form(request, authority, preset, on)
    context |= {"form": form, "preset": PRESET_NAMES[preset], "back": reverse("accounts:policy-change", args=[code])}
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        starts_on, overrides = form.cleaned_data["starts_on"], form.overrides()
        if "confirm" not in request.POST:
            return _show_changes(request, authority, form, starts_on, overrides, context)
        try:
            actions.set_policy(
                authority=authority, preset=preset, overrides=overrides, starts_on=starts_on, by=request.user,
                at=clock.now(), on=on,
            )  # fmt: skip
        except actions.Refused as refused:
            form.add_error(None, list(refused.sentences))
        else:
            messages.success(request, f"The new policy starts on {day(starts_on)}")
            return redirect("accounts:policy-detail", code=code)
    return render(request, "accounts/policy_change.html", context)


def _ask_for_preset(request, authority, context):
    row = selectors.policy_row_on(authority=authority, on=request.viewer.on)
    is_asked = "preset" in request.GET
    form = PresetForm(request.GET if is_asked else None, initial={"preset": row.preset if row else "national"})
    if is_asked:
        form.is_valid()
    return render(request, "accounts/policy_preset.html", {**context, "form": form})


def _policy_form(request, authority, preset, on):
    row = selectors.policy_row_on(authority=authority, on=on)
    has_rows = LocalPolicy.objects.filter(authority=authority).exists()
    initial = initial_from(preset, row.overrides) if row and row.preset == preset else {}
    earliest = on + timedelta(days=1) if has_rows else None
    return PolicyForm(request.POST or None, preset=preset, earliest=earliest, initial=initial)


def _show_changes(request, authority, form, starts_on, overrides, context):
    before = selectors.policy_on(authority=authority, on=starts_on)
    after = Policy(form.preset, overrides)
    changes = changed_rows(selectors.policy_changes(before, after))
    standing = in_progress(authority=authority, on=starts_on, changed={change.id for change in changes})
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context |= {
        "changes": changes,
        "in_progress": standing,
        "starts_on": starts_on,
        "sent": sent,
        "here": request.get_full_path(),
    }
    return render(request, "accounts/policy_preview.html", context)


@require_POST
@requires(P.POLICY_EDIT)
def policy_take_back(request, code, pk):
    """Withdraw a change that has not begun."""
    authority = fetch(request.viewer, P.POLICY_EDIT, Authority.objects.all(), code=code)
    row = fetch(request.viewer, P.POLICY_EDIT, LocalPolicy.objects.filter(authority=authority), pk=pk)
    try:
        actions.take_back(policy=row, by=request.user, at=clock.now(), on=request.viewer.on)
    except actions.Refused as refused:
        context = {"heading": "The policy was not taken back", "sentences": refused.sentences}
        return render(request, "accounts/refused.html", context, status=409)
    messages.success(request, "You have taken back the change of policy")
    return redirect("accounts:policy-detail", code=code)
