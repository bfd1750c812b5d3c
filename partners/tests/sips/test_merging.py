"""Two records of one person: found, told apart, asked for, merged; nothing is lost and both count (D-7; faults: Rules, Data)."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, OneToOneField

from accounts.permissions import Role
from accounts.tests import factories as accounts
from partners import actions, merging, selectors
from partners.accreditation import State
from partners.models import (
    Accreditation,
    Application,
    Check,
    Claim,
    Confirmation,
    Contract,
    Deployment,
    Engagement,
    Expertise,
    Headship,
    Kind,
    Merge,
    PairVerdict,
    PairWord,
    Partner,
    PartnerKind,
    RemovalCase,
    ShortlistEntry,
    StandDown,
    Support,
    Willingness,
)
from partners.tests.factories import complete_checks, contract, engage, make_deployment, make_partner, support
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent
from sipmanager.core.workflow import MoveRefused, OutOfDate

from .merging import AT, MONDAY, WHY, both_have_accounts, merged, two_records, unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")


@pytest.fixture
def place():
    return two_records()


# ------------------------------------------------------------------------------------------------ what hangs on a SIP


def keys_to(target):
    """Every foreign key of every model to a model, as label and field."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField) and field.related_model is target:
                found.add((model._meta.label, field.name))
    return found


def test_every_foreign_key_to_a_sip_or_an_engagement_says_what_a_merge_does_with_it():
    """A new one fails here until it has a line: what is forgotten would stay with a record that nobody reaches."""
    assert keys_to(Partner) == set(merging.OF_PARTNER)
    assert keys_to(Engagement) == set(merging.OF_ENGAGEMENT)


def test_a_key_that_a_floor_above_registers_is_moved_like_the_others(monkeypatch):
    monkeypatch.setattr(merging, "OF_ENGAGEMENT", {})
    merging.register("x.Y", "engagement", merging.stays, of=Engagement)
    assert list(merging.OF_ENGAGEMENT) == [("x.Y", "engagement")]


# ----------------------------------------------------------------------------------------------------------- merging


def test_everything_that_hangs_on_the_record_goes_with_it(place):
    deployment = make_deployment(place.gone, make_school(authority=place.elsewhere, phase="secondary"), place.elsewhere)
    Headship.objects.create(partner=place.gone, sector="primary", is_former=True)
    Expertise.objects.create(partner=place.gone, kind="context", value="Rural")
    Expertise.objects.create(partner=place.gone, kind="context", value="Coastal")
    Expertise.objects.create(partner=place.kept, kind="context", value="Rural")
    merge = merged(place)
    place.gone = Partner.everyone.get(pk=place.gone.pk)
    deployment.refresh_from_db()
    assert deployment.partner == place.kept
    assert place.gone.merged_into == place.kept
    assert not Partner.objects.filter(pk=place.gone.pk).exists()
    assert set(place.kept.accreditations.values_list("sector", flat=True)) == {"primary", "secondary"}
    assert place.kept.willingness.count() == 2
    assert place.kept.headships.count() == 1
    assert set(place.kept.expertise.values_list("value", flat=True)) == {"Rural", "Coastal"}
    assert Engagement.objects.get(authority=place.elsewhere).partner == place.kept
    assert merge.moved["partners.Deployment"] == 1
    assert (merge.reason, merge.merged_by) == (WHY, place.national)


def test_one_audit_line_says_what_was_merged_and_holds_no_name(place):
    merged(place, ["full_name"])
    (line,) = AuditEvent.objects.filter(what="partner.merge")
    assert (line.subject, line.partner_id, line.details["gone"]) == ("partner:P100001", place.kept.pk, "P100002")
    assert "JONES" not in str(line.details)


def test_dep_10_time_at_a_school_counts_over_both_records(place):
    """Faults: the same person under two records."""
    make_deployment(place.kept, place.school, place.authority, starts_on=date(2006, 10, 2), ends_on=date(2008, 8, 31))
    Accreditation.objects.create(partner=place.gone, sector="primary", accredited_on=date(2006, 9, 1), recorded_at=AT)
    Willingness.objects.create(partner=place.gone, authority=place.authority)
    later = make_deployment(place.gone, place.school, place.authority, starts_on=date(2008, 9, 1))
    assert selectors.tenure_of([later], MONDAY)[later.pk].last_lawful_on == date(2011, 8, 31)
    merged(place)
    later = Deployment.objects.select_related("partner").get(pk=later.pk)
    assert selectors.tenure_of([later], MONDAY)[later.pk].last_lawful_on == date(2009, 10, 1)


def test_acc_11_practice_under_either_record_keeps_the_accreditation(place):
    Accreditation.objects.filter(partner=place.kept).update(accredited_on=date(2004, 9, 1))
    Partner.objects.filter(pk=place.gone.pk).update(last_practised_on=date(2009, 7, 17))
    Partner.objects.filter(pk=place.kept.pk).update(last_practised_on=date(2005, 7, 15))
    place.kept, place.gone = Partner.objects.get(pk=place.kept.pk), Partner.objects.get(pk=place.gone.pk)
    assert selectors.standings_of([place.kept.pk], MONDAY)[place.kept.pk][0].state == State.LAPSED
    merged(place)
    assert Partner.objects.get(pk=place.kept.pk).last_practised_on == date(2009, 7, 17)
    assert {row.state for row in selectors.standings_of([place.kept.pk], MONDAY)[place.kept.pk]} == {State.ACCREDITED}


def test_acc_16_an_award_that_was_taken_away_on_either_record_stays_taken_away(place):
    twin = Accreditation.objects.create(
        partner=place.gone, sector="primary", accredited_on=date(2006, 9, 1), removed_on=date(2009, 1, 5), reference="N 1",
        recorded_at=AT,
    )  # fmt: skip
    merged(place)
    award = place.kept.accreditations.get(sector="primary")
    assert (award.removed_on, award.reference) == (date(2009, 1, 5), "N 1")
    assert Accreditation.objects.get(pk=twin.pk).partner_id == place.gone.pk


def test_one_authority_that_engages_both_has_one_engagement_with_all_the_papers(place):
    ours = engage(place.kept, place.authority, starts_on=date(2009, 1, 5))
    theirs = engage(place.gone, place.authority, starts_on=date(2008, 1, 7), contracted_days=Decimal(20))
    complete_checks(theirs, kinds=["PRE-2", "PRE-5"])
    other = make_school(authority=place.authority)
    for engagement, school in ((ours, place.school), (theirs, place.school), (theirs, other)):
        contract(engagement, school)
    boss, second = accounts.user("Boss"), accounts.user("Second")
    support(ours, boss)
    double = support(theirs, second, starts_on=date(2009, 1, 5))
    support(theirs, second, "mentor")
    merged(place)
    ours.refresh_from_db()
    assert (ours.starts_on, ours.contracted_days) == (date(2008, 1, 7), Decimal(20))
    assert Check.objects.filter(engagement=ours).count() == 2
    assert set(Contract.objects.filter(engagement=ours).values_list("school", flat=True)) == {place.school.pk, other.pk}
    double.refresh_from_db()
    assert (double.engagement, double.ends_on) == (ours, date(2009, 11, 15))
    assert set(Support.objects.running(MONDAY).filter(engagement=ours).values_list("kind", "user__full_name")) == {
        ("line_manager", "Boss"), ("mentor", "Second"),
    }  # fmt: skip
    assert not Engagement.objects.running(MONDAY).filter(partner=place.gone.pk).exists()


def test_an_engagement_without_a_first_day_holds_since_always(place):
    ours, theirs = engage(place.kept, place.authority, starts_on=date(2009, 1, 5)), engage(place.gone, place.authority)
    theirs.contracted_days = None
    merged(place)
    ours.refresh_from_db()
    assert ours.starts_on is None


def test_places_and_stand_downs_of_both_hold_since_the_earlier_day(place):
    region = place.authority.region
    Willingness.objects.filter(partner=place.kept).update(starts_on=date(2009, 1, 5))
    Willingness.objects.create(partner=place.gone, region=region, starts_on=date(2008, 1, 7))
    Willingness.objects.create(partner=place.gone, region=region, starts_on=date(2006, 1, 9), ends_on=date(2007, 1, 8))
    for partner, day in ((place.kept, date(2009, 11, 2)), (place.gone, date(2009, 10, 5))):
        StandDown.objects.create(partner=partner, kind="suspended", reason="x", starts_on=day, recorded_at=AT)
    merged(place)
    assert place.kept.willingness.get(region=region, ends_on=None).starts_on == date(2008, 1, 7)
    assert place.kept.willingness.count() == 3
    assert place.kept.stand_downs.get().starts_on == date(2009, 10, 5)


def test_a_later_place_or_stand_down_changes_nothing_and_a_lone_one_moves(place):
    Willingness.objects.create(partner=place.gone, region=place.authority.region, starts_on=date(2009, 1, 5))
    StandDown.objects.create(partner=place.gone, kind="suspended", reason="x", starts_on=date(2009, 10, 5), recorded_at=AT)
    merged(place)
    assert place.kept.willingness.get(region=place.authority.region).starts_on is None
    assert place.kept.stand_downs.count() == 1


def test_of_two_running_stand_downs_the_earlier_day_counts_whichever_record_has_it(place):
    for partner, day in ((place.kept, date(2009, 10, 5)), (place.gone, date(2009, 11, 2))):
        StandDown.objects.create(partner=partner, kind="suspended", reason="x", starts_on=day, recorded_at=AT)
    merged(place)
    assert place.kept.stand_downs.get().starts_on == date(2009, 10, 5)


def test_what_was_confirmed_on_either_record_is_confirmed(place):
    asked = {"authority": place.authority, "kind": "details", "for_on": date(2009, 9, 1), "asked_on": date(2009, 9, 1)}
    Confirmation.objects.create(partner=place.kept, due_on=MONDAY, **asked)
    Confirmation.objects.create(partner=place.gone, due_on=MONDAY, met_on=date(2009, 9, 7), **asked)
    merged(place)
    assert place.kept.confirmations.get().met_on == date(2009, 9, 7)


def test_a_shortlist_that_has_both_keeps_one_entry_with_a_note(place):
    lists = {"by": place.national, "at": AT}
    shortlist = actions.open_shortlist(name="Both", **lists)
    actions.add_to_shortlist(shortlist=shortlist, partners=[place.kept, place.gone], **lists)
    entry = shortlist.entries.select_related("shortlist", "partner").get(partner=place.gone)
    actions.note_on_shortlist(entry=entry, note="Knows the coast", **lists)
    alone = actions.open_shortlist(name="One", **lists)
    actions.add_to_shortlist(shortlist=alone, partners=[place.gone], **lists)
    merged(place)
    running = ShortlistEntry.objects.filter(removed_at=None).order_by("pk")
    assert list(running.values_list("shortlist__name", "partner__reference", "note")) == [
        ("Both", "P100001", "Knows the coast"), ("One", "P100001", ""),
    ]  # fmt: skip


def test_the_chosen_details_stay_and_the_others_are_history(place):
    Partner.objects.filter(pk=place.gone.pk).update(pen_portrait="I led.", days_available=12)
    place.gone.refresh_from_db()
    merge = merged(place, ["email", "full_name", "kinds", "pen_portrait", "days_available"])
    kept, gone = Partner.objects.get(pk=place.kept.pk), Partner.everyone.get(pk=place.gone.pk)
    assert (kept.full_name, kept.email, kept.company, kept.pen_portrait) == (
        "SAM  JONES",
        "sj@home.example",
        "Able Ltd",
        "I led.",
    )
    assert (kept.reference, kept.phone, kept.days_available) == ("P100001", "01632 960001", 12)
    assert kept.search_name == "sam jones p100001"
    assert (gone.full_name, gone.email, gone.company) == ("Sam Jones", "sam.jones@council.example", "")
    assert PartnerKind.objects.running(MONDAY).get(partner=kept).kind == Kind.FORMER_HEAD
    assert PartnerKind.objects.get(partner=gone).kind == Kind.CONSULTANT
    assert merge.taken == ["days_available", "email", "full_name", "kinds", "pen_portrait"]


def test_the_account_in_use_goes_to_the_record_that_stays(place):
    person, closed = accounts.user("Sam Jones"), accounts.user("Sam Old", is_active=False)
    Partner.objects.filter(pk=place.gone.pk).update(user=person)
    Partner.objects.filter(pk=place.kept.pk).update(user=closed)
    merged(place)
    assert Partner.objects.get(pk=place.kept.pk).user == person
    assert Partner.everyone.get(pk=place.gone.pk).user == closed
    found = list(selectors.partner_capacities(user=person, on=MONDAY))
    assert [capacity.partner_id for capacity in found] == [place.kept.pk]
    assert list(selectors.partner_capacities(user=closed, on=MONDAY)) == []


def test_an_account_of_the_record_that_stays_stays(place):
    person = accounts.user("Sam Jones")
    Partner.objects.filter(pk=place.kept.pk).update(user=person)
    merged(place)
    assert Partner.objects.get(pk=place.kept.pk).user == person


def both_have_cases(place):
    for partner in (place.kept, place.gone):
        RemovalCase.objects.create(
            partner=partner, authority=place.authority, criterion="competence", circumstances="x", opened_on=MONDAY, opened_at=AT,
        )  # fmt: skip


def both_have_claims(place):
    for partner in (place.kept, place.gone):
        Claim.objects.create(partner=partner, says="x", lapses_on=MONDAY, made_on=MONDAY, made_at=AT)


def both_apply(place):
    for partner in (place.kept, place.gone):
        Application.objects.create(partner=partner, sector="special", applied_on=MONDAY, recorded_at=AT)


OBSTACLES = [
    (both_have_accounts, "Both have an account in use"), (both_have_cases, "Both have an open case"),
    (both_have_claims, "Both have an open claim"), (both_apply, "Both have an application for one sector"),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "says"), OBSTACLES, ids=[says for _, says in OBSTACLES])
def test_what_only_a_person_can_decide_is_decided_first(place, prepare, says):
    prepare(place)
    place.kept, place.gone = Partner.objects.get(pk=place.kept.pk), Partner.objects.get(pk=place.gone.pk)
    with pytest.raises(MoveRefused, match=says):
        merged(place)
    unchanged(place)


def test_nothing_is_merged_without_a_reason_with_itself_or_with_a_detail_that_is_none(place):
    with pytest.raises(MoveRefused, match="how you know"):
        merged(place, reason=" ")
    with pytest.raises(MoveRefused, match="one record already"):
        merged(place, gone=place.kept)
    with pytest.raises(TypeError, match="user"):
        merged(place, ["user"])
    unchanged(place)


def test_nobody_but_national_staff_merges_and_nobody_their_own_record(place):
    for by in (place.manager, accounts.member(Role.COORDINATOR, at=place.authority.region)):
        with pytest.raises(PermissionDenied):
            merged(place, by=by)
    Partner.objects.filter(pk=place.gone.pk).update(user=place.national)
    place.gone.refresh_from_db()
    with pytest.raises(PermissionDenied):
        merged(place)
    unchanged(place)


def test_of_two_who_merge_at_once_one_has_an_effect(place):
    stale = Partner.objects.get(pk=place.kept.pk), Partner.objects.get(pk=place.gone.pk)
    merged(place)
    with pytest.raises(OutOfDate):
        merged(place, kept=stale[1], gone=stale[0])
    assert Merge.objects.count() == 1


def test_a_deployment_in_between_is_seen_and_nothing_is_merged(place):
    seen = place.kept.sequence, place.gone.sequence
    make_deployment(place.kept, place.school, place.authority)
    place.kept.refresh_from_db()
    with pytest.raises(OutOfDate):
        merged(place, seen=seen)
    unchanged(place)


def test_a_third_record_leads_to_the_last_one_that_is_kept(place):
    third = make_partner("Sam Jones", reference="P100003")
    word = {"by": place.national, "at": AT, "verdict": PairVerdict.NOT_SAME}
    actions.say_of_pair(one=third, other=place.gone, **word)
    merged(place)
    kept = Partner.objects.get(pk=place.kept.pk)
    assert PairWord.objects.filter(first=kept, second=third).exists()
    actions.merge_partners(kept=third, gone=kept, taken=(), reason=WHY, by=place.national, at=AT)
    for reference in ("P100001", "P100002", "P100003"):
        assert selectors.partner_called(reference) == third
    assert sorted(selectors.keys_of(third)) == sorted([third.pk, place.kept.pk, place.gone.pk])
