"""LOSS TABLES: what targets would take down, as the tables of a report.

What may not be disclosed, of orders or of clients, never reaches a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, fit, is_hidden, tellable
from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from ..model.targets import NAME_KINDS, Rule, TargetKind
from .lossmerge import (
    OTHER_NAMES,
    LossMerger,
    NameLoss,
    TargetLoss,
    others_last,
    shown_clients,
    shown_share,
)
from .reach import LEVELS, Level, ReachFinding, Traffic, Watched, gravest

_MOST_ENFORCED = 10
_PROBE = "x."


class LossTables:
    """Makes the tables.

    Attributes:
        addresses: how many targets are addresses.
    """

    def __init__(
        self,
        orders: Sequence[Order],
        blocked: Blocklist,
        previous: Blocklist | None,
        merger: LossMerger,
        *,
        least: int,
        days: float,
        confidential: bool,
        has_answers: bool,
    ) -> None:
        """Take what is known.

        Args:
            orders: as given.
            blocked: all their targets.
            previous: what is enforced.
            merger: of all files.
            least: smallest count of clients that is shown.
            days: that the logs are about.
            confidential: whether confidential orders are shown.
            has_answers: whether a log says what was answered.
        """
        self._blocked, self._previous, self._merger = blocked, previous, merger
        self._least, self._days, self._has_answers = least, days, has_answers
        self._clients = merger.clients
        self._labels: dict[str, str] = {}
        self._hidden: set[str] = set()
        for order in orders:
            if not tellable([order], confidential=confidential):
                self._hidden.add(order.id)
                self._labels[order.id] = f"{CONFIDENTIAL} {len(self._hidden)}"
            else:
                self._labels[order.id] = fit(order.id)
        self._confidential = confidential
        self._rules: list[Rule] = []
        self._orders: list[tuple[str, ...]] = []
        for number, rule in enumerate(blocked.contents.rules()):
            if not rule.allow:
                self._rules.append(rule)
                ids = (order.id for order in blocked.contents.orders_of(number))
                self._orders.append(tuple(ids))
        self.addresses: int = sum(rule.kind is TargetKind.ADDRESS for rule in self._rules)

    def label_of(self, order: str) -> str:
        """Return what stands for an order."""
        return self._labels[order]

    def made(self, watched: Watched, withheld: Mapping[Rule, str]) -> dict[str, Any]:
        """Return the tables ``rows``, ``targets``, ``orders`` and ``enforced``."""
        places = {rule: place for place, rule in enumerate(self._rules)}
        self._merger.attribute(self._blocked, places)
        losses = self._merger.losses()
        judged = watched.judge(
            self._rules,
            lambda rule: self._traffic(rule, losses.get(places[rule], TargetLoss())),
            withheld,
        )
        targets = sorted(self._targets(losses, judged), key=_gravest_first)
        lost = others_last(self._merger.names())
        led = others_last(self._merger.names(led=True))
        return {
            "targets": _table(_TARGETS, targets),
            "rows": _table(_ROWS, [row for one in targets for row in self._rows(one, lost, led)]),
            "orders": _table(_ORDERS, self._order_rows(targets)),
            "enforced": _table(_ENFORCED, list(self._enforced())),
        }

    def _traffic(self, rule: Rule, loss: TargetLoss) -> Traffic:
        is_name = rule.kind not in (TargetKind.ADDRESS, TargetKind.URL)
        # A share of fewer clients than are shown would tell of them.
        counted = loss.clients if loss.clients >= self._least else 0
        return Traffic(
            loss.queries if is_name else None,
            counted / self._clients if self._clients and is_name else None,
            loss.tenants,
            loss.owners if self._has_answers else None,
            loss.mail,
        )

    def _targets(
        self, losses: Mapping[int, TargetLoss], judged: Mapping[Rule, Sequence[ReachFinding]]
    ) -> Iterator[dict[str, Any]]:
        known = self._known()
        for place, rule in enumerate(self._rules):
            loss, findings = losses.get(place, TargetLoss()), judged.get(rule, ())
            level = gravest(findings)
            reasons = "; ".join(one.reason for one in findings)
            is_name = rule.kind not in (TargetKind.ADDRESS, TargetKind.URL)
            for id_ in self._orders[place]:
                is_secret = id_ in self._hidden
                yield {
                    "order": self._labels[id_],
                    "id": id_,
                    "place": place,
                    "target": CONFIDENTIAL if is_secret else rule.text,
                    "value": CONFIDENTIAL if is_secret else rule.value,
                    "level": level.value if level else "",
                    "reasons": CONFIDENTIAL if is_secret and reasons else reasons,
                    "new": rule not in known,
                    "queries": loss.queries if is_name else None,
                    "per_day": round(loss.queries / self._days, 1) if is_name else None,
                    "clients": self._shown(loss.clients, is_cut=loss.has_hidden)
                    if is_name
                    else None,
                    "exact": loss.clients,
                    "share": shown_share(loss.clients, self._least, self._clients)
                    if is_name
                    else None,
                    "names": loss.names if is_name else None,
                    "covered_by": "" if is_secret else ", ".join(self._covering(rule, id_)),
                }

    def _shown(self, clients: int, *, is_cut: bool) -> str | None:
        return shown_clients(clients, self._least, named=self._clients > 0, is_cut=is_cut)

    def _known(self) -> set[Rule]:
        if self._previous is None:
            return set()
        wanted = set(self._rules)
        return {rule for rule in self._previous.contents.rules() if rule in wanted}

    def _covering(self, rule: Rule, order: str) -> Iterator[str]:
        """Yield the other orders that block all that a target blocks, here or in what is in use."""
        if rule.kind not in NAME_KINDS:
            return
        probe = f"{_PROBE}{rule.value}" if rule.kind is TargetKind.BELOW else rule.value
        seen = {order}
        for blocked in filter(None, (self._blocked, self._previous)):
            for match in blocked.match_all(probe):
                if match.rule.allow or not _covers(match.rule, rule):
                    continue
                for one in tellable(match.orders, confidential=self._confidential):
                    if one.id not in seen | self._hidden:
                        seen.add(one.id)
                        yield fit(one.id)

    def _rows(
        self,
        target: Mapping[str, Any],
        lost: Mapping[int, Sequence[NameLoss]],
        led: Mapping[int, Sequence[NameLoss]],
    ) -> Iterator[dict[str, Any]]:
        yield {**target, "kind": "target", "name": target["value"]}
        if target["id"] in self._hidden:
            return
        for kind, of in (("lost", lost), ("depends", led)):
            for one in of.get(target["place"], ()):
                yield {
                    **dict.fromkeys(_ROWS),
                    **{key: target[key] for key in ("order", "target", "level", "new")},
                    "kind": kind,
                    "name": OTHER_NAMES if one.name is None else one.name,
                    "queries": one.queries,
                    "per_day": round(one.queries / self._days, 1),
                    "clients": self._shown(one.clients, is_cut=one.name is None),
                    "share": shown_share(one.clients, self._least, self._clients),
                }

    def _order_rows(self, targets: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        of: dict[str, list[Mapping[str, Any]]] = {}
        for target in targets:  # the gravest first
            of.setdefault(target["id"], []).append(target)
        counted = self._merger.order_clients([[one["place"] for one in of[id_]] for id_ in of])
        rows = []
        for (id_, mine), (queries, clients) in zip(of.items(), counted, strict=True):
            levels = [one["level"] for one in mine]
            is_cut = any((one["clients"] or "").startswith(("<", "≥")) for one in mine)
            row: dict[str, Any] = {
                "order": self._labels[id_],
                "level": levels[0],
                "targets": len(mine),
                "queries": queries,
                "clients": self._shown(clients, is_cut=is_cut),
                "share": shown_share(clients, self._least, self._clients),
            }
            rows.append(row | {level.value: levels.count(level) for level in LEVELS})
        return rows

    def _enforced(self) -> Iterator[dict[str, Any]]:
        if self._previous is None:
            return
        for match, one in self._merger.enforced(self._previous)[:_MOST_ENFORCED]:
            is_secret = is_hidden(match.orders) and not self._confidential
            yield {
                "target": CONFIDENTIAL if is_secret else match.rule.text,
                "queries": one.queries,
                "clients": self._shown(one.clients, is_cut=True),
                "share": shown_share(one.clients, self._least, self._clients),
            }


def _covers(wide: Rule, rule: Rule) -> bool:
    if wide == rule:
        return True
    if wide.kind is TargetKind.SUBTREE:
        return wide.value == rule.value or rule.value.endswith(f".{wide.value}")
    return wide.kind is TargetKind.BELOW and rule.value.endswith(f".{wide.value}")


def _gravest_first(row: Mapping[str, Any]) -> tuple[int, int, int, str, str]:
    level = LEVELS.index(Level(row["level"])) if row["level"] else len(LEVELS)
    return level, -row["exact"], -(row["queries"] or 0), row["target"], row["order"]


_TEXT, _WHOLE, _REAL, _FLAG = "string", "int64", "float64", "bool_"
_TARGETS = {
    "order": _TEXT, "target": _TEXT, "level": _TEXT, "reasons": _TEXT, "new": _FLAG,
    "queries": _WHOLE, "per_day": _REAL, "clients": _TEXT, "share": _REAL, "names": _WHOLE,
    "covered_by": _TEXT, "place": _WHOLE,
}  # fmt: skip
_ROWS = {
    "order": _TEXT, "target": _TEXT, "level": _TEXT, "reasons": _TEXT, "new": _FLAG, "kind": _TEXT,
    "name": _TEXT, "queries": _WHOLE, "per_day": _REAL, "clients": _TEXT, "share": _REAL,
    "names": _WHOLE, "covered_by": _TEXT,
}  # fmt: skip
_ORDERS = {
    "order": _TEXT, "level": _TEXT, "targets": _WHOLE, "stop": _WHOLE, "look": _WHOLE,
    "note": _WHOLE, "queries": _WHOLE, "clients": _TEXT, "share": _REAL,
}  # fmt: skip
_ENFORCED = {"target": _TEXT, "queries": _WHOLE, "clients": _TEXT, "share": _REAL}


def _table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Any:
    import pyarrow as pa

    made = pa.schema([(name, getattr(pa, kind)()) for name, kind in columns.items()])
    return pa.table(
        [pa.array([row[name] for row in rows], one.type) for name, one in
         zip(columns, made, strict=True)],
        schema=made,
    )  # fmt: skip
