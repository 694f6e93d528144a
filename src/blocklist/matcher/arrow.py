"""ARROW: answers for whole columns of names, in and out of Arrow memory.

pyarrow arrays and chunked arrays are read where they lie; pandas and Polars series and NumPy arrays
come through Arrow. Strings are text, binary is DNS wire format. Needs the extra ``arrow``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol

from .._core import Core
from ..errors import NotAnImageError, missing_extra

_OFFSET_OCTETS = {"string": 4, "large_string": 8, "string_view": 16}
_WIRE_OCTETS = {"binary": 4, "large_binary": 8, "binary_view": 16}
_LIBRARIES = ("numpy", "pandas")
_BLOCKED, _RULE, _SET = range(3)  # what the native core is asked


class ArrowArray(Protocol):
    """What gives its values as one array of Arrow, such as an array of pyarrow."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Return the array, as Arrow's PyCapsule interface has it."""


class ArrowStream(Protocol):
    """What gives its values as arrays of Arrow, such as a chunked array or a series."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return the stream, as Arrow's PyCapsule interface has it."""


class NumericArray(Protocol):
    """What NumPy reads, such as its own arrays and the series of pandas."""

    def __array__(self) -> Any:
        """Return the values as an array of NumPy."""


Column = ArrowArray | ArrowStream | NumericArray
"""A column of names: of pyarrow, pandas, Polars or NumPy."""


def is_column(names: object) -> bool:
    """Whether ``names`` is a column rather than an iterable of Python's own."""
    return (
        hasattr(names, "__arrow_c_stream__")
        or hasattr(names, "__arrow_c_array__")
        or type(names).__module__.partition(".")[0] in _LIBRARIES
    )


def answer_column(core: Core, names: Any) -> Any:
    """Return a boolean array of pyarrow with an answer for each name, nulls kept.

    Args:
        core: what answers; the native one reads the names in place, without the GIL.
        names: strings, or names in wire format as binary, of any of Arrow's layouts; dictionaries
            and runs of them; chunked or not.

    Raises:
        ImportError: pyarrow is not installed.
        TypeError: the column does not hold names.
    """
    pa = _pyarrow()
    return _of_chunks(pa, names, pa.bool_(), lambda array: _answers(pa, core, _BLOCKED, array))


def number_column(core: Core, names: Any) -> Any:
    """Return an int32 array with the number of the rule that blocks each name, -1 for none.

    Arguments and errors are those of ``answer_column``; null is null.
    """
    pa = _pyarrow()
    return _of_chunks(pa, names, pa.int32(), lambda array: _answers(pa, core, _RULE, array))


def match_column(core: Core, texts: list[str], names: Any) -> Any:
    """Return for each name whether it is blocked, and the text of its set of orders.

    Arguments and errors are those of ``answer_column``; ``texts`` has a text for each set. The
    array has the type ``struct<blocked: bool, orders: dictionary<int32, string>>``: null where the
    name is null; ``orders`` is null where nothing blocks.
    """
    pa = _pyarrow()
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    entries = pa.array(list(numbers), pa.string())
    # Sets that differ in confidential orders alone have one text, and then one entry.
    same = None
    if len(numbers) < len(texts):
        same = pa.array([numbers[text] for text in texts], pa.int32())
    kind = pa.struct(
        {"blocked": pa.bool_(), "orders": pa.dictionary(pa.int32(), pa.string())}.items()
    )

    def matched(array: Any) -> Any:
        import pyarrow.compute as pc

        sets, validity, mask = _answers(pa, core, _SET, array), None, None
        if not len(sets):
            return pa.array([], kind)
        if sets.null_count:
            validity, mask = sets.is_valid().buffers()[1], sets.is_null()
            sets = sets.fill_null(-1)
        bits = pc.greater_equal(sets, 0).buffers()[1]
        blocked = pa.Array.from_buffers(pa.bool_(), len(sets), [validity, bits])
        orders = pa.Array.from_buffers(pa.int32(), len(sets), [bits, sets.buffers()[1]])
        if same is not None:
            orders = same.take(orders)
        coded = pa.DictionaryArray.from_arrays(orders, entries, safe=False)  # all are entries
        return pa.StructArray.from_arrays([blocked, coded], fields=list(kind), mask=mask)

    return _of_chunks(pa, names, kind, matched)


def pyarrow_for(task: str) -> Any:
    """Return the library of columns; ``ImportError`` that says how to install it."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ImportError(missing_extra(task, "arrow"), name="pyarrow") from error
    return pa


def _pyarrow() -> Any:
    pa = pyarrow_for("reading columns")
    if sys.byteorder != "little":
        raise TypeError("columns are read on little-endian machines alone: ask with a list")
    return pa


def _of_chunks(pa: Any, names: Any, kind: Any, answer: Callable[[Any], Any]) -> Any:
    """Return the answers for an array, or for each chunk of what has several."""
    if isinstance(names, pa.Array):
        return answer(names)
    if not isinstance(names, pa.ChunkedArray):
        if not hasattr(names, "__arrow_c_stream__"):
            return answer(_array(pa, names))
        names = pa.chunked_array(names)
    return pa.chunked_array([answer(chunk) for chunk in names.chunks], kind)


def _array(pa: Any, names: Any) -> Any:
    """Return what is no Arrow yet as an array."""
    if type(names).__module__.partition(".")[0] == "numpy":
        dtype = names.dtype
        kind = dtype.kind
        if kind in {"S", "V"}:  # the last octet of a name in wire format is NUL
            raise TypeError(
                f"names must not be of NumPy's type {dtype}, which cuts NUL octets off their end: "
                "use an array of objects"
            )
        if kind == "T":  # variable width, which not every pyarrow reads
            names = names.astype(object)
        elif not dtype.isnative:
            raise TypeError(
                f"names of NumPy's type {dtype} have the byte order of another machine: use "
                "names.astype(object)"
            )
    found = pa.array(names)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _answers(pa: Any, core: Core, ask: int, names: Any) -> Any:
    """Return a bit or a number for each name of an array, nulls kept."""
    kind = names.type
    if isinstance(names, pa.ExtensionArray):
        return _answers(pa, core, ask, names.storage)
    if pa.types.is_dictionary(kind):
        return _dictionary_answers(pa, core, ask, names)
    if pa.types.is_run_end_encoded(kind):
        return _run_answers(pa, core, ask, names)
    answers = pa.bool_() if ask == _BLOCKED else pa.int32()
    if pa.types.is_null(kind):
        return pa.nulls(len(names), answers)
    is_wire = str(kind) in _WIRE_OCTETS
    width = _WIRE_OCTETS.get(str(kind)) or _OFFSET_OCTETS.get(str(kind))
    if width is None:
        raise TypeError(_no_names(pa, kind))
    if not len(names):
        return pa.nulls(0, answers)
    read = getattr(core, "ask_column", None)
    if read is None:
        return pa.array(_one_by_one(core, ask, names.to_pylist()), answers)
    try:
        octets = read(ask, width, is_wire, tuple(names.buffers()), names.offset, len(names))
    except IndexError as error:
        raise NotAnImageError(str(error)) from error
    validity = names.is_valid().buffers()[1] if names.null_count else None
    return pa.Array.from_buffers(answers, len(names), [validity, pa.py_buffer(octets)])


def _no_names(pa: Any, kind: Any) -> str:
    if pa.types.is_fixed_size_binary(kind):
        return f"names in wire format are of any length, not a column of {kind}: cast it to binary"
    return f"names must be strings, or binary in wire format, not a column of {kind}"


def _one_by_one(core: Core, ask: int, names: list[Any]) -> list[Any]:
    """Return what the pure core answers for each name, ``None`` for each ``None``."""
    if ask == _BLOCKED:
        return [None if name is None else core.is_blocked(name) for name in names]
    numbers = iter(core.rule_numbers(name for name in names if name is not None))
    found = [None if name is None else next(numbers) for name in names]
    if ask == _RULE:
        return found
    return [number if number is None or number < 0 else core.order_set(number) for number in found]


def _dictionary_answers(pa: Any, core: Core, ask: int, names: Any) -> Any:
    """Ask each value once; of a slice that is shorter than its dictionary, each row.

    Finding the values that occur in such a slice takes longer than asking them again.
    """
    values, indices = names.dictionary, names.indices
    if len(values) <= len(indices):
        return _answers(pa, core, ask, values).take(indices)
    return _answers(pa, core, ask, _taken(pa, values, indices))


def _taken(pa: Any, values: Any, places: Any) -> Any:
    """Return some values; not every pyarrow takes from views."""
    try:
        return values.take(places)
    except NotImplementedError:
        is_wire = pa.types.is_binary_view(values.type)
        return values.cast(pa.large_binary() if is_wire else pa.large_string()).take(places)


def _run_answers(pa: Any, core: Core, ask: int, names: Any) -> Any:
    """Ask the value of each run once."""
    import pyarrow.compute as pc

    first, count = names.find_physical_offset(), names.find_physical_length()
    answers = _answers(pa, core, ask, names.values.slice(first, count))
    ends = pc.subtract(names.run_ends.slice(first, count).cast(pa.int64()), names.offset)
    ends = pc.min_element_wise(ends, pa.scalar(len(names), pa.int64()))
    return pc.run_end_decode(pa.RunEndEncodedArray.from_arrays(ends, answers))
