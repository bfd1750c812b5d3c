import pytest


def test_the_process_says_it_is_alive_without_a_database(client):
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_when_database_migrations_and_broker_are(client):
    response = client.get("/health/ready/")
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}
    assert response.status_code == 200


@pytest.mark.django_db
def test_it_is_not_ready_when_the_broker_is_gone(client, settings, broker_address_without_a_server):
    settings.REDIS_URL = broker_address_without_a_server
    response = client.get("/health/ready/")
    assert response.status_code == 503
    assert response.json()["broker"] == "unavailable"
    assert response.json()["database"] == "ok"


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_is_pending(client, monkeypatch):
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"])
    response = client.get("/health/ready/")
    assert response.status_code == 503
    assert response.json()["migrations"] == "pending"


@pytest.mark.parametrize("address", ["/health/", "/health/ready/"])
def test_health_takes_no_post(client, address):
    assert client.post(address).status_code == 405


@pytest.fixture
def broker_address_without_a_server(monkeypatch):
    from sipmanager.celery import app

    address = "redis://127.0.0.1:1/0"
    before = app.conf.broker_url
    app.conf.broker_url = address
    yield address
    app.conf.broker_url = before
