"""What each condition asks of kept records: brief, development, contact, sharing, access (COG-C, E, F, G, I, J). Pure.

A part of the case that is `None` has not been looked at or is not kept yet: the answer is `no_data` with what is missing,
never "met".
"""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum

from sipmanager.core.wording import counted, day, listed

from .facts import PRIMARY, Agreed, Evidence, GrantCase, Result, SchoolAccess, Shortfall, Verdict

DAYS_SET_ASIDE = Decimal(4)  # a year, for no school (COG-E, AGR-9)
TERMS = 3  # of the contractor's whole-day meetings a year


class Use(StrEnum):
    """What shared information is used for (COG-I)."""

    SERVICES = "services"
    RESOURCES = "resources"
    UNDERPERFORMANCE = "underperformance"
    ENGAGEMENT = "engagement"


USE_NAMES = {
    Use.SERVICES: "Planning local services",
    Use.RESOURCES: "Decisions on resources",
    Use.UNDERPERFORMANCE: "Tackling underperformance",
    Use.ENGAGEMENT: "The contractor's work with the authority",
}

NO_SIPS = "No School Improvement Partner is at work in a school of the programme."
NO_SCHOOLS = "No school of the authority is in the programme."


def by_evidence(condition: str, missing: str = "") -> Callable[[GrantCase], Verdict]:
    """The check of a condition whose facts a floor above provides; without them there is no data, and `missing` says why."""

    def check(case: GrantCase) -> Verdict:
        evidence = case.evidence.get(condition)
        if evidence is None:
            return Verdict(Result.NO_DATA, missing=(missing,) if missing else ())
        if evidence.shortfalls:
            return Verdict(Result.NOT_MET, evidence.figures, evidence.shortfalls, missing=evidence.missing)
        return Verdict(Result.NO_DATA if evidence.missing else Result.MET, evidence.figures, missing=evidence.missing)

    return check


# -------------------------------------------------------------------------------------------------- COG-C, the brief

NO_EDITION = "No edition of the national brief is recorded that holds on the day."
NO_VISITS = "Visits and notes of the school year are not counted."


def works_to_the_brief(case: GrantCase) -> Verdict:
    """Agreements cite the edition in force, and visits are held as planned (COG-C).

    An agreement that cites another edition breaks the condition; a visit that has not been held is a risk while its
    school year runs.
    """
    agreed = case.agreed or ()
    held = [row for row in agreed if row.agreement_id is not None]
    current = [row for row in held if case.brief and row.brief == case.brief]
    visits = case.evidence.get("COG-C")
    figures = {
        "sips": len(agreed),
        "agreements": len(held),
        "cite_the_brief": len(current),
        "edition": case.brief or None,
        **(visits.figures if visits else {}),
    }
    if not agreed:
        return Verdict(Result.NO_DATA, figures, missing=(NO_SIPS,))
    missing = tuple(words for words in (
        "" if case.brief else NO_EDITION,
        "" if held else NO_AGREEMENT,
        *((NO_VISITS,) if visits is None else visits.missing),
    ) if words)  # fmt: skip
    short = tuple(_other_edition(row, case.brief) for row in held if case.brief and row.brief != case.brief)
    if short:
        return Verdict(Result.NOT_MET, figures, short + _open_visits(visits), missing=missing)
    if missing:
        return Verdict(Result.NO_DATA, figures, _open_visits(visits), missing=missing)
    return Verdict(Result.AT_RISK if _open_visits(visits) else Result.MET, figures, _open_visits(visits))


def _open_visits(visits: Evidence | None) -> tuple[Shortfall, ...]:
    return visits.shortfalls if visits else ()


def _other_edition(row: Agreed, brief: str) -> Shortfall:
    cites = f"cites the edition {row.brief}" if row.brief else "cites no edition of the brief"
    return Shortfall(f"agreement:{row.agreement_id}", f"The agreement of {row.partner_name} {cites}; {brief} is in force.")


# -------------------------------------------------------------------------------------------------- COG-E, development

NO_AGREEMENT = "No agreement with a SIP at work is in force."
NO_ATTENDANCE = "Who attends the contractor's termly meetings is not recorded."
NO_MEETING = "No termly meeting of the contractor is recorded for the school year so far."


def days_are_set_aside(case: GrantCase) -> Verdict:
    """The arrangement with each SIP at work sets aside four days a year that are for no school (COG-E)."""
    agreed = case.agreed or ()
    held = [row for row in agreed if row.agreement_id is not None]
    short = [row for row in held if row.reserved_days < DAYS_SET_ASIDE]
    without = [row for row in agreed if row.agreement_id is None]
    figures = {"sips": len(agreed), "agreements": len(held), "set_aside": len(held) - len(short)}
    if not agreed:
        return Verdict(Result.NO_DATA, figures, missing=(NO_SIPS,))
    if not held:
        return Verdict(Result.NO_DATA, figures, missing=(NO_AGREEMENT,))
    findings = (
        *(Shortfall(f"agreement:{row.agreement_id}", f"The agreement of {row.partner_name} sets aside "
                    f"{row.reserved_days.normalize():f} of {DAYS_SET_ASIDE} days.") for row in short),
        *(Shortfall(f"partner:{row.partner}", f"No agreement with {row.partner_name} is in force, so no days are set aside.")
          for row in without),
    )  # fmt: skip
    return Verdict(Result.NOT_MET if findings else Result.MET, figures, findings)


def meetings_are_attended(case: GrantCase) -> Verdict:
    """Every SIP at work was at every termly meeting of the contractor in the school year so far (COG-E, best endeavours)."""
    if case.attendance is None:
        return Verdict(Result.NO_DATA, missing=(NO_ATTENDANCE,))
    held = min(case.meetings, TERMS)
    short = [row for row in case.attendance if row.attended < held]
    figures = {"meetings": held, "sips": len(case.attendance), "attended_all": len(case.attendance) - len(short)}
    if not case.attendance:
        return Verdict(Result.NO_DATA, figures, missing=(NO_SIPS,))
    if not held:
        return Verdict(Result.NO_DATA, figures, missing=(NO_MEETING,))
    findings = tuple(
        Shortfall(f"partner:{row.partner}", f"{row.partner_name} was at {row.attended} of {counted(held, 'termly meeting')}.")
        for row in short
    )
    return Verdict(Result.NOT_MET if findings else Result.MET, figures, findings)


# ------------------------------------------------------------------------------------------------------ COG-F, contact


def contact_is_named(case: GrantCase) -> Verdict:
    """Exactly one person is the programme's contact on the day, and the contractor was told (COG-F)."""
    if case.contacts is None or not case.in_scope:
        return Verdict(Result.NO_DATA, missing=(NO_SCHOOLS,) if case.contacts is not None else ("Contacts are not recorded.",))
    told = [row for row in case.contacts if row.notified_on is not None and row.notified_on <= case.on]
    figures = {
        "contacts": len(case.contacts), "contacts_told": len(told),
        "told_on": told[0].notified_on if len(told) == 1 else None,
    }  # fmt: skip
    here = f"authority:{case.authority}"
    if not case.contacts:
        because = f"Nobody is named as the contact of the {case.programme} programme on {day(case.on)}."
        return Verdict(Result.NOT_MET, figures, (Shortfall(here, because),))
    if len(case.contacts) > 1:
        because = f"{listed([row.full_name for row in case.contacts])} are all named; one person is asked for."
        return Verdict(Result.NOT_MET, figures, (Shortfall(here, because),))
    if not told:
        [contact] = case.contacts
        because = f"{contact.full_name} is named, but no day is recorded on which the contractor was told."
        return Verdict(Result.NOT_MET, figures, (Shortfall(f"contact:{contact.contact_id}", because),))
    return Verdict(Result.MET, figures)


# ------------------------------------------------------------------------------------------------------ COG-I, sharing


def information_is_shared(case: GrantCase) -> Verdict:
    """In the twelve months up to the day something was shared for each of the four uses, and a statement made (COG-I)."""
    if case.shared is None or (not case.shared and case.stated_on is None):
        return Verdict(Result.NO_DATA, missing=("Nothing that was shared in the twelve months up to the day is recorded.",))
    used = {row.use for row in case.shared}
    lacking = [USE_NAMES[use] for use in Use if use not in used]
    figures = {
        "shares": len(case.shared), "uses": len(Use) - len(lacking), "uses_asked": len(Use),
        "notes_supplied": sum(row.notes for row in case.shared), "stated_on": case.stated_on,
    }  # fmt: skip
    here = f"sharing:{case.authority}-{case.programme}"
    findings = [Shortfall(here, f"Nothing was shared in the twelve months for: {words.lower()}.") for words in lacking]
    if case.stated_on is None:
        findings.append(Shortfall(here, "The SIP manager has made no statement in the twelve months."))
    return Verdict(Result.NOT_MET if findings else Result.MET, figures, tuple(findings))


# ------------------------------------------------------------------------------------------------------- COG-J, access


def schools_can_sign_in(case: GrantCase) -> Verdict:
    """The head and, by programme, the chair or a governor of each school in scope have an account (COG-J)."""
    if case.access is None:
        return Verdict(Result.NO_DATA, missing=("Accounts of schools are not counted.",))
    short = [row for row in case.access if not (row.has_head and row.has_governor)]
    figures = {
        "in_scope": len(case.access),
        "heads": sum(row.has_head for row in case.access),
        "governors": sum(row.has_governor for row in case.access),
        "with_access": len(case.access) - len(short),
    }
    if not case.access:
        return Verdict(Result.NO_DATA, figures, missing=(NO_SCHOOLS,))
    findings = tuple(Shortfall(f"people:{row.urn}", _who_cannot(row, case.programme)) for row in short)
    return Verdict(Result.NOT_MET if findings else Result.MET, figures, findings)


def _who_cannot(row: SchoolAccess, programme: str) -> str:
    lacking = [] if row.has_head else ["its head"]
    if not row.has_governor:
        lacking.append("any of its governors" if programme == PRIMARY else "its chair of governors")
    return f"{row.name}: there is no account for {listed(lacking, 'or')}."
