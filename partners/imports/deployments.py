"""`import_deployments`: a file of deployments, as history that happened or as what is to be (D-11, D-17)."""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Authority
from accounts.permissions import Permission
from accounts.selectors import policy_on
from partners import actions
from partners.models import (
    CLOSED_STATES,
    OPEN_STATES,
    RUNNING_STATES,
    Contract,
    Deployment,
    DeploymentStatus,
    Engagement,
    Partner,
)
from schools.imports import Telling, Told
from schools.models import ImportRun, RowKind, School
from schools.selectors import authority_serving
from sipmanager.core import audit
from sipmanager.core.csvfiles import read_sheet
from sipmanager.core.rules import Stage
from sipmanager.core.wording import day, span
from sipmanager.core.workflow import MoveRefused

from .deployment_rows import COLUMNS, REQUIRED, DeploymentRow, read_row
from .outcome import Outcome
from .register import schools_by_urn
from .writing import in_words

DEPLOYMENTS = "deployments"
# Whoever may load a file may do what its rows say (D-17).
IMPORTING = Permission.PARTNER_IMPORT
CAN_END = (DeploymentStatus.CONFIRMED, DeploymentStatus.ACTIVE)
FROM_A_FILE = "Given in a file of deployments"


def import_deployments(
    *, content: bytes, file_name: str, authority: Authority, by, on: date, at: datetime, is_historic: bool = False,
    dry_run: bool = False, telling: Telling | None = None,
) -> Outcome:  # fmt: skip
    """Load a file of an authority's deployments and say what became of each line.

    History is recorded as it was, with its breaches of the rules listed. Otherwise the rules apply: a line that
    breaks one is rejected with all of them, and a deployment whose checks are not on record is agreed and waits for
    them. Rows of other authorities' schools are left out; a row that places the loader is rejected (D-6). Raises
    `FileRefused` for a fault of the file as a whole, and `RegisterChanged`, with nothing written, where `telling`
    expects another outcome.
    """
    telling = telling or Telling()
    sheet = read_sheet(content, known=COLUMNS, required=REQUIRED, what="a file of deployments")
    outcome = Outcome(breaches=[])
    for name in sheet.unknown:
        outcome.warn(1, f"Nobody knows the column {name}; it is left out")
    rows = []
    for line in sheet.lines:
        row = [line.fault] if line.fault else read_row(line, on=on, is_historic=is_historic)
        if isinstance(row, list):
            outcome.reject(line.number, row, partner=line.get("partner_reference") or "", urn=line.get("school_urn") or "")
            continue
        if line.remark:
            outcome.warn(row.line, line.remark, partner=row.partner, urn=row.urn)
        rows.append(row)
    loading = _Loading(outcome, rows, authority=authority, by=by, on=on, at=at, is_historic=is_historic, telling=telling)
    with transaction.atomic() if dry_run or telling.expected else nullcontext():
        # The earlier of two who overlap leads, so history is told in its own order.
        for row in sorted(rows, key=lambda row: (row.starts_on, row.line)):
            loading.load(row)
        outcome.in_line_order()
        if dry_run:
            transaction.set_rollback(True)
        else:
            telling.check()
            ImportRun.objects.create(
                authority=authority, kind=DEPLOYMENTS, file_name=file_name[:200], as_at=on, started_at=at, started_by=by,
                result=outcome.as_json(),
            )  # fmt: skip
    return outcome


class _Loading:
    """One import under way, with the SIPs and schools that its rows name."""

    def __init__(
        self, outcome: Outcome, rows: Iterable[DeploymentRow], *, authority: Authority, by, on: date, at: datetime,
        is_historic: bool, telling: Telling,
    ):  # fmt: skip
        self.outcome, self.authority, self.by, self.on, self.at = outcome, authority, by, on, at
        self.is_historic, self.telling = is_historic, telling
        small = [row.partner.lower() for row in rows]
        partners = Partner.everyone.annotate(small_reference=Lower("reference")).filter(small_reference__in=small)
        # The reference of a record that was merged leads to the record that was kept.
        named = partners.select_related("merged_into")
        self.partners = {partner.small_reference: partner.merged_into or partner for partner in named}
        self.schools = schools_by_urn(row.urn for row in rows)
        self.days = policy_on(authority=authority, on=on).days_per_school
        self.seen: dict[tuple[int, int, date], int] = {}

    def load(self, row: DeploymentRow) -> None:
        """One row, in a transaction of its own."""
        partner, school = self.partners.get(row.partner.lower()), self.schools.get(row.urn)
        faults = [] if partner else [f"There is no SIP with the reference {row.partner}"]
        faults += [] if school else [f"No school with the URN {row.urn} is on the register"]
        if faults:
            self._reject(row, faults)
            return
        if self.by is not None and partner.user_id == self.by.pk:
            self._reject(row, ["Nobody deploys themself; ask a colleague to load this line"])
            return
        if authority_serving(school, row.starts_on) != self.authority:
            self.outcome.skip(f"{self.authority.name} does not run the SIP of the school on the day of the start")
            return
        earlier = self.seen.setdefault((partner.pk, school.pk, row.starts_on), row.line)
        if earlier != row.line:
            self._reject(row, [f"Line {earlier} is the same deployment"])
            return
        try:
            with transaction.atomic():
                self._place(row, partner, school)
        except MoveRefused as refusal:
            self._reject(row, refusal.reasons)

    def _place(self, row: DeploymentRow, partner: Partner, school: School) -> None:
        here = Deployment.objects.filter(partner=partner, school=school, voided_on=None)
        here = here.exclude(status__in=CLOSED_STATES).order_by("starts_on", "pk")
        same = here.filter(starts_on=row.starts_on).first()
        if same is not None:
            self._bring_up_to_date(row, same)
            return
        overlapping = _overlapping(here, row)
        if overlapping is not None:
            spell = span(overlapping.starts_on, overlapping.ends_on)
            raise MoveRefused([f"The SIP is on record at this school already, {spell}"])
        if self.is_historic:
            self._record_history(row, partner, school)
        else:
            self._place_now(row, partner, school)

    def _record_history(self, row: DeploymentRow, partner: Partner, school: School) -> None:
        deployment, breaches = actions.record_historic(
            school=school, partner=partner, starts_on=row.starts_on, ends_on=row.ends_on, days=row.days or self.days,
            consulted_on=row.consulted_on, by=self.by, at=self.at,
        )  # fmt: skip
        self._made(row, deployment)
        self.outcome.breaches += [
            {"line": row.line, "rule": finding.id, "because": finding.because}
            for finding in breaches
            if finding.stage is Stage.PROPOSE  # paper that no file carries is no breach
        ]  # fmt: skip

    def _place_now(self, row: DeploymentRow, partner: Partner, school: School) -> None:
        deployment, outstanding = actions.place_imported(
            school=school, partner=partner, starts_on=row.starts_on, ends_on=row.ends_on, days=row.days or self.days,
            is_contract_confirmed=bool(row.is_contract_confirmed), consulted_on=row.consulted_on, by=self.by, at=self.at,
        )  # fmt: skip
        self._made(row, deployment)
        self._say_what_is_outstanding(row, deployment, outstanding)

    def _made(self, row: DeploymentRow, deployment: Deployment) -> None:
        self.outcome.created += 1
        shown = [
            ["Start", "", day(deployment.starts_on)], ["End", "", day(deployment.ends_on) if deployment.ends_on else "Open"],
            ["Days", "", in_words(deployment.days)], ["State", "", deployment.get_status_display()],
        ]  # fmt: skip
        self._tell(RowKind.CREATED, row, deployment, shown)

    def _tell(self, kind: str, row: DeploymentRow, deployment: Deployment, shown: list[list[str]]) -> None:
        name = f"{deployment.partner.full_name} at {deployment.school.name}"
        self.telling.tell(Told(kind, row.line, f"{row.partner} {row.urn}", name, changes=shown))

    def _say_what_is_outstanding(self, row: DeploymentRow, deployment: Deployment, outstanding) -> None:
        if deployment.status == DeploymentStatus.PROPOSED:
            self._warn(row, "Proposed: the school has its say first, and has been asked")
            return
        if deployment.status in RUNNING_STATES or not outstanding:
            return
        why = " ".join(finding.because for finding in outstanding)
        self._warn(row, f"Agreed and not confirmed: {why}")

    def _bring_up_to_date(self, row: DeploymentRow, deployment: Deployment) -> None:
        """What a row says anew of a deployment on record: its end, its days, the consultation, the contract."""
        was = _in_words(deployment)
        changed = [
            name
            for name, change in (
                ("end", self._change_end), ("days", self._change_days), ("consulted_on", self._record_consultation),
                ("contract", self._complete),
            )
            if change(row, deployment)
        ]  # fmt: skip
        if not changed:
            self.outcome.unchanged += 1
            return
        self.outcome.updated += 1
        deployment.refresh_from_db()
        now = _in_words(deployment) | ({"Contract": "Confirmed"} if "contract" in changed else {})
        shown = [[label, was.get(label, ""), says] for label, says in now.items() if was.get(label, "") != says]
        self._tell(RowKind.UPDATED, row, deployment, shown)
        audit.record(
            what="deployment.import_changed", subject=deployment, by=self.by, at=self.at, about_on=self.on, line=row.line,
            facts=changed,
        )  # fmt: skip

    def _change_end(self, row: DeploymentRow, deployment: Deployment) -> bool:
        if row.ends_on is None or row.ends_on == deployment.ends_on:
            return False
        if deployment.status not in CAN_END:
            spell = span(deployment.starts_on, deployment.ends_on)
            raise MoveRefused([f"The register has this deployment {spell}; it is {deployment.get_status_display().lower()}"])
        actions.end_deployment(
            deployment=deployment, on=row.ends_on, reason=FROM_A_FILE, permission=IMPORTING, by=self.by, at=self.at
        )
        return True

    def _change_days(self, row: DeploymentRow, deployment: Deployment) -> bool:
        if row.days is None or row.days == deployment.days:
            return False
        Deployment.objects.filter(pk=deployment.pk).update(days=row.days)
        return True

    def _record_consultation(self, row: DeploymentRow, deployment: Deployment) -> bool:
        if row.consulted_on is None or deployment.consulted_on is not None:
            return False
        actions.record_consultation(deployment=deployment, on=row.consulted_on, permission=IMPORTING, by=self.by, at=self.at)
        return True

    def _complete(self, row: DeploymentRow, deployment: Deployment) -> bool:
        """The contract of a deployment that waits for its papers; confirmed if that was the last of them."""
        if deployment.status not in OPEN_STATES or not row.is_contract_confirmed:
            return False
        if self.is_historic:
            self._warn(row, f"On record as {deployment.get_status_display().lower()}; load it without --historic to go on")
            return False
        engagement = Engagement.objects.filter(
            partner=deployment.partner, authority=deployment.authority, ends_on=None
        ).first()
        has_contract = engagement is not None and Contract.objects.filter(
            engagement=engagement, school=deployment.school
        ).exists()  # fmt: skip
        if engagement is not None and not has_contract:
            actions.confirm_contract(
                engagement=engagement, school=deployment.school, confirmed_on=self.on, permission=IMPORTING, by=self.by, at=self.at
            )  # fmt: skip
        try:
            with transaction.atomic():
                actions.confirm_deployment(deployment=deployment, permission=IMPORTING, by=self.by, at=self.at)
        except MoveRefused as refusal:
            self._warn(row, f"{deployment.get_status_display()} and not confirmed: {' '.join(refusal.reasons)}")
            return not has_contract
        return True

    def _warn(self, row: DeploymentRow, says: str) -> None:
        self.outcome.warn(row.line, says, partner=row.partner, urn=row.urn)

    def _reject(self, row: DeploymentRow, reasons: list[str]) -> None:
        self.outcome.reject(row.line, reasons, partner=row.partner, urn=row.urn)


def _in_words(deployment: Deployment) -> dict[str, str]:
    """What a row of a file may say anew, as people read it."""
    return {
        "End": day(deployment.ends_on) if deployment.ends_on else "Open",
        "Days": in_words(deployment.days),
        "Consulted": day(deployment.consulted_on) if deployment.consulted_on else "",
        "State": deployment.get_status_display(),
    }


def _overlapping(deployments, row: DeploymentRow) -> Deployment | None:
    """A stay of the same SIP at the same school that shares a day with the row's."""
    begun = Q(starts_on__lte=row.ends_on) if row.ends_on else Q()
    return deployments.filter(begun, Q(ends_on=None) | Q(ends_on__gte=row.starts_on)).first()
