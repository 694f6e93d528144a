"""POWERDNS: a folder of policy zones for PowerDNS Recursor, so that each answer names an authority.

A policy has one text for all that it blocks, so there is a zone for each authority, or one zone for
a uniform reason. What lies below a rule goes to the zone of that rule, exceptions too, so that none
is decided by two zones.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from ..answers.disclosure import fit, public_orders, reference
from ..answers.ede import EDE_BLOCKED, EDE_CENSORED, MAX_EXTRA_TEXT, extended_error
from ..model.authorities import OPERATOR
from ..model.names import MAX_LABEL_OCTETS
from ..model.orders import Order
from ..model.references import slug
from .canary import Canary, CanaryRecord
from .exportoptions import ExportOptions
from .format import TextFile
from .lua import lua_string
from .policytree import PolicyTree
from .prefixes import prefixes
from .rpz import longest_owner, rpz_canary, rpz_lines, zone_name
from .serials import settle

_UNNAMED = "unnamed"


@dataclass
class _Zone:
    """What one policy is for.

    Attributes:
        code: the INFO-CODE of its answers.
        number: in the sequence in which they come up.
        text: who ordered it; of a single order, which.
        orders: their ids.
    """

    code: int
    number: int
    text: str = ""
    orders: set[str] = field(default_factory=set)

    def add(self, orders: list[Order]) -> None:
        self.orders |= {order.id for order in orders}
        if orders:
            told = reference(orders[0]) if len(self.orders) == 1 else fit(orders[0].authority.name)
            self.text = told.encode()[:MAX_EXTRA_TEXT].decode("utf-8", "ignore")


def powerdns_files(tree: PolicyTree, options: ExportOptions) -> tuple[TextFile, ...]:
    """Return ``rpz.lua``, ``exceptions.lua`` and the zones, ``agcom.rpz`` for one.

    The image is read once for each of them.
    """
    base = zone_name(options.zone)
    uniform = tree.uniform_reason
    uniform_text = extended_error((), uniform_reason=uniform).text if uniform else ""
    labels = {_UNNAMED, *map(_label, () if uniform else tree.contents.orders)}
    longest = min(longest_owner(f"{label}.{base}") for label in labels)
    zones: dict[str, _Zone] = {}
    places = array("I")  # of each top, in sequence: the number of its zone
    known: dict[tuple[str, ...], int] = {}
    for number in _tops(tree, longest):
        orders = tree.contents.orders_of(number)
        ids = tuple(order.id for order in orders)
        if ids not in known:
            told = [] if uniform else _of_first_authority(orders)
            label = _label(told[0]) if told else _UNNAMED
            code = EDE_BLOCKED if label == OPERATOR else EDE_CENSORED
            zone = zones.setdefault(label, _Zone(code, len(zones), uniform_text))
            zone.add(told)
            known[ids] = zone.number
        places.append(known[ids])

    def lines(tree: PolicyTree, options: ExportOptions, *, wanted: str) -> Iterator[str]:
        named = replace(options, zone=f"{wanted}.{base}")
        here, place = zones[wanted].number, iter(places)
        return rpz_lines(tree, named, chosen=lambda _: next(place) == here, longest=longest)

    def loader(tree: PolicyTree, options: ExportOptions) -> Iterator[str]:
        # What is lost is lost to all zones, so it is counted here; this is the first file.
        for _ in rpz_lines(tree, options, chosen=lambda _: False, longest=longest):
            pass
        yield 'local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or ""'
        for label, zone in sorted(zones.items()):
            yield (
                f'rpzFile(folder .. "{label}.rpz", {{policyName="{label}", '
                f"extendedErrorCode={zone.code}, extendedErrorExtra={lua_string(zone.text)}}})"
            )

    # The last zone that is loaded has the canary of all of them, too.
    last = max(zones, default="")

    def canary_of(canary: Canary, options: ExportOptions, *, label: str) -> CanaryRecord:
        own = rpz_canary(canary.below(label), replace(options, zone=f"{label}.{base}"))
        whole = rpz_canary(canary, options).lines if label == last else ()
        return CanaryRecord(own.asked, own.lines + whole)

    # The first file takes its place last: the zones that it names are there then.
    return (
        TextFile(loader, "rpz.lua", comment="-- "),
        TextFile(_exceptions, "exceptions.lua", comment="-- "),
        *(
            TextFile(
                partial(lines, wanted=label),
                f"{label}.rpz",
                comment="; ",
                settle=settle,
                canary=partial(canary_of, label=label),
            )
            for label in sorted(zones)
        ),
    )


def _exceptions(_: PolicyTree, __: ExportOptions) -> Iterator[str]:
    """Yield a hook for ``lua-dns-script``: an excepted name is answered as if no zone had it.

    Without it the real answer carries the Extended DNS Error of the zone.
    """
    yield "function policyEventFilter(event)"
    yield "  return event.appliedPolicy.policyKind == pdns.policykinds.NoAction"
    yield "end"


def _tops(tree: PolicyTree, longest: int) -> Iterator[int]:
    """Yield the rules above which no other stands, of names and of addresses."""
    yield from (node.number for node in tree.nodes(longest=longest) if not node.parent)
    yield from (prefix.top for prefix in prefixes(tree))


def _of_first_authority(orders: tuple[Order, ...]) -> list[Order]:
    """Return those of one authority that may be named to clients; the operator comes last."""
    shown = public_orders(orders)
    return [order for order in shown if _label(order) == _label(shown[0])]


def _label(order: Order) -> str:
    return slug(order.authority.key)[:MAX_LABEL_OCTETS].strip("-") or _UNNAMED
