"""docker-compose.yml cannot be started on every machine; this says that it is sound."""

import re

import pytest
import yaml

from .files import text_of, variables_in_settings


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(text_of("docker-compose.yml"))


def of_ours(compose: dict) -> dict[str, dict]:
    return {name: service for name, service in compose["services"].items() if "build" in service}


def test_it_has_the_production_shape(compose):
    assert set(compose["services"]) == {"postgres", "redis", "release", "web", "worker", "beat"}


def test_every_lasting_service_has_a_health_check(compose):
    lasting = {name: service for name, service in compose["services"].items() if name != "release"}
    assert all(service["healthcheck"]["test"] for service in lasting.values())


def test_every_variable_given_to_the_service_is_known_to_settings(compose):
    known = variables_in_settings()
    for service in of_ours(compose).values():
        assert set(service["environment"]) <= known


def test_every_variable_asked_of_the_caller_is_known_to_settings():
    asked = set(re.findall(r"\$\{([A-Z_]+)", text_of("docker-compose.yml")))
    assert asked <= variables_in_settings()


def test_every_setting_of_a_production_start_can_be_given(compose):
    elsewhere = {"DEBUG", "DJANGO_ADMIN", "VAR_DIR"}
    for service in of_ours(compose).values():
        assert set(service["environment"]) == variables_in_settings() - elsewhere


def test_the_service_does_not_start_without_a_secret_key():
    assert "${SECRET_KEY:?" in text_of("docker-compose.yml")


@pytest.mark.parametrize("service", ["web", "worker", "beat", "release"])
def test_its_commands_are_those_of_the_makefile(compose, service):
    recipe = re.search(rf"^{service}:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)[1]
    assert f"exec {compose['services'][service]['command']}\n" in recipe


def test_the_image_starts_the_same_web_server_by_itself(compose):
    command = re.search(r"^CMD \[(.*)\]$", text_of("Dockerfile"), re.MULTILINE)[1]
    assert " ".join(re.findall(r'"([^"]*)"', command)) == compose["services"]["web"]["command"]


def test_everything_waits_for_the_migrations(compose):
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"]["release"] == {"condition": "service_completed_successfully"}


def test_database_and_broker_publish_no_port(compose):
    assert "ports" not in compose["services"]["postgres"]
    assert "ports" not in compose["services"]["redis"]


def test_documents_are_kept_on_a_volume_that_all_three_share(compose):
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["volumes"] == ["media:/data/media"]


def test_the_image_installs_by_hash_and_runs_without_root():
    dockerfile = text_of("Dockerfile")
    assert "pip install --require-hashes -r requirements.txt" in dockerfile
    assert "\nUSER sipmanager\n" in dockerfile
