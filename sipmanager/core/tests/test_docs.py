import json
from io import StringIO

import pytest
from django.core.management import call_command

from sipmanager.core import docs


@pytest.fixture
def house(tmp_path, settings, monkeypatch):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(docs, "_pages", {})
    return tmp_path


def run(*args):
    out = StringIO()
    call_command("docs", *args, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_pages_are_written_once_and_again_when_their_table_changes(house):
    docs.register("rooms.md", lambda: "# Rooms\n\none\n")
    assert run() == {"written": ["rooms.md"]}
    assert (house / "docs" / "rooms.md").read_text().endswith("# Rooms\n\none\n")
    assert run() == {"written": []}
    docs.register("rooms.md", lambda: "# Rooms\n\ntwo\n")
    assert run() == {"written": ["rooms.md"]}


def test_checking_writes_nothing_and_fails_while_a_page_is_not_fresh(house):
    docs.register("rooms.md", lambda: "# Rooms")
    with pytest.raises(SystemExit):
        run("--check")
    assert not (house / "docs").exists()
    docs.write()
    assert run("--check") == {"stale": []}


def test_a_table_keeps_bars_and_lines_inside_its_cells():
    assert docs.table(["a", "b"], [["x|y", "1\n2"]]) == "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |"


def test_the_generated_pages_of_this_service_are_fresh():
    assert docs.stale() == [], "run `make docs`"
