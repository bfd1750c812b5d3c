"""What the two commands that load files of SIPs and deployments share."""

import json
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Authority
from accounts.selectors import authority_called
from partners.imports import Outcome
from sipmanager.core import clock
from sipmanager.core.csvfiles import FileRefused


class LoadingCommand(BaseCommand):
    """Reads a file, loads it, prints the outcome as JSON; exits 1 if the file or any of its lines is refused."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
        parser.add_argument("--format", choices=["json"], default="json")

    def load(self, importer: Callable[..., Outcome], *, file: Path, authority: Authority | None, **options) -> None:
        try:
            outcome = importer(
                content=file.read_bytes(), file_name=file.name, authority=authority, by=None, on=clock.today(),
                at=clock.now(), **options,
            )  # fmt: skip
        except FileNotFoundError:
            self.refuse(f"There is no file {file}.")
        except IsADirectoryError:
            self.refuse(f"{file} is a folder.")
        except FileRefused as refusal:
            self.refuse(str(refusal))
        self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
        if outcome.rejected:
            raise SystemExit(1)

    def authority(self, code: str) -> Authority:
        """The authority of a code or a name; ends the command with an error where there is none."""
        found = authority_called(code)
        if found is None:
            self.refuse(f"There is no authority {code}.")
        return found

    def refuse(self, why: str) -> None:
        self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        raise SystemExit(1)
