"""PIRACY SHIELD: what AGCOM's platform answers providers: lists, tickets, items, the whitelist.

JSON answers are ``{"status": "success", "data": …}``; whole lists also come as text, one value a
line without a last line end, and that is like any plain list, so it is read by name only. A list
has no serial and no date. A ticket is closed 30 minutes after it opened, and binds on: "closed"
means that the time to act is over.

The platform checks little: it lets pass private addresses, leading zeros, names that are too long
and public suffixes. Here a value must be what the platform calls it, and the guards of
``compile_orders`` refuse what no order should block. Shape: the leaked sources of the platform,
early 2024. What stands in tickets is not public, so all these orders are confidential.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import Authority
from ...model.orders import Order
from ...model.targets import TargetKind
from ..loadoptions import LoadOptions
from ..targetreader import LISTS
from .shieldvalues import PlatformAnswer, ValueReader, read_item, read_ticket, read_whitelisted

_ENVELOPE = re.compile(r'"status"\s*:\s*"(?:success|error)"')
_DATA = re.compile(r'"data"\s*:\s*(?:\[\s*(?:"|\])|(?:\[\s*)?\{)')
_CODE = re.compile(r'"code"\s*:\s*"?[0-9]{4}\b')
_KEYS = re.compile(
    r'"(?:ticket_id|ticket_item_id|dda_id)"\s*:|"genre"\s*:\s*"(?:cidr_)?(?:ipv[46]|fqdn)"'
)
_KNOWN = frozenset({"value", "item", "fqdn", "ipv4", "ipv6"})
_CLASSES = {
    "1": "the API",
    "4": "a ticket",
    "5": "a ticket item",
    "6": "the whitelist",
    "7": "a DDA order",
}
_SCOPE = (
    "the platform lists exact names, and the law wants names below them blocked where that is "
    "technically possible (L. 93/2023 art. 2 c. 2), so they are; scope='exact' blocks the listed "
    "names alone"
)
_WHITELIST = (
    "a block of a name or prefix within an exception wins over it; give the exceptions to "
    "protect= as well, "
    "so that nothing at or below them is blocked (the platform itself compares whole text only)"
)
_COMMON: dict[str, Any] = {
    "authority": Authority.named("agcom"),
    "jurisdiction": "IT",
    "confidential": True,
    "legal_basis": (
        "L. 93/2023 art. 2, as changed by D.L. 113/2024 conv. L. 143/2024; Delibere 189/23/CONS, "
        "321/23/CONS"
    ),
}
_ORDERED: dict[str, Any] = {
    **_COMMON,
    "dynamic": (
        "L. 93/2023 art. 2 c. 2: every other future name, name below (where technically possible) "
        "or address, with variations of the name and its mere declination or extension"
    ),
}


class PiracyShieldLoader:
    """An answer of the platform's provider interface."""

    name = "piracy-shield"
    title = "AGCOM Piracy Shield: lists, tickets and whitelist as JSON; as text, only by name"
    reads = LISTS
    is_confidential = True

    def recognises(self, document: Document) -> bool:
        """Whether it is JSON with the platform's envelope, or with the keys of its objects."""
        text = document.sample.text
        if not text.lstrip().startswith(("{", "[")):
            return False
        if _KEYS.search(text):
            return True
        if not _ENVELOPE.search(text):
            return False
        found = _DATA.search(text)
        return bool(_CODE.search(text)) or (found is not None and not found[0].endswith("{"))

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read one answer.

        Raises:
            OrderSyntaxError: the platform answered with an error, or with nothing, or the answer
                is none of those known.
        """
        text = document.text.strip()
        if not text:
            raise _nothing(document)
        if text[0] not in "{[":
            reader = ValueReader(document, options.kind)
            reader.read_text(document.text, lambda line: line)
            return _asked([self._list(document, reader)], options)
        answer = PlatformAnswer(document)
        data = _data(answer)
        if isinstance(data, dict) and not _KNOWN.intersection(data):
            raise answer.error("neither values nor a ticket, an item or a whitelist item")
        entries = [data] if isinstance(data, dict) else data
        if not isinstance(entries, list):
            raise answer.error("data is neither a list nor an object")
        orders, warnings = self._orders(answer, entries, options)
        if not orders:
            raise _nothing(document)
        if answer.has_note:
            warnings.append("the answer carries a note; read it there")
        first, *others = _asked(orders, options)
        return [_warned(first, warnings), *others]

    def _orders(
        self, answer: PlatformAnswer, entries: list[Any], options: LoadOptions
    ) -> tuple[list[Order], list[str]]:
        """Return an order for each ticket, and one for the values, the items and the whitelist."""
        document = answer.document
        orders: list[Order] = []
        values = ValueReader(document, options.kind)
        allowed = ValueReader(document, TargetKind.SUBTREE)
        items: dict[str, ValueReader] = {}
        empty = 0
        for entry in entries:
            if not isinstance(entry, dict) or not _KNOWN.intersection(entry):
                values.read_value(answer.line(entry), entry)
            elif "value" in entry:
                ticket = answer.identifier(entry.get("ticket_id"))
                reader = items.setdefault(ticket, ValueReader(document, options.kind))
                read_item(reader, answer, entry)
            elif "item" in entry:
                read_whitelisted(allowed, answer, entry)
            else:
                order = read_ticket(answer, entry, options, self.name, _ORDERED)
                if order.targets or order.rejected:
                    orders.append(order)
                else:
                    empty += 1
        for ticket, reader in items.items():
            what = f"ticket:{ticket}:items" if ticket else "items"
            orders.append(self._list(document, reader, what))
        if len(values):
            orders.append(self._list(document, values))
        if len(allowed):
            orders.append(self._whitelist(document, allowed))
        return orders, [f"{empty:,} tickets contain no targets"] if empty else []

    def _list(self, document: Document, reader: ValueReader, what: str = "") -> Order:
        what = what or (next(iter(reader.genres)) if len(reader.genres) == 1 else "mixed")
        return Order(
            **_ORDERED,
            id=f"it:agcom:piracy-shield:{what}:{document.sha256[:8]}",
            instrument="list-issue",
            title=f"Piracy Shield, {what}",
            technique=reader.techniques,
            targets=reader.targets,
            rejected=tuple(reader.rejected),
            source=document.source(self.name),
        )

    def _whitelist(self, document: Document, reader: ValueReader) -> Order:
        return Order(
            **_COMMON,
            id=f"it:agcom:piracy-shield:whitelist:{document.sha256[:8]}",
            instrument="whitelist",
            title="Piracy Shield, whitelist",
            exceptions=tuple(reader.targets),
            rejected=tuple(reader.rejected),
            warnings=(_WHITELIST,),
            source=document.source(self.name),
        )


def _warned(order: Order, warnings: list[str]) -> Order:
    return replace(order, warnings=(*order.warnings, *warnings))


def _asked(orders: list[Order], options: LoadOptions) -> list[Order]:
    """Say once what a name means, where the caller did not and a name is ordered."""
    if options.scope is None:
        for at, order in enumerate(orders):
            if "dns" in order.technique:
                return [*orders[:at], _warned(order, [_SCOPE]), *orders[at + 1 :]]
    return orders


def _data(answer: PlatformAnswer) -> object:
    """Return what the answer holds; a bare object or list is what somebody took out of one."""
    content = answer.content
    if not isinstance(content, dict) or "status" not in content or "ticket_id" in content:
        return content
    status = content["status"]
    if status == "error":
        code = str(content.get("code", ""))
        if not re.fullmatch(r"[0-9]{4}", code):
            raise answer.error("the platform answered with an error that has no known code")
        about = _CLASSES.get(code[0], "something unknown")
        raise answer.error(
            f"the platform answered with error {code}, which is about {about}; keep the last list "
            "and ask again"
        )
    if status != "success":
        if "data" in content or "fqdn" not in content:
            raise answer.error("the status of the answer is neither success nor error")
        return content
    if "data" not in content:
        raise answer.error(
            "the status is success, but data is missing; keep the last list and ask again"
        )
    return content["data"]


def _nothing(document: Document) -> OrderSyntaxError:
    return OrderSyntaxError(
        "the answer lists nothing; compiling it would lift every block of the list. Keep the "
        "last list and ask again; if the list is really empty, leave the file out",
        path=document.path,
    )
