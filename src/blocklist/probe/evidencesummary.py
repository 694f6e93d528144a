"""EVIDENCE SUMMARY: what the records of a probe say together, in little room.

Nothing of a confidential order is kept but how many there are and their verdicts, also where the
records name them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .judging import Outcome, Tally, Verdict
from .questions import Why

HIDDEN = "a name beside that of a confidential order"
_EXAMPLES = 4
_MOST_NAMES = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, as it is shown to people."""

    name: str
    qtype: str
    outcome: str
    reason: str


@dataclass(slots=True)
class OrderSummary:
    """What was found of an order that may be named."""

    id: str
    authority: str
    category: str
    verdict: Verdict
    answers: dict[str, int]
    examples: list[Shown] = field(default_factory=list)


@dataclass(slots=True)
class ProbeSummary:
    """What was found at one resolver.

    Attributes:
        resolver: that was asked.
        start: the first record.
        orders: those that may be named, in sequence.
        secret: how many confidential ones came off how.
        overblocked: names that are blocked without an order.
        overblocked_count: how many; those beyond a thousand are only counted.
        unsure: how many innocent names gave no conclusive answer.
        reasons: by which signs ordered names were seen to be blocked.
        fingerprints: whose block pages and sinkholes answered.
        asked: queries to the resolver.
        first: when the first query was sent.
        last: when the last one was sent.
        failure: why there is no verdict.
    """

    resolver: str
    start: Mapping[str, Any]
    orders: dict[str, OrderSummary] = field(default_factory=dict)
    secret: Counter[Verdict] = field(default_factory=Counter)
    overblocked: list[Shown] = field(default_factory=list)
    overblocked_count: int = 0
    unsure: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    fingerprints: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    first: str = ""
    last: str = ""
    failure: str = ""
    tallies: dict[str, Tally] = field(default_factory=dict)
    _examples: dict[str, list[Shown]] = field(default_factory=dict)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many orders came off how, confidential ones with them."""
        return Counter(order.verdict for order in self.orders.values()) + self.secret

    @property
    def is_good(self) -> bool:
        """Whether every order is enforced, and nothing else is blocked."""
        verdicts = self.verdicts
        all_enforced = verdicts.total() == verdicts[Verdict.ENFORCED] > 0
        is_whole = not self.not_asked or self.start.get("names_only") is True
        return all_enforced and is_whole and not self.overblocked_count and not self.failure

    @property
    def not_asked(self) -> int:
        """How many rules are URLs and addresses, for which a resolver cannot be asked."""
        count = self.start.get("rules_not_asked", 0)  # evidence of earlier days does not say it
        return count if isinstance(count, int) else 0

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a record of kind ``answer`` or ``verdict``.

        Raises:
            KeyError, TypeError, ValueError: it lacks a field, or one is something else.
        """
        if record["record"] == "verdict":
            self._add_verdict(record)
        elif record["role"] == "resolver":
            self._add_answer(record)

    def _add_answer(self, record: Mapping[str, Any]) -> None:
        outcome, reason = Outcome(record["outcome"]), str(record["reason"])
        self.asked += 1
        self.first = self.first or str(record["time"])
        self.last = str(record["time"])
        if record.get("fingerprint"):
            self.fingerprints[str(record["fingerprint"])] += 1
        hidden = bool(record.get("confidential")) or record["question"]["name"] is None
        name = HIDDEN if hidden else str(record["question"]["name"])
        shown = Shown(name, str(record["question"]["type"]), outcome.value, reason)
        if record["ordered"]:
            for id_ in record["orders"]:
                self.tallies.setdefault(str(id_), Counter())[outcome] += 1
                examples = self._examples.setdefault(str(id_), [])
                if outcome is not Outcome.BLOCKED and len(examples) < _EXAMPLES and not hidden:
                    examples.append(shown)
            if outcome is Outcome.BLOCKED:
                self.reasons[reason] += 1
        elif outcome is Outcome.BLOCKED:
            self.overblocked_count += 1
            if len(self.overblocked) < _MOST_NAMES:
                self.overblocked.append(shown)
        elif outcome is Outcome.UNKNOWN and Why(record["why"]) is not Why.CONTROL:
            self.unsure += 1

    def _add_verdict(self, record: Mapping[str, Any]) -> None:
        found = Verdict(record["verdict"])
        if record["order"] is None or record.get("confidential"):
            self.secret[found] += 1
            return
        id_ = str(record["order"])
        answers = {Outcome(outcome).value: int(n) for outcome, n in record["answers"].items()}
        self.orders[id_] = OrderSummary(
            id_, str(record["authority"] or ""), str(record["category"] or ""), found, answers,
            self._examples.pop(id_, []),
        )  # fmt: skip


@dataclass(slots=True)
class EvidenceSummary:
    """What was found at each resolver of one run.

    Attributes:
        probes: in sequence.
        since: digest of the earlier evidence that this one follows, or ``""``.
    """

    probes: list[ProbeSummary] = field(default_factory=list)
    since: str = ""

    def add(self, record: Mapping[str, Any]) -> None:
        """Take a record, in the sequence of the file.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: it is not one of a probe.
        """
        kind = record["record"]
        if kind == "since":
            self.since = str(record["sha256"])
        elif kind == "start":
            self.probes.append(ProbeSummary(str(record["resolver"]), record))
        elif kind == "failure":
            if not self.probes or self.probes[-1].resolver != record["resolver"]:
                self.probes.append(ProbeSummary(str(record["resolver"]), record))
            self.probes[-1].failure = str(record["error"]).removeprefix(f"{record['resolver']}: ")
        elif kind in ("answer", "verdict"):
            if not self.probes:
                raise ValueError(f"{kind} before the start of a probe")
            self.probes[-1].add(record)
        elif kind != "end":
            raise ValueError(f"unknown record {kind!r}")
