"""Random editions of some orders, as a desk would record them, for the tests of a history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from blocklist import EmptyBlocklistError, Image, Order, compile_orders, parse_target
from blocklist.history.history import History
from blocklist.history.recordedcycle import RecordedCycle
from blocklist.signing.notekeys import SigningKey

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
KEY = SigningKey.generate("blocklist.invalid/tests")
LABELS = ("shop", "film", "play", "bet", "tube", "x9")
ENDS = ("example.com", "example.org", "kickass.example", "example.co.uk")


@dataclass(frozen=True)
class Edition:
    """What was recorded when."""

    at: datetime
    image: Image
    orders: tuple[Order, ...]


def new_history(folder: Path) -> History:
    key = folder.parent / "signing.key"
    if not key.exists():
        key.write_text(f"{KEY.secret_text()}\n")
        key.chmod(0o400)
    return History.create(folder, key=key)


def names(draw: random.Random, count: int) -> list[str]:
    """Names of one to three labels below a few domains, so that many cover each other."""
    return [
        ".".join([*draw.choices(LABELS, k=draw.randrange(3)), draw.choice(ENDS)])
        for _ in range(count)
    ]


def target_texts(draw: random.Random, count: int) -> list[str]:
    marks = ("", "", "", "=", "*.")
    texts = [draw.choice(marks) + name for name in names(draw, count)]
    return texts + draw.sample(["*kicka*", "play*.example.com", "*tube.*"], draw.randrange(2))


def asked_names(draw: random.Random, count: int) -> list[str]:
    """Names to ask, some of them below those of orders."""
    found = [".".join([draw.choice(LABELS), name]) for name in names(draw, count // 2)]
    return [*found, *names(draw, count // 2), "kickass.example", "innocent.invalid", "COM."]


def random_order(draw: random.Random, number: int) -> Order:
    targets = tuple(
        parse_target(text, line=line) for line, text in enumerate(target_texts(draw, 8), 1)
    )
    exceptions = tuple(map(parse_target, names(draw, draw.randrange(3))))
    return Order(
        id=f"it:court:{number}", number=f"{number}/26", targets=targets, exceptions=exceptions,
        confidential=draw.random() < 0.1,
    )  # fmt: skip


def recorded_editions(
    history: History, draw: random.Random, count: int, *, protect: tuple[str, ...] = ()
) -> Iterator[Edition]:
    """Change an order or two in each step, compile, record, and yield what was recorded."""
    orders = {number: random_order(draw, number) for number in range(4)}
    for step in range(count):
        for number in draw.sample(range(6), draw.randrange(1, 3)):
            old = orders.get(number)
            if old is not None and draw.random() < 0.3:
                del orders[number]
            elif old is not None and draw.random() < 0.5:
                more = tuple(map(parse_target, target_texts(draw, 2)))
                kept = tuple(one for one in old.targets if draw.random() < 0.8)
                orders[number] = replace(old, targets=kept + more)
            else:
                orders[number] = random_order(draw, number)
        given = tuple(order for order in orders.values() if order.targets)
        try:
            image = compile_orders(given, protect=protect)
        except EmptyBlocklistError:
            continue
        at = BEGIN + timedelta(hours=step)
        history.append(RecordedCycle(orders=given, image=image), key=KEY, now=at)
        yield Edition(at, image, given)
