"""As known then and as known now: a past day gives the answer of its snapshot unless a later line explains it (D-21, COG-L)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuthorityKind
from accounts.permissions import Role
from accounts.tests import factories as people
from partners import actions, selectors
from partners.jobs import take_snapshots
from partners.models import Deployment, GrantSnapshot, NationalNotification, ProgrammeContact
from partners.selectors import GRANT
from partners.tests import factories
from partners.tests.factories import moment
from schools.actions import set_programme_start, set_sip_scope
from schools.facts import Phase
from schools.models import School
from schools.tests import factories as schools
from sipmanager.core import audit

pytestmark = pytest.mark.django_db

SEP = date(2009, 9, 1)  # Tuesday
NIGHT = date(2009, 11, 2)  # Monday
LATER = date(2009, 11, 16)  # Monday
PRIMARY = "primary"


@pytest.fixture
def kent():
    return people.authority("Kent")


@pytest.fixture
def school(kent):
    return schools.make_school(authority=kent, phase=Phase.PRIMARY, name="Hill Road")


def take(authority, on=NIGHT, programme=PRIMARY):
    return actions.take_snapshot(authority=authority, programme=programme, on=on, at=moment(on))


def compare(authority, on=NIGHT):
    return selectors.compare(authority=authority, programme=PRIMARY, on=on)


# The night.


def test_d_21_a_night_keeps_each_programme_once_and_never_changes_it(kent, school):
    start_of(kent)
    for _ in range(2):
        assert take_snapshots(partition=kent.code, on=NIGHT, at=moment(NIGHT)).failures == []
    [kept] = GrantSnapshot.objects.all()
    assert (kept.programme, kept.on, kept.is_latest) == (PRIMARY, NIGHT, True)
    assert "|COG-A|" in kept.failed_ids
    assert kept.not_met + kept.met + kept.at_risk + kept.no_data == 11
    factories.make_deployment(None, school, kent, on=NIGHT)
    assert take(kent) is False
    assert GrantSnapshot.objects.get().answers == kept.answers


def start_of(authority, by=date(2009, 4, 30)):
    return set_programme_start(authority=authority, programme=PRIMARY, letter_on=None, coverage_by=by, by=None, at=moment(SEP))


def test_only_authorities_with_a_programme_have_snapshots(kent):
    trust = people.trust()
    for code in (kent.code, trust.code, "national", "ZZZ"):
        assert take_snapshots(partition=code, on=NIGHT, at=moment(NIGHT)).failures == []
    assert not GrantSnapshot.objects.exists()
    assert trust.kind == AuthorityKind.TRUST
    assert selectors.programmes_of(trust, NIGHT) == []


def test_sips_at_work_make_both_programmes_without_a_start_on_record(kent, school):
    factories.make_deployment(None, school, kent)
    assert selectors.programmes_of(kent, NIGHT) == ["primary", "secondary"]
    assert take_snapshots(partition=kent.code, on=NIGHT, at=moment(NIGHT), dry_run=True).failures == []
    assert not GrantSnapshot.objects.exists()


def test_one_failing_programme_leaves_the_other(kent, school, monkeypatch):
    factories.make_deployment(None, school, kent)
    from partners.jobs import grants

    real = actions.take_snapshot
    monkeypatch.setattr(grants, "take_snapshot", lambda **kw: real(**kw) if kw["programme"] == "secondary" else 1 / 0)
    tally = take_snapshots(partition=kent.code, on=NIGHT, at=moment(NIGHT))
    assert [failure["step"] for failure in tally.failures] == ["take_snapshots"]
    assert GrantSnapshot.objects.get().programme == "secondary"


def test_since_when_goes_back_over_the_nights_of_the_same_result(kent, school):
    start_of(kent)
    take(kent, NIGHT)
    take(kent, NIGHT + timedelta(days=1))
    factories.make_deployment(None, school, kent, starts_on=NIGHT + timedelta(days=2))
    take(kent, NIGHT + timedelta(days=2))
    since = {row.on: {one["id"]: one["since"] for one in row.answers}["COG-A"] for row in GrantSnapshot.objects.order_by("on")}
    assert list(since.values()) == ["2009-11-02", "2009-11-02", "2009-11-04"]
    assert GrantSnapshot.objects.get(is_latest=True).on == NIGHT + timedelta(days=2)
    take(kent, NIGHT - timedelta(days=1))
    assert GrantSnapshot.objects.get(is_latest=True).on == NIGHT + timedelta(days=2), "a night made good is not the latest"


# Then and now.


def test_d_21_without_a_later_line_a_past_day_is_what_its_snapshot_says(kent, school):
    start_of(kent)
    factories.make_deployment(None, school, kent)
    take(kent)
    found = compare(kent)
    assert found.then.on == NIGHT
    assert found.differences == ()


def test_d_21_a_deployment_entered_late_explains_itself(kent, school):
    start_of(kent)
    take(kent)
    deployment = factories.make_deployment(None, school, kent, starts_on=SEP, on=LATER)
    found = compare(kent)
    by_id = {one.condition: one for one in found.differences}
    assert by_id["COG-A"].then["result"] == "not_met"
    assert by_id["COG-A"].now["result"] == "met"
    assert {line.subject for line in by_id["COG-A"].lines} >= {f"deployment:{deployment.pk}"}
    assert by_id[GRANT].is_explained
    assert found.unexplained == ()


@pytest.mark.parametrize(("about", "explains"), [(date(2010, 3, 31), True), (date(2010, 4, 1), False)])
def test_d_21_gra_4_what_is_recorded_about_a_later_day_of_the_year_explains_the_grant(kent, school, about, explains):
    """The grant is of the whole financial year: a SIP who leaves in January changes what November promised."""
    start_of(kent)
    deployment = factories.make_deployment(None, school, kent, starts_on=SEP, on=SEP)
    take(kent)
    GrantSnapshot.objects.update(taken_at=moment(LATER - timedelta(days=1)))
    Deployment.objects.filter(pk=deployment.pk).update(ends_on=date(2010, 1, 15), lead_until=date(2010, 1, 15))
    audit.record(what="deployment.end", subject=deployment, by=None, at=moment(LATER), about_on=about)
    found = compare(kent)
    [grant] = found.differences
    assert (grant.condition, grant.then, grant.now) == (GRANT, {"amount": "449.17"}, {"amount": "256.67"})
    assert grant.is_explained is explains, "the next financial year explains nothing of this one"


def test_d_21_what_was_recorded_about_later_days_explains_nothing(kent, school):
    start_of(kent)
    take(kent)
    School.objects.filter(pk=school.pk).update(is_in_sip_scope=False)  # behind the back of every action
    audit.record(what="deployment.propose", subject=school, by=None, at=moment(LATER), about_on=LATER)
    audit.record(what="note.write", subject=school, by=None, at=moment(LATER))
    found = compare(kent)
    assert [one.condition for one in found.unexplained] == [one.condition for one in found.differences]
    assert "COG-A" in {one.condition for one in found.unexplained}


def test_d_21_a_line_of_another_authority_explains_nothing(kent, school):
    start_of(kent)
    take(kent)
    School.objects.filter(pk=school.pk).update(is_in_sip_scope=False)
    other = schools.make_school(authority=people.authority("Barford"))
    audit.record(what="school.scope", subject=other, by=None, at=moment(LATER))
    assert compare(kent).unexplained


def test_a_night_without_a_snapshot_shows_what_is_known_now_alone(kent, school):
    take(kent)
    found = compare(kent, LATER)
    assert (found.then, found.differences) == (None, ())
    assert selectors.nearest_snapshots(kent, PRIMARY, LATER) == (NIGHT, None)


def test_cog_l_a_day_before_the_amendment_keeps_the_old_rule(kent):
    on = date(2006, 8, 1)
    for day, words in ((on, "As first written"), (on + timedelta(days=1), "Since 2 August 2006")):
        report = selectors.conditions_of_grant(authority=kent, programme="secondary", on=day)
        assert next(row for row in report.answers if row.id == "COG-D").means.startswith(words)


# Whatever happens later, it is the same or explained.


def _deploy(kent, school):
    factories.make_deployment(None, school, kent, starts_on=SEP, on=LATER)


def _deploy_from_later(kent, school):
    factories.make_deployment(None, school, kent, starts_on=LATER, on=LATER)


def _void(kent, school):
    row = kent.deployments.filter(voided_on=None, confirmed_on__isnull=False).first()
    if row:
        actions.void_deployment(deployment=row, reason="Wrong school", by=None, at=moment(LATER))


def _notify(kent, school):
    row = NationalNotification.objects.filter(deployment__authority=kent, sent_on=None).first()
    if row:
        actions.mark_notified(notification=row, sent_on=SEP, method="Letter", by=None, at=moment(LATER))


def _contact(kent, school):
    if not ProgrammeContact.objects.filter(authority=kent).exists():
        actions.name_contact(
            authority=kent, programme=PRIMARY, full_name="Ann Lee", starts_on=SEP, notified_on=SEP, by=None, at=moment(LATER)
        )


def _share(kent, school):
    actions.share_information(
        authority=kent, programme=PRIMARY, shared_on=SEP, use="services", items="Notes", recipient="Contractor", by=None,
        at=moment(LATER),
    )  # fmt: skip


def _start(kent, school):
    set_programme_start(
        authority=kent, programme=PRIMARY, letter_on=None, coverage_by=date(2010, 4, 30), by=None, at=moment(LATER)
    )


def _experience(kent, school):
    row = kent.deployments.select_related("partner").first()
    if row:
        actions.record_headship(partner=row.partner, sector="primary", starts_on=SEP, by=None, at=moment(LATER))


def _leave_scope(kent, school):
    """The school is marked as outside the programme."""
    set_sip_scope(school=school, is_in=False, by=None, at=moment(LATER))


CHANGES = (_deploy, _deploy_from_later, _void, _notify, _contact, _share, _start, _experience, _leave_scope)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(before=st.booleans(), changes=st.lists(st.sampled_from(CHANGES), max_size=4))
def test_d_21_every_past_day_is_the_same_or_a_later_line_explains_it(before, changes):
    """Drawn changes, made by the actions that pages call, a fortnight after the snapshot."""
    from django.db import transaction

    with transaction.atomic():
        kent = people.authority()
        school = schools.make_school(authority=kent, phase=Phase.PRIMARY)
        other = schools.make_school(authority=kent, phase=Phase.PRIMARY)
        start_of(kent)
        if before:
            factories.make_deployment(None, other, kent, starts_on=SEP)
        take(kent)
        for change in changes:
            try:
                change(kent, school)
            except Exception as refusal:  # a rule refuses the second deployment of one school
                if type(refusal).__name__ not in ("Refused", "MoveRefused"):
                    raise
        found = compare(kent)
        assert found.unexplained == (), [(one.condition, one.then, one.now) for one in found.unexplained]
        if not changes:
            assert found.differences == ()
        transaction.set_rollback(True)


# What the national page lists.


def test_the_grant_of_the_night_is_kept_to_the_penny(kent, school):
    factories.make_deployment(None, school, kent)
    take(kent)
    assert GrantSnapshot.objects.get().grant_amount == Decimal("449.17")
    assert people.member(Role.COORDINATOR, at=kent.region)
