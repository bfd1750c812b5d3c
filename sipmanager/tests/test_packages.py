"""What is installed is exact, hashed and explained; what is served from it is ours to serve."""

import json
import re
import tomllib

import pytest

from sipmanager.dev import assets, lock
from sipmanager.dev.check import judged
from sipmanager.dev.coverage import shortfalls
from sipmanager.testing import ROOT

from .files import text_of

LOCKS = ["requirements.txt", "requirements-dev.txt"]


def direct_names(group: str) -> set[str]:
    project = tomllib.loads(text_of("pyproject.toml"))
    listed = project["project"]["dependencies"] if group == "runtime" else project["dependency-groups"]["dev"]
    return {re.match(r"[A-Za-z0-9.-]+", entry)[0].lower() for entry in listed}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name):
    entries = re.split(r"\n(?=[a-z0-9])", text_of(name))
    packages = [entry for entry in entries if re.match(r"[a-z0-9]", entry)]
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9.\[\],-]+==\S+ ", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]


@pytest.mark.parametrize(("name", "groups"), [("requirements.txt", ["runtime"]), ("requirements-dev.txt", ["runtime", "dev"])])
def test_a_sentence_beside_each_direct_package_says_why_it_is_there(name, groups):
    text = text_of(name)
    for package in set().union(*(direct_names(group) for group in groups)):
        assert re.search(rf"^# [A-Z].+\.\n{re.escape(package)}==", text, re.MULTILINE), package


def test_the_development_lock_agrees_with_the_runtime_lock():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9.-]+==\S+)", text_of(name), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_tools_for_development_are_not_in_the_runtime_lock():
    runtime = set(re.findall(r"^([a-z0-9.-]+)==", text_of("requirements.txt"), re.MULTILINE))
    assert runtime.isdisjoint(direct_names("dev"))


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", ".npmrc", "package.json"])
def test_no_lock_names_a_registry(name):
    assert not re.search(r"https?://[^\s\"]*(registry|pypi|simple|npm)", text_of(name))
    assert '"resolved"' not in text_of(name)


def test_every_front_end_package_is_exact_and_hashed():
    locked = json.loads(text_of("package-lock.json"))["packages"]
    for name, version in json.loads(text_of("package.json"))["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for name, package in locked.items() if name)


def test_the_lock_tool_puts_the_sentence_above_the_pin():
    written = lock.with_reasons("celery==5.7.0 \\\n    --hash=sha256:0\nvine==5.1 \\\n", {"celery": "Background jobs."})
    assert written == lock.HEAD + "# Background jobs.\ncelery==5.7.0 \\\n    --hash=sha256:0\nvine==5.1 \\\n"


# What is served.


def test_no_government_typeface_crest_or_source_map_is_served():
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
        'body{font-family:"GDS Transport",arial,sans-serif}a{font-family:GDS Transport,arial}'
        ".crest{background:url(/assets/images/govuk-crest.svg)}.x{background:url(/assets/images/icon-document.svg)}"
        "\n/*# sourceMappingURL=govuk.css.map */"
    )
    assert assets.servable(css) == (
        "body{font-family:arial,sans-serif}a{font-family:arial}"
        ".crest{background:none}.x{background:url(images/icon-document.svg)}\n"
    )


def test_the_built_copies_hold_nothing_that_is_left_out():
    names = {path.name for path in assets.OUTPUT.iterdir()}
    assert {source.name for source in assets.TEXTS} <= names
    for source in assets.TEXTS:
        text = (assets.OUTPUT / source.name).read_text(encoding="utf-8")
        assert "GDS Transport" not in text
        assert "sourceMappingURL" not in text
        assert "/assets/" not in text
        for image in re.findall(r"url\((images/[^)]+)\)", text):
            assert (assets.OUTPUT / image).is_file()


def test_a_production_build_of_the_static_files_works(settings, tmp_path):
    from django.core.management import call_command

    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))
    assert "vendor/govuk-frontend.min.css" in manifest["paths"]


def test_fonts_for_documents_come_along():
    assert (assets.OUTPUT / "fonts" / "DejaVuSans.ttf").is_file()
    assert (assets.OUTPUT / "fonts" / "fonts.conf").is_file()


# Verdicts of the checks.


def test_an_audit_fails_on_a_known_vulnerability():
    report = {"dependencies": [{"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}
    assert judged(report) == ("FAILED", "x 1: CVE-1, mended in 2")


def test_an_audit_that_could_look_nothing_up_is_not_a_pass():
    verdict, says = judged({"dependencies": [{"name": "x", "skip_reason": "unreachable"}]})
    assert verdict == "could not be audited"
    assert says == "No advisories to be had for 1 of 1 packages."
    assert judged({"dependencies": []})[0] == "could not be audited"


def test_an_audit_of_sound_packages_passes():
    assert judged({"dependencies": [{"name": "x", "version": "1", "vulns": []}]}) == ("ok", "")


def test_a_pure_module_with_an_uncovered_line_falls_short():
    files = {
        "partners/grant.py": {"summary": {"percent_covered": 99.0}, "missing_lines": [7]},
        "partners/views.py": {"summary": {"percent_covered": 50.0}, "missing_lines": [1]},
    }
    report = {"files": files, "totals": {"percent_covered": 95.0}}
    assert shortfalls(report, ratchet=90) == ["partners/grant.py must be covered wholly; missing: 7"]
    assert shortfalls(report | {"totals": {"percent_covered": 89.9}}, wholly=(), ratchet=90) == [
        "The whole is covered to 89.9 %, the ratchet stands at 90 %."
    ]


def test_what_is_built_is_ignored_by_git():
    ignored = text_of(".gitignore").split()
    assert {".venv/", "node_modules/", "var/", ".env"} <= set(ignored)
    assert assets.OUTPUT.is_relative_to(ROOT / "var")
