"""Pages: one way to draw them, and lists read in slices by key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.web.session import now

T = TypeVar("T")
BEFORE, STILL = "before", "still"
LOOK_AGAIN = 5
"""Seconds until a page looks again at what is still being done."""

LONGEST = timedelta(minutes=30)
"""So long a page looks again by itself: it must not keep an empty chair signed in."""
_LARGEST = 2**31 - 1


def page(template: str, status: int = 200, /, **context: Any) -> Response:
    """Draw a template."""
    return make_response(render_template(template, **context), status)


@dataclass(frozen=True)
class Watch:
    """Whether something on a page is still being done, whether the page keeps still meanwhile, and
    the address of it doing otherwise.
    """

    goes_on: bool
    still: bool
    other: str


def watched(template: str, since: datetime | None, /, **context: Any) -> Response:
    """Draw a page that looks again by itself, with no script, while something goes on ``since``
    not too long; a reader may let it keep still (WCAG 2.2.1).
    """
    goes_on = since is not None and now() - since < LONGEST
    still = STILL in request.args
    watch = Watch(goes_on, still, _here(**{STILL: None if still else "1"}))
    drawn = page(template, watch=watch, **context)
    if goes_on and not still:
        drawn.headers["Refresh"] = str(LOOK_AGAIN)
    return drawn


def is_ours(path: str) -> bool:
    """Whether it is a path of ours; two slashes lead to another host."""
    # To a browser a backslash is a slash.
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()


@dataclass(frozen=True)
class Slice(Generic[T]):
    """A stretch of a long list, newest first, with the addresses of the next and the first."""

    rows: Sequence[T]
    older: str | None
    newest: str | None


def slice_of(rows: Sequence[T], limit: int, key: Callable[[T], object]) -> Slice[T]:
    """Cut a list that was asked for ``limit + 1`` rows; ``?before=`` carries the last row's key."""
    older = None
    if len(rows) > limit:
        older = _here(before=str(key(rows[limit - 1])))
    return Slice(rows[:limit], older, _here(before=None) if BEFORE in request.args else None)


def before() -> str | None:
    """The key after which this slice begins, as the address says it."""
    return request.args.get(BEFORE) or None


def before_number() -> int | None:
    """The same where keys are whole numbers; None for anything else."""
    return request.args.get(BEFORE, type=whole)


def whole(text: str) -> int:
    """A whole number from 0 that a key of the database can be; ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))):
        raise ValueError
    if int(text) > _LARGEST:
        raise ValueError
    return int(text)


def _here(**changed: str | None) -> str:
    asked: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return url_for(request.endpoint or "", **(request.view_args or {}), **asked)
