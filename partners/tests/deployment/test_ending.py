"""Several deployments are ended at once, each by the rules of one alone (DEP-18, SPM-6)."""

from datetime import date

import pytest

from accounts.permissions import Role
from accounts.tests import factories as people
from partners.models import Deployment, DeploymentStatus, NationalNotification
from partners.tests.deployment.many import press, see
from partners.tests.factories import make_deployment
from schools.tests.factories import make_school
from sipmanager.core.models import AuditEvent

pytestmark = pytest.mark.django_db

LAST_DAY = date(2009, 12, 18)  # Friday
WORDS = {"on_day": "18", "on_month": "12", "on_year": "2009", "reason": "The SIP retires at Christmas"}


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2009-11-16 10:00")  # Monday


@pytest.fixture
def here():
    return people.authority("Middleshire")


def two(here):
    return [make_deployment(school=make_school(authority=here), authority=here) for _ in range(2)]


def key_in(answer):
    return answer.context["form"]["form_key"].value()


def test_deallocating_removes_one_or_several_at_once_and_keeps_their_history(as_role, here):
    """SPM-6: chosen on the list, tried, confirmed once; each end is told to the contractor (DEP-15)."""
    manager, ends = as_role(Role.MANAGER, at=here), two(here)
    chosen = [deployment.pk for deployment in ends]
    asked = manager.post("/deployments/", {"action": "end", "chosen": chosen}, follow=True)
    assert "End 2 deployments" in asked.content.decode()

    sent = {**WORDS, "chosen": chosen, "form_key": key_in(asked)}
    tried = see(manager, "/deployments/end/", sent)
    assert "End 2 deployments" in tried
    assert tried.count("Goes through</strong>") == 2
    assert set(Deployment.objects.values_list("status", flat=True)) == {DeploymentStatus.ACTIVE.value}
    assert not NationalNotification.objects.filter(kind="end").exists()

    for _ in range(2):  # a second click ends nothing twice
        assert "2 deployments ended" in press(manager, "/deployments/end/", sent)
    assert set(Deployment.objects.values_list("status", "ends_on")) == {(DeploymentStatus.ENDING.value, LAST_DAY)}
    assert NationalNotification.objects.filter(kind="end").count() == 2
    assert AuditEvent.objects.filter(what="deployment.end").count() == 2


def test_what_may_not_end_stays_as_it_is_and_says_why(as_role, here):
    manager, (first, second) = as_role(Role.MANAGER, at=here), two(here)
    Deployment.objects.filter(pk=second.pk).update(starts_on=date(2010, 1, 4), lead_from=None)
    chosen = [first.pk, second.pk]
    sent = {**WORDS, "chosen": chosen, "form_key": key_in(manager.get("/deployments/end/", {"chosen": chosen}))}
    tried = see(manager, "/deployments/end/", sent)
    assert tried.count("Goes through</strong>") == 1
    assert "strike the deployment out instead" in tried
    done = press(manager, "/deployments/end/", sent)
    assert "1 deployment ended" in done
    assert "Stays as it is" in done
    second.refresh_from_db()
    assert (second.status, second.ends_on) == (DeploymentStatus.ACTIVE.value, None)


def test_somebody_elses_deployments_are_not_there(as_role, here):
    stranger, ends = as_role(Role.MANAGER), two(here)
    chosen = [deployment.pk for deployment in ends]
    assert stranger.get("/deployments/end/", {"chosen": chosen})["Location"] == "/deployments/"
    answer = stranger.post("/deployments/end/", {**WORDS, "chosen": chosen, "form_key": "a" * 32})
    assert answer["Location"] == "/deployments/"
    assert set(Deployment.objects.values_list("status", flat=True)) == {DeploymentStatus.ACTIVE.value}
    administrator = as_role(Role.ADMINISTRATOR, at=here)
    assert administrator.get("/deployments/end/", {"chosen": chosen}).status_code == 404
    assert "End them" not in administrator.get("/deployments/").content.decode()


@pytest.mark.parametrize("chosen", [[], ["x"], ["0"], ["9" * 20]])
def test_a_choice_of_nothing_leads_back_to_the_list(as_role, here, chosen):
    assert as_role(Role.MANAGER, at=here).get("/deployments/end/", {"chosen": chosen})["Location"] == "/deployments/"


def test_a_missing_day_or_reason_is_asked_for_and_nothing_ends(as_role, here):
    manager, ends = as_role(Role.MANAGER, at=here), two(here)
    answer = manager.post("/deployments/end/", {"chosen": [ends[0].pk]})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not Deployment.objects.filter(ends_on__isnull=False).exists()


def test_where_nothing_may_end_nothing_can_be_confirmed(as_role, here):
    manager, (first, _second) = as_role(Role.MANAGER, at=here), two(here)
    sent = {**WORDS, "chosen": [first.pk], "form_key": key_in(manager.get("/deployments/end/", {"chosen": [first.pk]}))}
    Deployment.objects.filter(pk=first.pk).update(status=DeploymentStatus.ENDING, ends_on=LAST_DAY)
    assert "None of these would go through." in press(manager, "/deployments/end/", sent)
    assert NationalNotification.objects.filter(kind="end").count() == 0


def test_too_many_at_once_are_not_begun(as_role, here, monkeypatch):
    monkeypatch.setattr("partners.actions.MOST_IN_A_RUN", 1)
    manager, ends = as_role(Role.MANAGER, at=here), two(here)
    page = manager.post("/deployments/", {"action": "end", "chosen": [one.pk for one in ends]}).content.decode()
    assert "Choose at most 1 deployment at once" in page
