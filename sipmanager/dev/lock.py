"""`make lock`: exact versions and hashes of every package, into `requirements.txt` and `requirements-dev.txt`.

`pyproject.toml` names what the project uses itself, each with a sentence above it; the sentence is copied above its pin.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = "# Written by `make lock` from pyproject.toml. A sentence stands above what is used directly; the rest comes along.\n"
REASON = re.compile(r"^ {4}# (?P<reason>.+)\n {4}\"(?P<name>[A-Za-z0-9.-]+)", re.MULTILINE)
PIN = re.compile(r"^([a-z0-9.-]+)==", re.MULTILINE)


def reasons() -> dict[str, str]:
    """The sentence of each direct dependency, by its name."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return {found["name"].lower(): found["reason"] for found in REASON.finditer(text)}


def with_reasons(lock: str, sentences: dict[str, str]) -> str:
    """The lock file with each direct dependency's sentence above its pin."""

    def put(found: re.Match) -> str:
        sentence = sentences.get(found[1])
        return f"# {sentence}\n{found[0]}" if sentence else found[0]

    return HEAD + PIN.sub(put, lock)


def write(name: str, *options: str) -> None:
    compile_ = ["uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-header", *options, "pyproject.toml"]
    command = [sys.executable, "-m", *compile_]
    lock = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (ROOT / name).write_text(with_reasons(lock, reasons()), encoding="utf-8")


if __name__ == "__main__":
    write("requirements.txt")
    write("requirements-dev.txt", "--group", "dev", "--constraint", "requirements.txt")
