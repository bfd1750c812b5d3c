"""What the pages about the conditions of grant share: whose they are, where they lead, how figures read."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from accounts.access import fetch
from accounts.models import Authority, AuthorityKind
from accounts.permissions import P
from partners.conditions import PROGRAMMES, RESULT_NAMES, Result, Strength, in_force
from sipmanager.core.parts import Link, Tag
from sipmanager.core.wording import capitalised

HEADING = "Conditions of grant"
COLOURS = {Result.MET: "green", Result.AT_RISK: "yellow", Result.NOT_MET: "red", Result.NO_DATA: "grey"}

# Where a subject of D-40 is looked at.
URLS = {
    "school": lambda key: reverse("schools:school-detail", args=[key]),
    "partner": lambda key: reverse("partners:partner-detail", args=[key]),
    "deployment": lambda key: reverse("partners:deployment-detail", args=[key]),
}


def tag_for(result: str, strength: str) -> Tag:
    """A shortfall of best endeavours is amber, not red (D-19)."""
    colour = COLOURS[Result(result)]
    if result == Result.NOT_MET and strength == Strength.BEST_ENDEAVOURS:
        colour = "yellow"
    return Tag(RESULT_NAMES[Result(result)], colour)


def letter_of(condition: str) -> str:
    return condition.removeprefix("COG-").replace("-", ", ")


def summary_of(results) -> str:
    """How many of each result, worst first."""
    results = list(results)
    order = (Result.NOT_MET, Result.AT_RISK, Result.MET, Result.NO_DATA)
    numbers = [(results.count(result), RESULT_NAMES[result].lower()) for result in order]
    return capitalised(", ".join(f"{number} {words}" for number, words in numbers if number))


def authority_for(request, permission: P, code: str, programme: str) -> Authority:
    """The local authority of an address, by a right that reaches it; a trust has no conditions (D-2)."""
    rows = Authority.objects.filter(kind=AuthorityKind.LOCAL_AUTHORITY)
    if programme not in PROGRAMMES:
        raise Http404("No such programme")
    return fetch(request.viewer, permission, rows, code=code)


def conditions_url(authority: Authority, programme: str, on: date | None = None) -> str:
    asked = {"authority": authority.pk, "phase": programme} | ({"on": on.isoformat()} if on else {})
    return f"{reverse('partners:conditions')}?{urlencode(asked)}"


def url_at(name: str, authority: Authority, programme: str, *args) -> str:
    return reverse(f"partners:{name}", args=[authority.code, programme, *args])


def trail(authority: Authority | None = None, programme: str = "primary") -> list[tuple[str, str]]:
    crumbs = [("My work", "/")]
    if authority is None:
        return [*crumbs, (HEADING, reverse("partners:conditions"))]
    return [*crumbs, (f"{HEADING} of {authority.name}", conditions_url(authority, programme))]


def caption(authority: Authority, programme: str) -> str:
    return f"{authority.name}, {programme} programme"


def programme_links(name: str, authority: Authority, programme: str, query: str = "") -> list[Link]:
    """The tabs of the two programmes on a page of an authority."""
    return [
        Link(f"{one.capitalize()} programme", f"{url_at(name, authority, one)}{query}", is_current=one == programme)
        for one in PROGRAMMES
    ]


def condition_choices(programme: str, on: date) -> list[tuple[str, str]]:
    """The conditions in force on a day, to choose from."""
    return [(row.id, f"{letter_of(row.id)}. {row.says}") for row in in_force(programme, on)]


def said_of(condition: str, programme: str, on: date) -> str:
    """A condition as people read it, by its id; blank for none."""
    return dict(condition_choices(programme, on)).get(condition, letter_of(condition) if condition else "")
