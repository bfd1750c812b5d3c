"""How what people read is spelled (style rule 16): apostrophes straight, quotation marks around quoted words
typographic, email without a hyphen."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "schools", "partners", "visits", "qa", "sipmanager")
EMAIL = re.compile(r"\be-mail", re.IGNORECASE)
CURLED = re.compile("[\u2018\u2019]")
# What reads the words of others knows both.
READS_OTHERS = {"visits/differences.py", "sipmanager/core/wording.py"}
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<script.*?</script>|<style.*?</style>|<[^>]*>", re.DOTALL)


def modules() -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in found if not {"tests", "migrations", "dev"} & set(path.relative_to(ROOT).parts)]


def templates() -> list[Path]:
    return [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strings(path: Path, *, docs: bool = True) -> list[tuple[int, str]]:
    """The texts in a module; without `docs` those that stand for themselves, as docstrings do, are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = set() if docs else {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    ]  # fmt: skip


def test_apostrophes_in_the_code_are_straight():
    assert not [
        f"{name(path)}:{line}: {text[:60]}"
        for path in modules()
        if name(path) not in READS_OTHERS
        for line, text in strings(path)
        if CURLED.search(text)
    ]


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_apostrophes_on_pages_are_straight(folder):
    files = templates() if folder == "templates" else list((ROOT / "static").rglob("*.js"))
    assert files
    assert not [
        f"{name(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CURLED.search(line)
    ]


def test_email_is_spelled_one_way():
    in_code = [f"{name(path)}:{line}" for path in modules() for line, text in strings(path, docs=False) if EMAIL.search(text)]
    on_pages = [name(path) for path in templates() if EMAIL.search(path.read_text(encoding="utf-8"))]
    assert in_code + on_pages == []


def test_words_quoted_on_pages_stand_in_typographic_quotation_marks():
    assert not [
        f"{name(path)}: {words.strip()[:60]}"
        for path in templates()
        for words in re.split(r"\n", MARKUP.sub(" ", path.read_text(encoding="utf-8")))
        if '"' in words
    ]
