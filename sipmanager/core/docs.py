"""The pages of `docs/` that are written from tables in code; a test and `manage.py docs --check` hold that they are fresh.

A floor registers its pages from `ready()`: `docs.register("permissions.md", permissions_page)`. The function takes
nothing, reads no database and no clock, and returns the whole page as Markdown.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

NOTICE = "<!-- Written by `make docs` from tables in code. Change the table, not this page. -->"

_pages: dict[str, Callable[[], str]] = {}


def register(filename: str, page: Callable[[], str]) -> None:
    """Add a page, by the name of its file in `docs/`."""
    _pages[filename] = page


def folder() -> Path:
    return Path(settings.BASE_DIR) / "docs"


def written() -> dict[str, str]:
    """Every registered page as it should stand, by the name of its file."""
    return {name: f"{NOTICE}\n\n{page().strip()}\n" for name, page in sorted(_pages.items())}


def stale() -> list[str]:
    """The names of the pages whose files are missing or say something else."""
    return [name for name, text in written().items() if _read(folder() / name) != text]


def write() -> list[str]:
    """Write the pages that are stale; returns their names."""
    names = stale()
    pages = written()
    folder().mkdir(exist_ok=True)
    for name in names:
        (folder() / name).write_text(pages[name], encoding="utf-8")
    return names


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def table(headers: list[str], rows: list[list[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )
