"""`docs/rules.md`: where each rule of the registers is met, and the tests that name it.

Where it is met is a table by hand (`rule_places`); the tests are found in the sources: a test names a rule in its name
(`test_acc_14_…`), its docstring, its parameters or a comment inside it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from sipmanager.core.docs import table
from sipmanager.core.wording import counted

from .rule_places import PLACES

RULE = re.compile(r"(?<![A-Z])([A-Z]{3})[-_](\d{1,2})(?:(?: to |\.\.)\1-(\d{1,2}))?(?!\d)")
# The conditions of grant go by letters.
LETTERED = re.compile(r"(?<![A-Z])(COG)[-_]([A-M])(?![A-Z])")
SHOWN = 3

INTRODUCTION = """
# Rules of registers, deployment and grant

Every rule of the school register, the SIP register and the record of development, of accreditation, checks and agreements, of
deployment, handover and the conditions of grant, and the functions of the old SIPmanager: where a person meets it, and the tests
that name it. A rule without a test fails the suite.
"""


def rules_page() -> str:
    """The table, one row a rule."""
    named = naming_tests()
    lines = [[rule, says, where, _words(named.get(rule, []))] for rule, (says, where) in PLACES.items()]
    return "\n".join([INTRODUCTION, table(["Rule", "What it asks", "Where it is met", "Tests that name it"], lines)])


def without_test() -> list[str]:
    """The rules of the table that no test names."""
    named = naming_tests()
    return [rule for rule in PLACES if rule not in named]


def _words(tests: list[str]) -> str:
    more = len(tests) - SHOWN
    shown = "<br>".join(f"`{test}`" for test in tests[:SHOWN])
    return f"{shown}<br>and {counted(more, 'more', 'more')}" if more > 0 else shown


def naming_tests() -> dict[str, list[str]]:
    """The tests that name each rule, as `folder/file::test`, in the order of their files."""
    found: dict[str, list[str]] = {}
    root = Path(settings.BASE_DIR)
    for path in sorted(root.glob("*/**/tests/**/test_*.py")):
        if ".venv" in path.parts or "node_modules" in path.parts:
            continue
        for name, rules in _tests_of(path):
            for rule in sorted(rules):
                found.setdefault(rule, []).append(f"{path.relative_to(root)}::{name}")
    return found


def _tests_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            source = "\n".join(lines[first - 1 : node.end_lineno])
            yield node.name, set(_rules_in(source)) | set(_rules_in(node.name.upper()))


def _rules_in(text: str) -> Iterator[str]:
    text = text.replace("TEST_", "", 1)
    for family, letter in LETTERED.findall(text):
        yield f"{family}-{letter}"
    for match in RULE.finditer(text):
        family, first, last = match.groups()
        for number in range(int(first), int(last or first) + 1):
            yield f"{family}-{number}"
