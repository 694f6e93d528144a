"""FULL PROBE: asks all resolvers about all orders every so often, some orders in each run.

A run that asks for everything at once would keep the next order waiting, so each asks for as many
orders as take some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ..answers.disclosure import tellable
from ..errors import BlocklistError
from ..image.contents import Contents
from .runsettings import OutputSettings, RunSettings
from .state import RunState
from .store import Store

if TYPE_CHECKING:
    from ..matcher.blocklist import Blocklist

_RATE, _SECONDS, _QUESTIONS = 200, 20, 10
_FEW = 20


def probe_some(settings: RunSettings, state: RunState, store: Store, now: datetime) -> bool:
    """Ask about the next orders, if it is time; return whether ``state`` changed.

    Raises:
        BlocklistError: the image that is served is not kept any more; ``OSError`` passes through.
    """
    every = settings.probe.every
    outputs = [output for output in settings.outputs if output.check is not None]
    if every is None or not outputs or not state.written:
        return False
    if not state.probing:
        if now.timestamp() - state.probed_at < every.total_seconds():
            return False
        contents = Contents(store.image(state.written))
        state.probing, state.found = [order.id for order in contents.orders], []
    resolvers = sum(len(output.check.resolvers) for output in outputs if output.check)
    count = _RATE * _SECONDS // (_QUESTIONS * settings.probe.per_order * resolvers)
    batch, state.probing = state.probing[: max(1, count)], state.probing[max(1, count) :]
    for output in outputs:
        state.found += list(_findings(settings, state, store, output, batch))[:_FEW]
    if not state.probing:
        state.findings, state.found = list(dict.fromkeys(state.found))[:_FEW], []
        state.probed_at = now.timestamp()
    return True


def _askable(blocked: Blocklist, orders: set[str]) -> tuple[str, ...]:
    """Return those that name something which resolvers see."""
    from ..probe.questions import Sampler

    if not orders:
        return ()
    return tuple(order.id for order in Sampler(blocked, per_order=1, only=orders).orders)


def _findings(
    settings: RunSettings, state: RunState, store: Store, output: OutputSettings,
    orders: Sequence[str],
) -> Iterator[str]:  # fmt: skip
    """Yield a sentence for each order that is not enforced, and each innocent name blocked."""
    from ..matcher.blocklist import Blocklist
    from ..probe import Resolver, Settings, Verdict, probe
    from .meaning import sinkholes_of

    blocked = Blocklist(store.image(state.written))
    known = {order.id: order for order in blocked.orders}
    wanted = _askable(blocked, {id_ for id_ in orders if id_ in known})
    sinkholes, check = sinkholes_of(output), output.check
    reference = settings.probe.reference
    if check is None or not wanted:
        return
    for text in check.resolvers:
        asked = Settings(
            per_order=settings.probe.per_order, orders=wanted, rate=_RATE, ca=check.ca,
            sinkholes=(*map(str, sinkholes.addresses), *sinkholes.names),
        )  # fmt: skip
        try:
            result = probe(
                blocked, Resolver.parse(text), settings=asked,
                reference=Resolver.parse(reference) if reference else None,
            )  # fmt: skip
        except BlocklistError as error:
            yield f"{text}: {error}"
            continue
        for id_, verdict in result.verdicts.items():
            if verdict in (Verdict.NOT_ENFORCED, Verdict.PARTLY):
                name = id_ if tellable([known[id_]]) else "a confidential order"
                yield f"{text}: {name} is {verdict}"
        for name, reason in result.overblocked:
            yield f"{text}: {name} is blocked, and no order says so: {reason}"
