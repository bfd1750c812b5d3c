"""Claims, their decision, and the clock in force (ACC-9, ACC-13, ACC-14, ACT-8)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions
from partners.models import Accreditation, Claim, ClaimedPractice, FileKind, LapseClock
from partners.selectors import accreditations, could_take, files_about, place_of, standings_of
from partners.tests.accreditation.accrediting import director, make_claim, make_lapsed, noon
from partners.tests.factories import engage, make_deployment, make_partner
from schools.tests.factories import make_school
from sipmanager.core.models import OutgoingEmail
from sipmanager.core.workflow import MoveRefused, OutOfDate

pytestmark = pytest.mark.django_db
ON = date(2009, 11, 16)  # Monday
AT = noon(ON)


@pytest.fixture
def place(db):
    return people.authority("Ashby")


def state(partner, on=ON):
    (row,) = standings_of([partner.pk], on)[partner.pk]
    return row


def test_act_8_an_accreditation_that_wrongly_lapsed_is_restored_on_evidence(place):
    """ACC-10 to ACC-14: last practised 31 July 2006, warned 31 January 2009, lapsed 31 July 2009, restored with its date."""
    chief = director()
    sip = people.user("Ann Able")
    partner = make_lapsed(authority=place, user=sip)
    assert state(partner, date(2009, 1, 30)).state == "accredited"
    assert state(partner, date(2009, 1, 31)).state == "warned"
    assert state(partner, date(2009, 7, 31)).state == "lapsed"
    school = make_school(authority=place)
    with pytest.raises(MoveRefused, match="PRE-1"):
        actions.propose_deployment(school=school, partner=partner, starts_on=ON, by=None, at=AT)
    claim = make_claim(partner, by=sip)
    assert [mail.to for mail in OutgoingEmail.objects.filter(kind="claim_made")] == [chief.email]
    assert state(partner).state == "lapsed"  # a claim by itself changes nothing
    actions.restore_accreditation(claim=claim, reason="The contract is sound", by=chief, at=AT)
    row = state(partner)
    assert (row.state, row.accredited_on) == ("accredited", date(2005, 9, 1))
    assert (row.last_practised_on, row.warn_on, row.lapses_on) == (
        date(2008, 7, 18), date(2011, 1, 18), date(2011, 7, 18),
    )  # fmt: skip
    assert Accreditation.objects.get().accredited_on == date(2005, 9, 1)
    (listed,) = accreditations(on=ON)
    assert listed.as_json()["state"] == "accredited"
    claim.refresh_from_db()
    assert (claim.status, claim.decided_on, claim.decided_by, claim.reason) == ("restored", ON, chief, "The contract is sound")
    assert "is restored" in OutgoingEmail.objects.get(kind="claim_decided", to=partner.email).subject
    # The deployment rule reads the same standing, page by page of candidates and one by one.
    assert partner in could_take(place_of(school, starts_on=ON, on=ON), starts_on=ON, on=ON)
    assert actions.propose_deployment(school=school, partner=partner, starts_on=ON, by=None, at=AT).pk


def test_acc_14_the_practice_shown_is_dated_so_that_any_day_can_be_asked(place):
    partner = make_lapsed(authority=place)
    actions.restore_accreditation(claim=make_claim(partner), reason="Shown", by=None, at=AT)
    assert state(partner, date(2007, 12, 31)).last_practised_on == date(2007, 12, 31)
    assert state(partner, date(2009, 8, 1)).state == "accredited"
    assert state(partner, date(2011, 7, 18)).state == "lapsed"


def test_acc_14_a_declined_claim_stays_with_its_reason_and_changes_nothing(place):
    chief = director()
    partner = make_lapsed(authority=place)
    manager = people.member(Role.MANAGER, at=place)
    claim = make_claim(partner, by=manager, authority=place)
    with pytest.raises(MoveRefused):
        actions.decline_claim(claim=claim, reason=" ", by=chief, at=AT)
    actions.decline_claim(claim=claim, reason="No contract was shown", by=chief, at=AT)
    assert Claim.objects.get().reason == "No contract was shown"
    assert state(partner).state == "lapsed"
    told = OutgoingEmail.objects.filter(kind="claim_decided").values_list("to", flat=True)
    assert set(told) == {partner.email, manager.email}
    with pytest.raises(OutOfDate):
        actions.restore_accreditation(claim=claim, reason="After all", by=chief, at=AT)
    with pytest.raises(OutOfDate):
        actions.show_practice(
            claim=claim, sector="primary", place="X", starts_on=ON, ends_on=ON, evidence="-", by=manager, at=AT
        )
    assert make_claim(partner, by=manager, authority=place).pk  # another claim can be made


def test_acc_14_the_evidence_must_carry(place):
    chief = director()
    claim = make_claim(make_lapsed(authority=place), ends_on=None)
    with pytest.raises(MoveRefused, match="shows no practice"):
        actions.restore_accreditation(claim=claim, reason="Believed", by=chief, at=AT)
    claim.refresh_from_db()
    assert (claim.status, claim.decided_on) == ("claimed", None)
    assert not OutgoingEmail.objects.filter(kind="claim_decided").exists()


def test_acc_14_only_the_national_director_decides(place):
    partner = make_lapsed(authority=place)
    claim = make_claim(partner)
    for user in (
        people.member(Role.PROGRAMME),
        people.member(Role.MANAGER, at=place),
        people.member(Role.COORDINATOR, at=place.region),
    ):
        with pytest.raises(PermissionDenied):
            actions.restore_accreditation(claim=claim, reason="Shown", by=user, at=AT)
    assert Claim.objects.get().status == "claimed"


def test_files_of_evidence_are_read_by_who_decides_and_who_claims(place, viewer):
    sip = people.user("Ann Able")
    partner = make_lapsed(authority=place, user=sip)
    claim = make_claim(partner, by=sip)
    prepared = actions.prepare_file(name="contract.txt", content=b"A contract", at=AT)
    actions.keep_file(partner=partner, kind=FileKind.CLAIM, prepared=prepared, by=sip, at=AT, about=f"claim:{claim.pk}")
    subject = f"claim:{claim.pk}"
    for user in (sip, director()):
        assert files_about(viewer=viewer(user), kind=FileKind.CLAIM, subjects=[subject])
    stranger = people.member(Role.MANAGER, at=people.authority("Barford"))
    assert not files_about(viewer=viewer(stranger), kind=FileKind.CLAIM, subjects=[subject])


def test_who_may_claim_what_and_when(place):
    sip = people.user("Ann Able")
    partner = make_lapsed(authority=place, user=sip)
    stranger = people.member(Role.MANAGER, at=people.authority("Barford", region=people.region("Elsewhere")))
    with pytest.raises(PermissionDenied):
        make_claim(partner, by=stranger)
    manager = people.member(Role.MANAGER, at=place)
    with pytest.raises(PermissionDenied):
        make_claim(partner, by=manager, authority=people.authority("Carbury"))
    with pytest.raises(MoveRefused, match="Enter what is wrong"):
        actions.make_claim(partner=partner, says=".", by=sip, at=AT)
    sound = make_partner(sectors={"primary": date(2009, 9, 1)})
    with pytest.raises(MoveRefused, match="Nothing has lapsed"):
        make_claim(sound)
    assert not Claim.objects.exists()
    claim = make_claim(partner, by=sip)
    with pytest.raises(MoveRefused, match="waits for a decision already"):
        make_claim(partner, by=sip)
    with pytest.raises(MoveRefused, match="must be on or after the first"):
        actions.show_practice(
            claim=claim, sector="primary", place="X", starts_on=ON, ends_on=date(2009, 11, 15), evidence="-", by=sip, at=AT
        )
    with pytest.raises(MoveRefused, match="today or in the past"):
        actions.show_practice(
            claim=claim, sector="primary", place="X", starts_on=ON, ends_on=date(2009, 11, 17), evidence="-", by=sip, at=AT
        )
    assert ClaimedPractice.objects.count() == 1
    actions.take_back_claim(claim=claim, by=sip, at=AT)
    assert Claim.objects.get(pk=claim.pk).status == "taken_back"


# ---------------------------------------------------------------------------------------------------------- the clock


def test_acc_9_the_clock_is_the_persons_until_the_director_sets_it_otherwise(place):
    chief = director()
    school = make_school(authority=place, phase="secondary")
    partner = make_partner(sectors={"primary": date(2005, 9, 1), "secondary": date(2005, 9, 1)}, authorities=[place])
    make_deployment(partner, school, place, starts_on=date(2007, 9, 3))
    states = lambda on: {row.sector: str(row.state) for row in standings_of([partner.pk], on)[partner.pk]}  # noqa: E731
    assert states(ON) == {"primary": "accredited", "secondary": "accredited"}
    settings = {"per_sector": True, "reason": "DfES asked for it", "by": chief, "at": AT}
    with pytest.raises(MoveRefused, match="in the future"):
        actions.set_clock(starts_on=ON, **settings)
    with pytest.raises(MoveRefused, match="Enter why"):
        actions.set_clock(starts_on=date(2009, 12, 1), **{**settings, "reason": "."})
    with pytest.raises(PermissionDenied):
        actions.set_clock(starts_on=date(2009, 12, 1), **{**settings, "by": people.member(Role.PROGRAMME)})
    with pytest.raises(MoveRefused, match="runs so on that day already"):
        actions.set_clock(starts_on=date(2009, 12, 1), **{**settings, "per_sector": False})
    assert not LapseClock.objects.exists()
    actions.set_clock(starts_on=date(2009, 12, 1), **settings)
    assert states(date(2009, 11, 30)) == {"primary": "accredited", "secondary": "accredited"}
    assert states(date(2009, 12, 1)) == {"primary": "lapsed", "secondary": "accredited"}
    rows = {row.standing.sector: row.as_json() for row in accreditations(on=date(2009, 12, 1))}
    assert rows["primary"]["lapses_on"] == "2008-09-01"
    assert rows["secondary"]["last_practised_on"] == "2009-12-01"
    primary = make_school(authority=place)
    late = date(2009, 12, 7)
    with pytest.raises(MoveRefused, match="PRE-1: Accredited for primary on 1 September 2005 with no practice since"):
        actions.propose_deployment(school=primary, partner=partner, starts_on=late, by=None, at=AT)
    assert partner not in could_take(place_of(primary, starts_on=late, on=ON), starts_on=late, on=ON)
    assert engage(partner, place)


def test_a_clock_of_a_day_to_come_can_be_set_otherwise_until_then():
    settings = {"starts_on": date(2010, 9, 1), "by": None, "at": AT}
    actions.set_clock(per_sector=True, reason="As asked", **settings)
    actions.set_clock(per_sector=False, reason="Taken back", **settings)
    assert LapseClock.objects.get().is_per_sector is False
