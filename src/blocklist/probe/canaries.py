"""CANARIES: whether a resolver serves all of the export that was made from an image."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..answers.check import DIGITS, read_check_text
from .asking import Asker
from .judging import Judge, Outcome, Sinkholes

if TYPE_CHECKING:
    from dns.message import Message

_PAUSE = 0.5  # seconds between two questions


@dataclass(frozen=True, slots=True)
class CanarySighting:
    """What was seen of a canary.

    Attributes:
        is_seen: whether it is that of the image, and of the file if one was named.
        told: what the resolver said instead, or how it was seen.
        seconds: from the first question to the answer that counts.
    """

    is_seen: bool
    told: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """The canary that is looked for.

    Attributes:
        name: whose TXT record it is.
        image16: of the image's content.
        file16: of the exported file; ``""`` if any will do.
        sinkholes: where a block leads, for formats that hold names alone.
    """

    name: str
    image16: str
    file16: str = ""
    sinkholes: Sinkholes = field(default_factory=Sinkholes)


def look(
    asker: Asker,
    wanted: Wanted,
    within: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> CanarySighting:
    """Ask until the canary is seen, or the time is over."""
    start = clock()
    while True:
        is_seen, told = _once(asker, wanted)
        seconds = clock() - start
        if is_seen or seconds >= within:
            return CanarySighting(is_seen, told, seconds)
        sleep(min(_PAUSE, within - seconds))


def _once(asker: Asker, wanted: Wanted) -> tuple[bool, str]:
    reply = asker.ask(wanted.name, "TXT")
    if reply.message is None:
        return False, f"no answer: {reply.failure}"
    for image16, file16 in map(_two, _texts(reply.message)):
        told = f"image {image16}" + (f", file {file16}" if file16 else "")
        if image16 == wanted.image16 and wanted.file16 in ("", file16):
            return True, told
        return False, f"it serves {told}"
    if wanted.file16:
        return _blocks(asker, wanted)
    return False, "no canary; one of a list of names alone is found with --file16"


def _two(digests: tuple[str, ...]) -> tuple[str, str]:
    return digests[0], digests[1] if len(digests) > 1 else ""


def _texts(message: Message) -> list[tuple[str, ...]]:
    """Return the digests of each record of a canary in an answer."""
    texts = (
        b" ".join(data.strings).decode("ascii", "replace")
        for rrset in message.answer
        for data in rrset
        if hasattr(data, "strings")
    )
    return [digests for digests in map(read_check_text, texts) if digests]


def _blocks(asker: Asker, wanted: Wanted) -> tuple[bool, str]:
    """Whether the name of the file is blocked, and one like it, of no file, is not."""
    judge = Judge(wanted.sinkholes)
    other = asker.ask(f"{secrets.token_hex(DIGITS // 2)}.{wanted.name}", "A")
    judge.calibrate(other)
    if judge.judge(other).outcome is Outcome.BLOCKED:
        return False, f"every name below {wanted.name} is blocked"
    finding = judge.judge(asker.ask(f"{wanted.file16}.{wanted.name}", "A"))
    if finding.outcome is Outcome.BLOCKED:
        return True, f"file {wanted.file16}: {finding.reason}"
    return False, f"no canary, and {wanted.file16}.{wanted.name} is not blocked: {finding.reason}"
