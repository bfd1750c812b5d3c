"""Audit, documents, form keys, mail: the machinery that writes."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import override_settings

from accounts.tests import factories
from sipmanager.core import audit, documents, mail
from sipmanager.core.models import AuditEvent, EmailState, OutgoingEmail, StoredDocument, UsedFormKey
from sipmanager.core.once import once

MONDAY_NOON = datetime(2009, 11, 16, 12, 0, tzinfo=UTC)
SATURDAY_NOON = datetime(2009, 11, 14, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def queue(at=MONDAY_NOON, **kwargs):
    context = {"person": {"name": "Ada Holt"}, "on": at.date(), "yours": [], "late": []}
    return mail.queue(
        to="ada@school.example", kind="digest", template="core/emails/digest.txt", context=context, at=at, **kwargs
    )


def test_an_audit_line_holds_plain_values_and_is_never_changed():
    line = audit.record(what="test.made", subject="note:17", by=None, at=MONDAY_NOON, day=MONDAY_NOON.date())
    assert (line.subject, line.details) == ("note:17", {"day": "2009-11-16"})
    line.what = "test.other"
    with pytest.raises(TypeError):
        line.save()
    with pytest.raises(TypeError):
        line.delete()
    with pytest.raises(TypeError):
        AuditEvent.objects.filter(pk=line.pk).update(what="test.other")
    with pytest.raises(TypeError):
        AuditEvent.objects.all().delete()
    assert AuditEvent.objects.get(pk=line.pk).what == "test.made"


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["UPDATE core_auditevent SET what = 'x'", "DELETE FROM core_auditevent"])
def test_postgresql_too_refuses_to_change_the_audit(statement):  # D-33
    audit.record(what="test.made", subject="note:17", by=None, at=MONDAY_NOON)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().what == "test.made"


def test_the_same_bytes_are_stored_once_and_read_back_unharmed():
    first = documents.store(content=b"issued", content_type="application/pdf", at=MONDAY_NOON)
    second = documents.store(content=b"issued", content_type="application/pdf", at=MONDAY_NOON)
    assert first == second
    assert documents.read(first) == b"issued"
    assert StoredDocument.objects.count() == 1


def test_damaged_bytes_are_noticed(monkeypatch):
    document = documents.store(content=b"sound", content_type="text/plain", at=MONDAY_NOON)
    name_in_store = documents._name(document.digest)
    document.digest = "0" * 64
    monkeypatch.setattr(documents, "_name", lambda _digest: name_in_store)
    with pytest.raises(documents.DocumentDamaged):
        documents.read(document)


def test_a_form_sent_twice_has_one_effect_and_one_answer():  # D-31
    user, key, done = factories.user(), uuid.uuid4(), []

    def effect():
        done.append(1)
        return "/deployments/7/"

    assert once(key=key, by=user, at=MONDAY_NOON, effect=effect) == ("/deployments/7/", True)
    assert once(key=key, by=user, at=MONDAY_NOON, effect=effect) == ("/deployments/7/", False)
    assert done == [1]


def test_a_form_whose_effect_failed_can_be_sent_again():
    user, key = factories.user(), uuid.uuid4()

    def fail():
        raise ValueError("not yet")

    with pytest.raises(ValueError, match="not yet"):
        once(key=key, by=user, at=MONDAY_NOON, effect=fail)
    assert not UsedFormKey.objects.exists()
    assert once(key=key, by=user, at=MONDAY_NOON, effect=lambda: "/there/") == ("/there/", True)


def test_mail_waits_for_the_morning_of_a_working_day_unless_it_is_urgent():  # D-32
    assert queue(at=MONDAY_NOON).not_before is None
    assert queue(at=SATURDAY_NOON).not_before == datetime(2009, 11, 16, 7, 0, tzinfo=UTC)
    assert queue(at=MONDAY_NOON + timedelta(hours=9)).not_before == datetime(2009, 11, 17, 7, 0, tzinfo=UTC)
    assert queue(at=SATURDAY_NOON, urgent=True).not_before is None


def test_a_queued_message_is_sent_once():
    email = queue()
    assert mail.deliver(at=MONDAY_NOON) == {"sent": 1, "failed": 0}
    assert mail.deliver(at=MONDAY_NOON) == {"sent": 0, "failed": 0}
    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.SENT, 1)
    assert [message.to for message in django_mail.outbox] == [["ada@school.example"]]


def test_a_restored_copy_sends_nothing_until_it_is_switched_on():  # D-32
    queue()
    with override_settings(MAIL_SENDING=False):
        assert mail.deliver(at=MONDAY_NOON) == {"sent": 0, "failed": 0}
    assert OutgoingEmail.objects.get().state == EmailState.QUEUED
    assert django_mail.outbox == []


def test_a_message_that_cannot_leave_is_tried_five_times_and_then_stands_as_failed():
    email = queue()
    with override_settings(EMAIL_BACKEND="nowhere.at.all"):
        for _ in range(6):
            mail.deliver(at=MONDAY_NOON)
    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.FAILED, 5)
    assert "nowhere" in email.last_error


def test_a_message_never_leaves_if_what_caused_it_is_undone():
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError("undone")
    mail.deliver(at=MONDAY_NOON)
    assert django_mail.outbox == []


def test_links_come_from_one_setting():
    assert mail.link("/notes/17/") == f"{settings.SITE_URL}/notes/17/"
