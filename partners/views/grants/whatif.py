"""What if: changes are supposed for a day, and the conditions of grant shown before and after. Nothing is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.models import Authority
from accounts.permissions import P
from partners import selectors
from partners.deployment_rules import findings, refusing
from partners.forms import SupposeForm
from partners.forms.whatif import CHANGE, END, KINDS, LEAVE, LOSE, OF_A_SCHOOL, RETIRE
from partners.models import Deployment, Partner
from partners.whatif import Effect, Ends, Loses, Retires, in_one_sentence
from schools.models import School
from sipmanager.core.rules import Stage
from sipmanager.core.wording import day

from ..shared import READ, deployment_trail
from . import URLS, tag_for

MOST = 50
SHOWN = 20
ONE_DAY = timedelta(days=1)
WORDS = dict(KINDS)
NAMES = {"COG-A": "Every school in scope has an accredited SIP", "COG-D": "Mix of SIPs", "COG-H": "Three years at a school"}


@dataclass(frozen=True)
class Line:
    """One change as typed: what it says, what stands in its way, and the address of the page without it."""

    says: str
    problems: tuple[str, ...]
    without_url: str


@require_http_methods(READ)
@requires(P.DEPLOYMENT_PROPOSE)
def what_if(request):
    """Compose changes for a day; each is in the address, so that the page can be kept, and nothing is saved."""
    viewer, given = request.viewer, request.GET.copy()
    given.setdefault("authority", str(first_authority(viewer) or ""))
    texts = list(dict.fromkeys(given.getlist("change")))[:MOST]
    is_asked = "on_day" in given or "on" in given
    form = SupposeForm(given if is_asked else None, viewer=viewer, on=viewer.on, initial={"on": viewer.on})
    context = {
        "heading": "What if?", "form": form, "breadcrumbs": deployment_trail(), "texts": texts, "rows": [], "lines": [],
    }  # fmt: skip
    if not is_asked or not form.is_valid():
        return render(request, "partners/whatif.html", context)
    authority, on = form.cleaned_data["authority"], form.cleaned_data["on"]
    if added := form.change():
        if added not in texts:
            texts.append(added)
        return redirect(f"{request.path}?{address(authority, on, texts)}")
    asked = Asked(viewer, authority, on, texts)
    found = selectors.what_if(authority=authority, on=on, wishes=asked.wishes, changes=asked.changes)
    context |= {
        "on": on,
        "authority": authority,
        "lines": [
            Line(says, tuple(problems), f"{request.path}?{address(authority, on, [one for one in texts if one != text])}")
            for text, says, problems in asked.lines
        ],
        "texts": texts,
        "rows": effect_rows(found) if texts else [],
        "worse": in_one_sentence(found),
        "has_none": not found,
    }
    return render(request, "partners/whatif.html", context)


def first_authority(viewer) -> int | None:
    """The authority whose conditions are asked where the address names none."""
    rows = Authority.objects.visible_to(viewer, P.DEPLOYMENT_PROPOSE).order_by("name", "pk")
    return rows.values_list("pk", flat=True).first()


def address(authority: Authority, on: date, texts: Iterable[str]) -> str:
    """The changes as a query."""
    query = QueryDict(mutable=True)
    query["authority"], query["on"] = str(authority.pk), on.isoformat()
    query.setlist("change", list(texts))
    return query.urlencode()


class Asked:
    """The changes of an address, resolved among what the viewer may see; whatever else was asked for is not there."""

    def __init__(self, viewer, authority: Authority, on: date, texts: list[str]):
        self.viewer, self.on = viewer, on
        parts = [(text, *[*text.split(":"), "", "", ""][:4]) for text in texts]
        self.partners = {
            row.reference: row
            for row in Partner.objects.visible_to(viewer, P.PARTNER_VIEW).filter(
                reference__in={sip for _, _, sip, _, _ in parts}
            )
        }
        self.schools = {
            row.urn: row
            for row in School.objects.visible_to(viewer, P.DEPLOYMENT_PROPOSE).filter(
                urn__in={urn for _, _, _, urn, _ in parts}
            )
        }
        at_work = Deployment.objects.active(on).visible_to(viewer, P.DEPLOYMENT_PROPOSE).select_related("partner", "school")
        self.here = list(at_work.filter(authority=authority).order_by("pk"))
        self.wishes, self.changes, self.lines = [], [], []
        for text, kind, sip, urn, sector in parts:
            self._add(text, kind, self.partners.get(sip), self.schools.get(urn), sector)
        self._ask_rules()

    def _add(self, text: str, kind: str, partner: Partner | None, school: School | None, sector: str) -> None:
        if kind not in WORDS or (kind in OF_A_SCHOOL and school is None) or (kind != END and partner is None):
            return
        says = ", ".join(part for part in (WORDS[kind], partner and partner.full_name, school and school.name, sector) if part)
        problems: list[str] = []
        self.lines.append((text, says, problems))
        if kind in (END, CHANGE, LEAVE):
            ending = [row for row in self.here if self._goes(row, kind, partner, school)]
            if not ending:
                problems.append(f"No SIP of this change is at work there on {day(self.on)}.")
            self.changes += selectors.ends_of(ending, self.on - ONE_DAY)
        if kind in OF_A_SCHOOL and kind != END:
            self.wishes.append(selectors.Wish(partner, school, self.on))
        if kind == LOSE:
            self.changes.append(Loses(partner.reference, self.on, sector))
        if kind == RETIRE:
            self.changes.append(Retires(partner.reference, self.on))

    @staticmethod
    def _goes(row: Deployment, kind: str, partner: Partner | None, school: School | None) -> bool:
        if kind == LEAVE:
            return row.partner_id == partner.pk
        is_other = kind == CHANGE and row.partner_id == partner.pk
        is_named = kind == CHANGE or partner is None or row.partner_id == partner.pk
        return row.school_id == school.pk and is_named and not is_other

    def _ask_rules(self) -> None:
        """What the rules would refuse of each start, once the others have gone."""
        gone = {change.deployment_id for change in self.changes if isinstance(change, Ends)}
        leaving = {row.school_id: row for row in self.here if row.pk in gone}
        pairs = [(wish.partner, wish.school) for wish in self.wishes]
        cases = selectors.cases_of_pairs(
            pairs, starts_on=self.on, on=self.viewer.on, leaving=leaving, last_on=self.on - ONE_DAY
        )
        for text, _, problems in self.lines:
            kind, sip, urn, *_ = [*text.split(":"), "", ""]
            if kind in OF_A_SCHOOL and kind != END:
                case = cases[self.partners[sip].pk, self.schools[urn].pk]
                problems += [row.because for row in refusing(findings(case), stage=Stage.PROPOSE)]


def effect_rows(found: Iterable[Effect]) -> list[dict]:
    """Each condition before and after, with the offending rows that would be new."""
    return [
        {
            "programme": row.programme.capitalize(),
            "letter": row.id.removeprefix("COG-"),
            "name": NAMES[row.id],
            "before": tag_for(row.before.result, row.before.strength),
            "after": tag_for(row.after.result, row.after.strength),
            "sentence": row.sentence,
            "more": [{"because": one.because, "url": finding_url(one.subject)} for one in row.more[:SHOWN]],
            "more_left": max(len(row.more) - SHOWN, 0),
        }
        for row in found
    ]


def kept_effect_rows(kept: Iterable[dict]) -> list[dict]:
    """The same of effects that were kept when they were found."""
    return [
        {
            "programme": row["programme"].capitalize(),
            "letter": row["id"].removeprefix("COG-"),
            "name": NAMES[row["id"]],
            "before": tag_for(*row["before"]),
            "after": tag_for(*row["after"]),
            "sentence": row["sentence"],
            "more": [{"because": because, "url": finding_url(subject)} for because, subject in row["more"]],
            "more_left": row["more_left"],
        }
        for row in kept
    ]


def finding_url(subject: str) -> str:
    """Where an offending row is looked at; what is only supposed has no page."""
    kind, key = subject.split(":", 1)
    return URLS[kind](key) if kind in URLS and key != "0" else ""
