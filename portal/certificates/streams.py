"""Where a stream of a PDF ends: told apart from the line end after it, by both who write here.

PDF/A wants the length of a stream to be that up to the line end before ``endstream``. Where the
last byte of the data is a carriage return and a line feed follows, a validator takes the two for
one line end, and the length for wrong: one stream in 256, and so one paper in twenty. A whole line
end there is told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, partialmethod
from io import BytesIO
from typing import Any

import pydyf
from pyhanko.pdf_utils.generic import StreamObject

_END = b"\nendstream"


@cache
def install() -> None:
    """Wrap how pydyf (papers) and pyHanko (what a signature adds) write a stream."""
    pydyf.Stream.data = property(partial(_rendered, pydyf.Stream.data.fget))
    added = partialmethod(_added, StreamObject.write_to_stream)
    StreamObject.write_to_stream = added  # type: ignore[assignment,method-assign]


def _rendered(original: Callable[[Any], bytes], stream: Any) -> bytes:
    return _clear(original(stream))


def _added(
    stream: Any, original: Callable[..., None], output: Any, *about: Any, **named: Any
) -> None:
    written = BytesIO()
    original(stream, written, *about, **named)
    output.write(_clear(written.getvalue()))


def _clear(data: bytes) -> bytes:
    return data[: -len(_END)] + b"\r" + _END if data.endswith(b"\r" + _END) else data
