"""ANSWERED ORDERS: one list whose names get different answers is an order for each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from ...model.orders import Order
from ...model.targets import Target

_MAX_REDIRECTS = 16


def limited(said: str, answers: Collection[str], data: str) -> tuple[str, str]:
    """Return what an order may say of an answer, and a note with ``data`` if that is less.

    A list that redirects each name elsewhere would be as many orders; after some, all redirects are
    one.
    """
    if not said.startswith("redirect ") or said in answers:
        return said, ""
    if sum(answer.startswith("redirect ") for answer in answers) < _MAX_REDIRECTS:
        return said, ""
    return "redirect", f"the zone answers {data}"


def answered_orders(
    order: Order, answers: Iterable[tuple[str, Sequence[Target]]]
) -> Iterator[Order]:
    """Yield ``order`` with the targets of the first answer, and one like it for each other.

    The exceptions, refusals and warnings stay with the first.
    """
    main, words, first = order.id, Counter[str](), True
    for said, targets in answers:
        if not first:
            word = said.partition(" ")[0]
            words[word] += 1
            suffix = f"{word}-{words[word]}" if words[word] > 1 else word
            order = replace(order, id=f"{main}:{suffix}", exceptions=(), rejected=(), warnings=())
        first = False
        yield replace(order, targets=targets, response=said)
    if first:
        yield order
