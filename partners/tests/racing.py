"""Calls that race: run at the same instant, each with a connection of its own (D-31)."""

import threading
from collections.abc import Callable, Iterable

from django.db import connection

from sipmanager.core.workflow import MoveRefused


def run_at_once(calls: Iterable[Callable[[], object]]) -> list[str]:
    """Run the calls in threads and say of each, sorted: `won`, the kind of refusal, or the fault with its words."""
    answers: list[str] = []

    def run(call) -> None:
        try:
            call()
            answers.append("won")
        except MoveRefused as refused:
            answers.append(type(refused).__name__)
        except Exception as error:
            answers.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(answers)
