"""ORDER TEXT: orders written as an order file, to be reviewed and kept under version control.

``load_orders`` of the text gives the same metadata, targets and exceptions. What an order file
cannot hold stands in comments: where each target was read, what was refused, what was only
mentioned, and what to look at in the text. Warnings that follow from fields are made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..errors import OrderError, missing_extra, shorten
from ..model.fieldwarnings import field_warnings
from ..model.orderdata import Data, encode_order
from ..model.orders import Moment, Order
from ..model.targets import Mention, Rejected, Target, TargetError, TargetKind, parse_target

_LIBRARY = "tomlkit"


def order_text(orders: Iterable[Order]) -> str:
    """Return orders in the notation of order files (TOML).

    The names of a confidential order are written as those of any other: whoever calls this asks
    for them.

    Raises:
        OrderError: an order names no target that can be read, or one that an order file cannot
            express; or the library that writes TOML is missing.
    """
    return "\n".join("\n".join(_table(order)) + "\n" for order in orders)


def _table(order: Order) -> Iterator[str]:
    """Yield the lines of one ``[[order]]``."""
    if not order.targets:
        refused = f"; {len(order.rejected)} refused" if order.rejected else ""
        raise OrderError(
            f"there is nothing to save: no target could be read{refused}; see: blocklist check",
            path=order.source.path or None,
            order_id=order.id,
        )
    yield "[[order]]"
    source = order.source
    if source.path:
        where = f"{source.path}, line {source.line}" if source.line else source.path
        yield toml_comment(f"Read from {where} ({source.format}); SHA-256 of the source:")
        yield toml_comment(source.sha256)
    made_again = field_warnings(order)
    for warning in order.warnings:
        if warning not in made_again:
            yield toml_comment(f"WARNING: {warning}")
    for name, value in _metadata(order).items():
        yield f"{name} = {toml_value(value)}"
    # Said, so that the option of whoever loads this does not change what a plain name means.
    yield f"scope = {toml_value(str(TargetKind.SUBTREE))}"
    yield from _list("targets", order.targets, order.rejected, order.mentions)
    if order.exceptions:
        yield from _list("exceptions", order.exceptions)


def _metadata(order: Order) -> Data:
    """Return the fields of an order with native dates and numbers; its source is a comment."""
    data = encode_order(order)
    data.pop("source", None)
    data.pop("warnings", None)
    for name in data:
        moment = getattr(order, name)
        if isinstance(moment, date):
            data[name] = _moment(moment)
    if order.suspended:
        data["suspended"] = [
            {"from": _moment(span.start)}
            | ({} if span.end is None else {"until": _moment(span.end)})
            for span in order.suspended
        ]
    if order.penalty is not None:
        for name in ("amount", "cap"):
            amount = getattr(order.penalty, name)
            if amount is not None and amount == amount.to_integral_value():
                data["penalty"][name] = int(amount)
    return data


def _moment(moment: Moment) -> Moment:
    """TOML writes offsets in minutes; those of the nineteenth century had seconds."""
    if isinstance(moment, datetime) and (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
        return moment.astimezone(UTC)
    return moment


def _list(
    name: str,
    targets: Sequence[Target],
    rejected: Sequence[Rejected] = (),
    mentions: Sequence[Mention] = (),
) -> Iterator[str]:
    """Yield the lines of a list of targets, and what is no target as comments."""
    yield f"{name} = ["
    for target in targets:
        said = [f"line {target.line}"] if target.line else []
        written = _written(target)
        if target.raw and target.raw != written:
            said.append(f"as {target.raw}")
        if target.note:
            said.append(target.note)
        comment = f"  {toml_comment(': '.join(said))}" if said else ""
        yield f"  {toml_value(written)},{comment}"
    for refused in rejected:
        text = shorten(refused.text, 200)
        yield f"  {toml_comment(f'REFUSED line {refused.line}: {text}: {refused.reason}')}"
    for mention in mentions:
        where = f"mentioned line {mention.line}: {mention.text}: {mention.reason}"
        yield f"  {toml_comment(where)}"
    yield "]"


def _written(target: Target) -> str:
    """Return the notation that is read as this target again.

    A U-label with two encodings is written as the source had it, for both to come back.
    """
    for text in (target.text, target.raw.strip()):
        try:
            read = parse_target(text)
        except TargetError:
            continue
        if (read.kind, read.value, read.alternate) == (target.kind, target.value, target.alternate):
            return text
    raise OrderError(f"{target.text!r} ({target.kind}) cannot be written in an order file")


def toml_value(value: Any) -> str:
    """Return a value in TOML, tables on one line.

    Raises:
        OrderError: the library that writes TOML is missing.
    """
    try:
        import tomlkit
    except ModuleNotFoundError as error:
        if error.name != _LIBRARY:
            raise
        raise OrderError(missing_extra("writing order files", "cli")) from error
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(value[key])}" for key in value) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        value = _encodable(value)
    written: str = tomlkit.item(value).as_string()
    return written


def toml_comment(text: str) -> str:
    """Return a comment on one line, without characters that move the cursor or hide others."""
    shown = "".join(c if c.isprintable() else " " for c in _encodable(text))
    return "# " + " ".join(shown.split())


def _encodable(text: str) -> str:
    """Return text without halves of surrogate pairs, which UTF-8 does not know."""
    return text.encode("utf-8", "replace").decode("utf-8")
