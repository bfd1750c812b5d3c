"""The project's own files, as the tests of this folder read them."""

import ast
import re

from sipmanager.testing import ROOT


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def variables_in_settings() -> set[str]:
    """Every environment variable that `settings.py` asks for."""
    readers = {"_text", "_switch", "_number", "_several"}
    calls = (node for node in ast.walk(ast.parse(text_of("sipmanager/settings.py"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in readers)
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}


def variables_in_example() -> list[str]:
    return re.findall(r"^([A-Z][A-Z_]*)=", text_of(".env.example"), re.MULTILINE)
