"""VALUES of Piracy Shield: names and addresses as its tickets, items and whitelist hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.addresses import MIN_PREFIX_LENGTH
from ...model.orders import Order, Term
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import TargetReader

_GENRES = {
    "fqdn": re.compile(r"(?![0-9.]+\Z)[^\s*=/{}:@.]+(?:\.[^\s*=/{}:@.]+)+\.?"),
    "ipv4": re.compile(r"[0-9.]+"),
    "ipv6": re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"),
}
_PREFIXES = {
    "cidr_ipv4": re.compile(r"[0-9.]+/[0-9]{1,2}"),
    "cidr_ipv6": re.compile(r"[0-9A-Fa-f:.]+/[0-9]{1,3}"),
}
_DECODER = json.JSONDecoder()
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_UNDELIVERED = ("creating", "created", "failed")
_STATUS = re.compile(r"[a-z ]{1,20}")
_NOTE = (
    "Times of the platform: a ticket can be revoked for 75 s and closes 1,875 s after it was made; "
    "an error report can follow for 86,400 s; a provider can change the state of an item for "
    "172,800 s. A closed ticket binds on."
)


class PlatformAnswer:
    """A JSON document, and where its texts stand."""

    def __init__(self, document: Document) -> None:
        """Read it.

        Raises:
            OrderSyntaxError: not JSON, nested too deep, or a key twice in one object.
        """
        self._document = document
        self._lines: dict[str, int] = {}
        try:
            self.content: Any = json.loads(document.text, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            raise OrderSyntaxError(
                f"not JSON, or cut short: {error.msg}", path=document.path, line=error.lineno
            ) from None
        except RecursionError:
            raise self.error("JSON nested too deep") from None
        except ValueError as error:
            raise self.error(f"not JSON: {error}") from None
        self._find_lines()

    @property
    def document(self) -> Document:
        """What it was read from."""
        return self._document

    @property
    def has_note(self) -> bool:
        """Whether the platform says something beside the data."""
        return isinstance(self.content, dict) and bool(self.content.get("note"))

    def error(self, message: str) -> OrderSyntaxError:
        """Return an error about this document; the message must not hold what is confidential."""
        return OrderSyntaxError(message, path=self._document.path)

    def line(self, value: object) -> int:
        """Return the line where a text first stands."""
        return self._lines.get(value, 1) if isinstance(value, str) else 1

    def identifier(self, value: object) -> str:
        """Return the id of a ticket; it may be empty.

        Raises:
            OrderSyntaxError: it is none.
        """
        if value == "" or value is None:
            return ""
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise self.error("a ticket_id that is not letters and digits")
        return value

    def _find_lines(self) -> None:
        text = self._document.text.replace("\r\n", "\n").replace("\r", "\n")
        line, before, at = 1, 0, text.find('"')
        while at >= 0:
            line += text.count("\n", before, at)
            before = at
            value, end = _DECODER.raw_decode(text, at)
            self._lines.setdefault(value, line)
            at = text.find('"', end)


class ValueReader(TargetReader):
    """Reads values; each must be what the platform says it is, and nothing wider."""

    def __init__(self, document: Document, scope: TargetKind) -> None:
        """Take the document, for the path in rejections, and what a name means."""
        super().__init__(document, scope)
        self._allowed = _GENRES

    def read_value(self, line: int, value: object, genre: str = "") -> None:
        """Read a value of JSON; without genre it is a name or a single address."""
        if not isinstance(value, str):
            self.reject(line, json.dumps(value)[:200], "no text", "not-text")
        elif not value.strip():
            self.reject(line, value, "empty", "empty")
        else:
            kinds = {**_GENRES, **_PREFIXES}
            self._allowed = {genre: kinds[genre]} if genre in kinds else _GENRES
            self.read(line, value)
            self._allowed = _GENRES

    def _read(self, before: int, line: int, text: str) -> None:
        value = text.strip()
        if value and not any(allowed.fullmatch(value) for allowed in self._allowed.values()):
            reason = f"not what the platform calls {' or '.join(self._allowed)}; report it to AGCOM"
            self.reject(line, text, reason, "wrong-genre")
            return
        super()._read(before, line, text)

    @property
    def genres(self) -> frozenset[str]:
        """What was read: ``fqdn``, ``ipv4``, ``ipv6``."""
        targets = self.targets
        found = {"fqdn"} if targets.names else set()
        for target in targets.others.values():
            if target.kind is TargetKind.ADDRESS:
                found.add("ipv6" if ":" in target.value else "ipv4")
            else:
                found.add("fqdn")
        return frozenset(found)

    @property
    def techniques(self) -> tuple[str, ...]:
        """How these values are blocked."""
        genres = self.genres
        return ("dns",) * ("fqdn" in genres) + ("ip",) * bool(genres - {"fqdn"})


def read_ticket(
    answer: PlatformAnswer,
    entry: Mapping[str, Any],
    options: LoadOptions,
    name: str,
    common: dict[str, Any],
) -> Order:
    """Read a ticket as an order of its own.

    Raises:
        OrderSyntaxError: it has no id, or its lists are none.
    """
    ticket = answer.identifier(entry.get("ticket_id"))
    if not ticket:
        raise answer.error("a ticket without ticket_id")
    status = entry.get("status")
    status = status if isinstance(status, str) and _STATUS.fullmatch(status) else ""
    warnings = []
    if status not in ("open", "closed", *_UNDELIVERED):
        warnings.append("the ticket has no status that is known; it is taken to bind")
    issued, doubt = _moment(entry.get("metadata"))
    warnings += doubt
    reader = ValueReader(answer.document, options.kind)
    for genre in _GENRES:
        values = entry.get(genre) or []
        if not isinstance(values, list):
            raise answer.error(f"{genre} of a ticket is no list")
        for value in values:
            if entry.get("genre") == "error":
                reason = "the ticket reports it as listed by mistake"
                reader.reject(answer.line(value), str(value), reason, "withdrawn")
            elif status in _UNDELIVERED:
                reason = f"the ticket is {status}: the platform does not order it (yet)"
                reader.reject(answer.line(value), str(value), reason, "not-delivered")
            else:
                reader.read_value(answer.line(value), value, genre)
    return Order(
        **common,
        id=f"it:agcom:piracy-shield:ticket:{ticket}",
        instrument="ticket",
        number=ticket,
        title=f"Piracy Shield, ticket {ticket}",
        status=status,
        issued=issued,
        deadline=Term(30, "minute", "issued"),
        technique=reader.techniques,
        note=_NOTE,
        targets=reader.targets,
        rejected=tuple(reader.rejected),
        warnings=tuple(warnings),
        source=answer.document.source(name, answer.line(ticket)),
    )


def read_item(reader: ValueReader, answer: PlatformAnswer, entry: Mapping[str, Any]) -> None:
    """Read a ticket item: one value for one provider; what the platform no longer lists is refused.

    ``pending``, ``processed`` and ``unprocessed`` say what the provider did; all three bind.
    """
    value = entry["value"]
    line = answer.line(value)
    gone = {
        "it was unblocked": entry.get("status") == "unblocked",
        "it is not active": entry.get("is_active") is False,
        "it is whitelisted": entry.get("is_whitelisted") is True,
        "it was reported as an error": entry.get("is_error") is True,
        "it is a duplicate, which the ticket that named it first orders": (
            entry.get("is_duplicate") is True
        ),
    }
    for reason, applies in gone.items():
        if applies:
            reader.reject(line, str(value), f"the platform says that {reason}", "withdrawn")
            return
    _read_of_genre(reader, line, value, entry.get("genre"), _GENRES)


def read_whitelisted(reader: ValueReader, answer: PlatformAnswer, entry: Mapping[str, Any]) -> None:
    """Read a whitelist item: a name, an address or a prefix that must not be blocked."""
    value = entry["item"]
    line = answer.line(value)
    if entry.get("is_active") is False:
        reader.reject(line, str(value), "the platform says that it is not active", "withdrawn")
    elif _is_too_wide(value):
        reason = "a prefix so short would except whole network operators; name shorter ones"
        reader.reject(line, str(value), reason, "broad-exception")
    else:
        _read_of_genre(reader, line, value, entry.get("genre"), {**_GENRES, **_PREFIXES})


def _read_of_genre(
    reader: ValueReader, line: int, value: object, genre: object, known: Mapping[str, object]
) -> None:
    if genre is not None and genre not in list(known):
        reason = f"its genre is none of {', '.join(known)}"
        reader.reject(line, str(value), reason, "wrong-genre")
        return
    reader.read_value(line, value, str(genre or ""))


def _is_too_wide(value: object) -> bool:
    if not isinstance(value, str) or "/" not in value:
        return False
    try:
        network = ip_network(value.strip())
    except ValueError:
        return False  # the reader says what is wrong with it
    return network.prefixlen < MIN_PREFIX_LENGTH[network.version]


def _moment(metadata: object) -> tuple[datetime | None, list[str]]:
    """Return when a ticket was made, which its term runs from."""
    created = metadata.get("created_at") if isinstance(metadata, dict) else None
    try:
        moment = datetime.fromisoformat(created) if isinstance(created, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return None, ["metadata.created_at is no time with its offset: the term is unknown"]
    return moment, []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object; which one counts?")
    return found
