"""One reading for several who ask: within `shared()`, a marked selector asks the database once for the same thing.

For pages and jobs that only read. What was written meanwhile by the same page would not be seen, so nothing that writes
opens a scope. Outside a scope a marked selector is as any other. Answers are shared: nobody changes them.

    with readings.shared():
        dues = [...]
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("readings", default=None)
_NOTHING = object()


@contextmanager
def shared() -> Iterator[None]:
    """Share readings until the end of the block; a block inside another shares with it."""
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def kept(selector: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a selector whose arguments say all that its answer depends on, and can be keys of a dictionary."""

    @wraps(selector)
    def reading(*args: Any, **more: Any) -> Any:
        answers = _answers.get()
        if answers is None:
            return selector(*args, **more)
        key = (selector, args, tuple(sorted(more.items())))
        if key not in answers:
            answers[key] = selector(*args, **more)
        return answers[key]

    return reading


def of_each(selector: Callable[..., dict[int, Any]]) -> Callable[..., dict[int, Any]]:
    """Mark a selector `f(keys, on)` that answers each key by itself: only keys not asked for before are asked for.

    A queryset in place of keys is read for its own first. With named arguments nothing is shared.
    """

    @wraps(selector)
    def reading(keys: Iterable[int], *rest: Any, **more: Any) -> dict[int, Any]:
        answers = _answers.get()
        if answers is None or more:
            return selector(keys, *rest, **more)
        wanted = set(keys.values_list("pk", flat=True) if hasattr(keys, "values_list") else keys)
        known = answers.setdefault((selector, rest), {})
        if missing := wanted - known.keys():
            found = selector(missing, *rest)
            known.update({key: found.get(key, _NOTHING) for key in missing})
        return {key: known[key] for key in sorted(wanted) if known[key] is not _NOTHING}

    return reading
