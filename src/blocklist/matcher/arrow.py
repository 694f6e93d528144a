"""ARROW: answers for whole columns of names, in and out of Arrow memory.

pyarrow arrays and chunked arrays are read where they lie; pandas and Polars series and NumPy arrays
of objects come through Arrow. Needs the extra ``arrow``.
"""

from __future__ import annotations

from typing import Any

from .._core import Core
from ..errors import missing_extra

_OFFSET_OCTETS = {"string": 4, "large_string": 8, "string_view": 16}


def is_column(names: object) -> bool:
    """Whether ``names`` is a column rather than an iterable of Python's own."""
    return (
        hasattr(names, "__arrow_c_stream__")
        or hasattr(names, "__arrow_c_array__")
        or type(names).__module__ == "numpy"
    )


def answer_column(core: Core, names: Any) -> Any:
    """Return a boolean array of pyarrow with an answer for each name, nulls kept.

    Args:
        core: what answers; the native one reads strings in place, without the GIL.
        names: strings of any of Arrow's layouts, dictionaries of them, chunked or not.

    Raises:
        ImportError: pyarrow is not installed.
        TypeError: the column does not hold strings.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(missing_extra("reading columns", "arrow"), name="pyarrow") from error
    if isinstance(names, pa.Array):
        return _answer_array(pa, core, names)
    if not isinstance(names, pa.ChunkedArray):
        if not hasattr(names, "__arrow_c_stream__"):
            return _answer_array(pa, core, pa.array(names))
        names = pa.chunked_array(names)
    chunks = [_answer_array(pa, core, chunk) for chunk in names.chunks]
    return pa.chunked_array(chunks, pa.bool_())


def _answer_array(pa: Any, core: Core, names: Any) -> Any:
    if pa.types.is_dictionary(names.type):
        return _answer_array(pa, core, names.dictionary).take(names.indices)
    if pa.types.is_null(names.type) or not len(names):
        return pa.nulls(len(names), pa.bool_())
    width = _OFFSET_OCTETS.get(str(names.type))
    if width is None:
        raise TypeError(f"names must be strings, not a column of {names.type}")
    read = getattr(core, "is_blocked_column", None)
    if read is None:
        values = names.to_pylist()
        return pa.array([None if name is None else core.is_blocked(name) for name in values])
    bits = read(width, tuple(names.buffers()), names.offset, len(names))
    validity = names.is_valid().buffers()[1] if names.null_count else None
    return pa.Array.from_buffers(pa.bool_(), len(names), [validity, pa.py_buffer(bits)])
