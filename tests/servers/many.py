"""Many questions at once, with names of any octets."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Sequence
from random import Random

from helpers import order

from blocklist import Blocklist, Image, compile_orders

_WINDOW = 48
_QUESTION = struct.Struct("!HHHHHH")


def rcodes(names: Sequence[bytes], port: int, *, kind: int = 1) -> list[int]:
    """Ask for names in wire format over UDP and return the RCODE of each answer.

    Lost datagrams are asked again; ``AssertionError`` after some seconds without any answer.
    """
    found: list[int | None] = [None] * len(names)
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.connect(("127.0.0.1", port))
        client.settimeout(0.5)
        for first in range(0, len(names), _WINDOW):
            waiting = set(range(first, min(first + _WINDOW, len(names))))
            end = time.monotonic() + 60
            while waiting:
                for at in waiting:
                    head = _QUESTION.pack(at & 0xFFFF, 0x0100, 1, 0, 0, 0)
                    client.send(head + names[at] + struct.pack("!HH", kind, 1))
                try:
                    while waiting:
                        octets = client.recv(65_535)
                        number, flags = struct.unpack_from("!HH", octets)
                        at = first & ~0xFFFF | number
                        if octets[12 : 12 + len(names[at])].lower() == names[at].lower():
                            found[at] = flags & 15
                            waiting.discard(at)
                except TimeoutError:
                    assert time.monotonic() < end, (names[min(waiting)], "no answer")
    return [rcode for rcode in found if rcode is not None]


def random_image(seed: int, *, patterns: bool = True, secrets: bool = False) -> Image:
    """Return an image of rules of all kinds that lie close to each other, with exceptions.

    With ``secrets`` some rules and exceptions are of a confidential order.
    """
    draw = Random(seed)

    def targets(count: int) -> list[str]:
        return [
            draw.choice(["", "", "=", "*."])
            + ".".join([*draw.choices("abc", k=draw.randrange(4)), f"{draw.choice('dk')}.example"])
            for _ in range(count)
        ]

    more = ["*kickass*", "ads.*", "a.*.p.example", "*-b.q.example"] if patterns else []
    orders = [order(*targets(25), *more, exceptions=targets(15))]
    if secrets:
        more = ["*.kickass.*"] if patterns else []
        hidden = order(*targets(8), "*kickbox*", id="hidden", confidential=True,
                       exceptions=[*targets(4), *more])  # fmt: skip
        orders.append(hidden)
    return compile_orders(orders)


def near(blocked: Blocklist, seed: int, count: int) -> list[bytes]:
    """Return names in wire format: those of the rules, beside, above and below, in any case.

    Also names with octets that no rule holds, and some that look alike as text only.
    """
    draw = Random(seed)
    names = sorted({match.rule.value for match in blocked.rules()})
    found: list[bytes] = []
    while len(found) < count:
        name = draw.choice(names).replace("*", draw.choice(["", "x", "y.z"]), 1).replace("*", "-")
        labels = [label.encode() for label in name.split(".") if label]
        for _ in range(draw.randrange(3)):
            change = draw.randrange(7)
            at = draw.randrange(len(labels))
            if change < 2:
                labels.insert(
                    0, draw.choice([b"a", b"b", b"www", b"kickass", b"ads", b"\xe9\0", b"x."])
                )
            elif change == 2:
                labels[at] += draw.choice([b"x", b"\\", b".", b" ", b"1"])
            elif change == 3:
                del labels[at]
            elif change == 4:
                labels.append(draw.choice([b"example", b"org"]))
            elif change == 5 and len(labels) > 1:
                labels[:2] = [b".".join(labels[:2])]
            else:
                labels[at] = b"not" + labels[at]
            if not labels:
                break
        octets = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
        if len(octets) <= 255 and all(len(label) < 64 for label in labels) and labels:
            found.append(
                bytes(
                    c ^ 32 if chr(c).isalpha() and c < 128 and draw.random() < 0.3 else c
                    for c in octets
                )
            )
    return found
