"""What the hand-written pages say exists: commands, files, variables, registries, numbers of rules."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from .files import ROOT, text_of

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HAND_WRITTEN = [page for page in PAGES if "Written by `make docs`" not in page.read_text(encoding="utf-8")]
APPS = ("accounts", "schools", "partners", "visits", "qa", "sipmanager/core", "sipmanager/site")
# Written like a rule's number, and none.
NO_RULES = {"BRD", "CVE", "ISO", "PDF", "RFC", "SHA", "TLS", "UA", "UTF"}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code() -> list[Path]:
    return [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


@pytest.fixture(scope="module")
def everything_written() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in HAND_WRITTEN)


def test_every_make_command_that_a_page_names_is_in_the_makefile(everything_written):
    known = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", everything_written, re.MULTILINE))
    assert named
    assert named <= known


def test_the_readme_shows_every_command_that_make_lists():
    listed = set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE)) - {"help"}
    of_production = {"web", "worker", "beat", "release"}
    readme, operations = text_of("README.md"), text_of("docs/operations.md")
    assert [name for name in sorted(listed - of_production) if f"| `make {name}` |" not in readme] == []
    assert [name for name in sorted(of_production) if f"`make {name}`" not in operations] == []


def test_every_management_command_that_a_page_names_exists(everything_written):
    named = set(re.findall(r"manage\.py ([a-z_]+)", everything_written))
    table = text_of("README.md").partition("manage.py …")[2].partition("\n## ")[0]
    named |= set(re.findall(r"^\| `([a-z_]+)", table, re.MULTILINE))
    assert {"import_schools", "nightly"} <= named <= set(get_commands())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [page for page in HAND_WRITTEN if page.name != "front-end.md"], ids=name_of)
def test_every_file_that_a_page_names_is_there(page):
    """Names of patterns, such as `NNNN-title.md`, and of the front end's examples are nobody's files."""
    named = re.findall(r"`([\w.-]+/[\w./-]+\.(?:py|md|js|html|toml|yml|txt))`", page.read_text(encoding="utf-8"))
    named = [name for name in named if "NNNN" not in name]
    folders = (ROOT, ROOT / "sipmanager", ROOT / "docs", ROOT / "templates", ROOT / "static")
    assert [name for name in named if not any((folder / name).exists() for folder in folders)] == []


def test_every_picture_is_small_and_shown(everything_written):
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    assert pictures
    assert [picture.name for picture in pictures if f"images/{picture.name}" not in everything_written] == []
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []


def test_every_variable_that_the_page_of_operations_names_is_a_setting():
    named = set(re.findall(r"`([A-Z][A-Z_]{3,})\b", text_of("docs/operations.md")))
    known = set(re.findall(r"^([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    in_settings = set(re.findall(r"^([A-Z_]+) = ", text_of("sipmanager/settings.py"), re.MULTILINE))
    assert "SECRET_KEY" in named
    assert {name for name in named if not name.endswith("_")} <= known | in_settings


def test_the_page_for_developers_names_every_registry():
    page = text_of("docs/developers.md")
    found = {
        name
        for path in code()
        if "tests" not in path.parts
        for name in re.findall(r"^def (register\w*|carry_out_by)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    not_registries = {"register_all", "register_rows", "register_partner", "register_schools"}
    assert [name for name in sorted(found - not_registries) if f"{name}`" not in page] == []


def test_every_number_quoted_in_code_is_explained():
    text = "\n".join(path.read_text(encoding="utf-8") for path in code())
    decisions, glossary = text_of("docs/decisions.md"), text_of("docs/glossary.md")
    points = set(re.findall(r"\b(D-\d+a?)\b", text))
    assert [point for point in sorted(points) if not re.search(rf"\b{point}\b", decisions)] == []
    prefixes = set(re.findall(r"\b([A-Z]{2,4})-\d+\b", text)) - NO_RULES
    assert [prefix for prefix in sorted(prefixes) if not re.search(rf"\| {prefix} \|", glossary)] == []
