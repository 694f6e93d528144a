"""RUNNING: one probe of one resolver, from the first question to the verdicts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..answers.disclosure import is_hidden, tellable
from ..errors import BlocklistError, ConfigurationError
from ..matcher.blocklist import Blocklist
from ..model.orders import Order
from .asking import Asker, Pace, Reply, need_dnspython
from .evidence import VERSION, Evidence, facts_of, told, without_names
from .fingerprints import Fingerprints
from .judging import Finding, Judge, Outcome, Sinkholes, Tally, Verdict, verdict
from .questions import Case, Question, Sampler
from .resolvers import Resolver

_PATIENCE = 10  # questions in a row without any answer, after which it is asked whether it lives
_MAX_TIMEOUT = 3600
QTYPES = ("A", "AAAA", "HTTPS")
"""What browsers ask."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to probe.

    Attributes:
        per_order: rules of each order that are probed; ``None`` is all.
        orders: ids of the orders to probe; empty is all.
        qtypes: what to ask of an ordered name; innocent ones are asked the first.
        rate: questions a second, to the resolver and the reference together.
        timeout: seconds for one try.
        tries: how often a question is asked that nothing answers.
        sinkholes: addresses, and targets of CNAMEs, that a block leads to.
        silence_is_block: no answer is how this resolver blocks.
        ca: file of trusted certificates, in place of the system's.
        confidential: whether confidential orders are named in the evidence, and asked for at the
            reference; they are probed and counted in any case.
        fingerprints: of known block pages and sinkholes; an answer that leads to one is a block.
        names_only: whether URLs and addresses, for which no resolver can be asked, are enforced by
            another program, so that the result may be good without them.
    """

    per_order: int | None = 3
    orders: tuple[str, ...] = ()
    qtypes: tuple[str, ...] = ("A",)
    rate: float = 10.0
    timeout: float = 3.0
    tries: int = 2
    sinkholes: tuple[str, ...] = ()
    silence_is_block: bool = False
    ca: str = ""
    confidential: bool = False
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    names_only: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; ``ConfigurationError``."""
        if self.per_order is not None and self.per_order < 1:
            raise ConfigurationError("per_order must be at least 1")
        if not self.qtypes or not 0 < self.timeout <= _MAX_TIMEOUT or self.tries < 1:
            raise ConfigurationError(
                f"a probe needs a query type, a timeout over 0 and up to {_MAX_TIMEOUT:g} s, and "
                "at least one try"
            )


@dataclass(slots=True)
class Result:
    """What a probe found.

    Attributes:
        resolver: that was asked.
        tallies: of each probed order, how many answers showed what; ids in sequence.
        overblocked: innocent names that are blocked all the same, with the reason.
        unsure: innocent names of which nothing is known, with the reason.
        secret: ids of the probed orders that must not be named; empty if the settings allow it.
        elsewhere: orders that name nothing which resolvers see: only URLs and addresses.
        not_asked: how many rules of the orders are URLs or addresses.
        names_only: whether these do not count.
        asked: how many questions were asked of it.
    """

    resolver: Resolver
    tallies: dict[str, Tally] = field(default_factory=dict)
    overblocked: list[tuple[str, str]] = field(default_factory=list)
    unsure: list[tuple[str, str]] = field(default_factory=list)
    secret: frozenset[str] = frozenset()
    elsewhere: tuple[Order, ...] = ()
    not_asked: int = 0
    names_only: bool = False
    asked: int = 0

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict on each probed order."""
        return {id_: verdict(tally) for id_, tally in self.tallies.items()}

    @property
    def is_good(self) -> bool:
        """Whether every order is enforced, and nothing else is blocked.

        What could not be asked is not known to be enforced.
        """
        if self.overblocked or (self.not_asked and not self.names_only):
            return False
        return all(found is Verdict.ENFORCED for found in self.verdicts.values())


def probe(
    blocked: Blocklist,
    resolver: Resolver,
    *,
    reference: Resolver | None = None,
    settings: Settings | None = None,
    evidence: Evidence | None = None,
    rng: random.Random | None = None,
    pace: Pace | None = None,
) -> Result:
    """Ask a running resolver for ordered and innocent names, and judge what it enforces.

    Takes (about ten queries per rule, for one type) / rate seconds. Queries only ``resolver``
    and ``reference``; names of resolvers are looked up by this machine.

    Args:
        blocked: the image.
        resolver: to be probed.
        reference: a resolver that blocks nothing; asked only where the first one's answer does not
            show whether a name is blocked or does not exist.
        settings: how to probe.
        evidence: where each question and answer is written.
        rng: where chance comes from.
        pace: shared between several probes (default: a new one).

    Raises:
        ConfigurationError: a setting, or a name of a resolver, is wrong.
        BlocklistError: the resolver does not answer at all, nothing is there to ask, or dnspython
            is missing.
    """
    need_dnspython()
    settings = settings or Settings()
    sampler = Sampler(
        blocked, per_order=settings.per_order, only=settings.orders,
        rng=rng,
    )  # fmt: skip
    if not sampler.orders:
        raise BlocklistError("this image has no order that a resolver can enforce")
    pace = pace or Pace(settings.rate)
    run = _Run(
        Asker(
            resolver, pace, ca=settings.ca, timeout=settings.timeout, tries=settings.tries
        ),
        None if reference is None else Asker(
            reference, pace, ca=settings.ca, timeout=settings.timeout, tries=settings.tries
        ),
        sampler, settings, evidence or Evidence(None),
    )  # fmt: skip
    return run.run(blocked)


class _Run:
    def __init__(
        self,
        asker: Asker,
        reference: Asker | None,
        sampler: Sampler,
        settings: Settings,
        evidence: Evidence,
    ) -> None:
        self._asker, self._reference = asker, reference
        self._sampler, self._settings, self._evidence = sampler, settings, evidence
        self._judge = Judge(
            Sinkholes.parse(settings.sinkholes),
            silence_is_block=settings.silence_is_block,
            fingerprints=settings.fingerprints,
        )
        self._unanswered = 0
        self.result = Result(
            asker.resolver,
            {order.id: Counter() for order in sampler.orders},
            secret=frozenset(
                order.id
                for order in (*sampler.orders, *sampler.elsewhere)
                if not tellable([order], confidential=settings.confidential)
            ),
            elsewhere=sampler.elsewhere,
            not_asked=sampler.not_asked,
            names_only=settings.names_only,
        )

    def run(self, blocked: Blocklist) -> Result:
        self._evidence.write("start", self._start(blocked))
        self._control()
        for case in self._sampler.cases():
            for question in case.questions:
                qtypes = self._settings.qtypes if question.is_ordered else self._settings.qtypes[:1]
                for qtype in qtypes:
                    self._count(case, question, self._ask(question, qtype, case))
        for order in self._sampler.orders:
            self._evidence.write("verdict", self._verdict(order))
        return self.result

    def _start(self, blocked: Blocklist) -> dict[str, Any]:
        from ..backend import __version__

        return {
            "version": VERSION,
            "program": f"blocklist {__version__}",
            "time": told(datetime.now(UTC)),
            "image": blocked.image.digest,
            "resolver": str(self._asker.resolver),
            "reference": None if self._reference is None else str(self._reference.resolver),
            "rules_per_order": self._settings.per_order,
            "orders": self._named(self._sampler.orders),
            "confidential_orders": len(self.result.secret),
            "orders_no_resolver_sees": self._named(self._sampler.elsewhere),
            "rules_not_asked": self._sampler.not_asked,
            "names_only": self._settings.names_only,
            "fingerprints": self._settings.fingerprints.sha256 or None,
        }

    def _control(self) -> None:
        """See that the resolver answers at all, and what its answers look like."""
        question = self._sampler.control()
        reply = self._asker.ask(question.name, self._settings.qtypes[0])
        self.result.asked += 1
        self._judge.calibrate(reply)
        finding = self._judge.judge(reply)
        self._write(question, self._settings.qtypes[0], self._asker, reply, finding, None)
        if reply.message is None:
            raise BlocklistError(f"{self._asker.resolver}: no answer: {reply.failure}")
        if finding.outcome is Outcome.BLOCKED:
            self.result.overblocked.append((question.name, finding.reason))
        self._unanswered = 0

    def _ask(self, question: Question, qtype: str, case: Case) -> Finding:
        reply = self._asker.ask(question.name, qtype)
        self.result.asked += 1
        self._unanswered = 0 if reply.message is not None else self._unanswered + 1
        finding = self._judge.judge(reply)
        is_secret = self._hides(case)
        if (
            self._reference is not None
            and not is_secret
            and self._judge.needs_reference(finding, reply)
        ):
            elsewhere = self._reference.ask(question.name, qtype)
            finding = self._judge.judge(reply, elsewhere)
            seen = Judge().judge(elsewhere)
            self._write(question, qtype, self._reference, elsewhere, seen, case)
        self._write(question, qtype, self._asker, reply, finding, case)
        if self._unanswered >= _PATIENCE:
            self._control()
        return finding

    def _count(self, case: Case, question: Question, finding: Finding) -> None:
        if question.is_ordered:
            for order in case.orders:
                self.result.tallies[order.id][finding.outcome] += 1
        elif finding.outcome is Outcome.BLOCKED:
            self.result.overblocked.append((self._shown(question, case), finding.reason))
        elif finding.outcome is Outcome.UNKNOWN:
            self.result.unsure.append((self._shown(question, case), finding.reason))

    def _hides(self, case: Case | None) -> bool:
        """Whether nothing of a case may be shown."""
        return case is not None and case.is_secret and not self._settings.confidential

    def _shown(self, question: Question, case: Case) -> str:
        return "a name beside that of a confidential order" if self._hides(case) else question.name

    def _named(self, orders: Iterable[Order]) -> list[str]:
        return [order.id for order in orders if order.id not in self.result.secret]

    def _write(
        self, question: Question, qtype: str, asker: Asker, reply: Reply, finding: Finding,
        case: Case | None,
    ) -> None:  # fmt: skip
        about = {
            "why": question.why.value,
            "role": "reference" if asker is self._reference else "resolver",
            "ordered": question.is_ordered,
            "rule": None if case is None else case.rule.text,
            "orders": [] if case is None else self._named(case.orders),
            "confidential": case is not None and case.is_secret,
        }
        facts = facts_of(question.name, qtype, asker, reply, finding)
        if self._hides(case):
            about["rule"] = None
            facts = without_names(facts)
        self._evidence.write("answer", {**about, **facts})

    def _verdict(self, order: Order) -> dict[str, Any]:
        tally = self.result.tallies[order.id]
        is_secret = order.id in self.result.secret
        return {
            "order": None if is_secret else order.id,
            "category": None if is_secret else order.category,
            "category_code": None if is_secret else order.category_code,
            "authority": None if is_secret else order.authority.name,
            "confidential": is_hidden([order]),
            "resolver": str(self._asker.resolver),
            "verdict": verdict(tally).value,
            "answers": {outcome.value: tally[outcome] for outcome in Outcome},
        }
