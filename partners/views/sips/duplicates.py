"""Two records of one person: found, told apart, asked to be merged, merged (D-7). A GET changes nothing."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import can, fetch, requires
from accounts.models import Authority
from accounts.permissions import P
from partners import actions, selectors
from partners.forms import AskMergeForm, MergeForm, NotSameForm, TwoRecordsForm
from partners.models import PairVerdict, Partner
from partners.rows import sectors_on, with_standing, with_work
from partners.weighing import told_of
from sipmanager.core.listing import page_number, pages_of
from sipmanager.core.wording import counted

from ..shared import FORM, READ, carry_out, partner_url, sent

A_PAGE = 50


def duplicates_trail(*more) -> list[tuple[str, str]]:
    return [("My work", "/"), ("SIPs", reverse("partners:partner-list")), *more]


def list_crumb() -> tuple[str, str]:
    return "Records of one person", reverse("partners:duplicates")


def pair_url(pair, name: str = "duplicate-pair") -> str:
    return reverse(f"partners:{name}", args=[pair.first.reference, pair.second.reference])


def pair_for(request, permission, first: str, second: str):
    """The two records of an address, both within reach; a record paired with itself is none."""
    rows = Partner.objects.select_related("user", "own_school")
    one, other = (fetch(request.viewer, permission, rows, reference=reference) for reference in (first, second))
    if one.pk == other.pk:
        raise Http404("One record is no pair")
    return selectors.pair_of(one, other)


@require_http_methods(READ)
@requires(P.PROBLEM_VIEW)
def duplicates(request):
    """Records that may be of one person, each pair with why, those asked for first; below, those said to be two people."""
    viewer = request.viewer
    found = selectors.suspected_pairs(Partner.objects.visible_to(viewer, P.PROBLEM_VIEW))
    suspected = [pair for pair in found if not pair.is_set_aside]
    paginator = Paginator(suspected, A_PAGE)
    number = page_number(request.GET, paginator)
    form = TwoRecordsForm(request.GET if "one" in request.GET else None)
    if form.is_valid():
        answer = named_pair(viewer, form)
        if answer is not None:
            return answer
    context = {
        "rows": [(pair, pair_url(pair)) for pair in paginator.page(number)],
        "count_words": counted(len(suspected), "pair"),
        "set_aside": [(pair, pair_url(pair)) for pair in found if pair.is_set_aside],
        "pages": pages_of(request.GET.copy(), number, paginator.num_pages),
        "form": form,
        "breadcrumbs": duplicates_trail(),
    }
    return render(request, "partners/duplicates/list.html", context)


def named_pair(viewer, form: TwoRecordsForm):
    """To the page of two records that somebody names; what is wrong stands on the form."""
    rows = Partner.objects.visible_to(viewer, P.PROBLEM_VIEW)
    found = {}
    for name in ("one", "other"):
        found[name] = rows.filter(reference__iexact=form.cleaned_data[name]).first()
        if found[name] is None:
            form.add_error(name, f"There is no SIP with the reference {form.cleaned_data[name]} whom you can see")
    if form.errors:
        return None
    if found["one"].pk == found["other"].pk:
        form.add_error("other", "Enter the reference of another record")
        return None
    return redirect(pair_url(selectors.pair_of(found["one"], found["other"])))


@require_http_methods(READ)
@requires(P.PROBLEM_VIEW)
def duplicate_pair(request, first, second):
    """Both records side by side, why they are suspected, and what can be done."""
    pair = pair_for(request, P.PROBLEM_VIEW, first, second)
    on = request.viewer.on
    both = [pair.first.pk, pair.second.pk]
    partners = with_work(with_standing(Partner.objects.filter(pk__in=both), on), on).prefetch_related(sectors_on(on))
    sides = selectors.side_by_side(
        partners.select_related("own_school", "user").order_by("pk"), authority_ids=request.viewer.authority_ids, on=on
    )
    may_merge = all(can(request.viewer, P.PARTNER_MERGE, partner) for partner in (pair.first, pair.second))
    sees_private = all(can(request.viewer, P.PARTNER_PRIVATE, partner) for partner in (pair.first, pair.second))
    context = {
        "pair": pair,
        "heading": "One person, or two?",
        "sides": [{"partner": side.partner, "url": partner_url(side.partner)} for side in sides],
        "rows": told_of(sides, sees_private=sees_private or may_merge),
        "may_merge": may_merge,
        "obstacles": actions.stands_in_the_way(pair.first, pair.second) if may_merge else [],
        "merge_url": pair_url(pair, "duplicate-merge"),
        "ask_url": pair_url(pair, "duplicate-ask"),
        "not_same_url": pair_url(pair, "duplicate-not-same"),
        "breadcrumbs": duplicates_trail(list_crumb()),
    }
    return render(request, "partners/duplicates/pair.html", context)


@require_http_methods(FORM)
@requires(P.PROBLEM_VIEW)
def duplicate_ask(request, first, second):
    """Ask national staff to merge two records."""
    return say(
        request,
        first,
        second,
        AskMergeForm,
        PairVerdict.SAME,
        "Ask for a merge",
        "National staff will look at the two records.",
    )


@require_http_methods(FORM)
@requires(P.PROBLEM_VIEW)
def duplicate_not_same(request, first, second):
    """Say that two records are two people, so that nobody is asked again."""
    return say(
        request, first, second, NotSameForm, PairVerdict.NOT_SAME, "These are two people", "Noted: they are two people."
    )


def say(request, first, second, form_class, verdict, heading, done):
    pair = pair_for(request, P.PROBLEM_VIEW, first, second)
    form = form_class(sent(request))
    authority = Authority.objects.filter(pk__in=request.viewer.authority_ids).order_by("pk").first()

    def act(given, at):
        actions.say_of_pair(
            one=pair.first, other=pair.second, verdict=verdict, reason=given["reason"], authority=authority, by=request.user,
            at=at,
        )  # fmt: skip
        return reverse("partners:duplicates")

    answer = carry_out(request, form, act, done=done)
    context = {
        "form": form,
        "heading": f"{heading}: {pair.first.full_name} and {pair.second.full_name}",
        "breadcrumbs": duplicates_trail(list_crumb(), ("The two records", pair_url(pair))),
    }
    return answer or render(request, "partners/form.html", context)


@require_http_methods(FORM)
@requires(P.PARTNER_MERGE)
def duplicate_merge(request, first, second):
    """Choose what stays of two records, and merge them."""
    pair = pair_for(request, P.PARTNER_MERGE, first, second)
    form = MergeForm(sent(request), first=pair.first, second=pair.second)

    def act(given, at):
        merge = actions.merge_partners(**form.chosen(), by=request.user, at=at)
        return partner_url(merge.kept)

    answer = carry_out(request, form, act, done="The two records are merged. The old reference leads here.")
    context = {
        "form": form,
        "pair": pair,
        "obstacles": actions.stands_in_the_way(pair.first, pair.second),
        "heading": f"Merge {pair.first.reference} and {pair.second.reference}",
        "breadcrumbs": duplicates_trail(list_crumb(), ("The two records", pair_url(pair))),
    }
    return answer or render(request, "partners/duplicates/merge.html", context)
