"""MASKS: which names the pattern of a filter rule matches: ``||example.com^``, ``://ads.*``.

``||`` is the beginning of a label, ``|`` and ``://`` that of the name, ``^`` its end; ``*`` is any
run of characters, and what has no mark at an end goes on there.
"""

from __future__ import annotations

import re

from ...model.targets import TargetKind
from .expressions import REFUSAL, reduce_expression

Meaning = tuple[TargetKind | None, str, str, str]
"""Kind of a name, target in the notation of order files, its text in the rule, and a note."""

_START = re.compile(r"\|\||\|?(?:[a-z*]{1,8}:|:)?//|\|")
_END = re.compile(r"(?:\^\*?|/\*?|/?\|)\|?\Z")
_PAGE = re.compile(r"\|(https?://[^/^*|]+/[^*^|]+)\^")
_PATH = re.compile(r"[/?=&;%#^|]")
_ADDRESS_PART = re.compile(r"[0-9.*]+")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]{2,45})\]")
_STARS = re.compile(r"\*{2,}")
_OPEN_NOTE = (
    "without ^ the rule also matches longer names that begin like this; read as if it had one"
)


class MaskError(ValueError):
    """A pattern that is no name; ``code`` is stable, for programs."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


def read_mask(mask: str, bare: TargetKind, *, excepts: bool = False) -> list[Meaning]:
    """Return the targets that a pattern means.

    Args:
        mask: the rule without ``@@`` and modifiers.
        bare: what a name without any mark means.
        excepts: whether it is an exception. Those of a part of a name cannot be told; the name in
            it is excepted with all below it.

    Raises:
        MaskError: it means a page, or no names that can be told.
    """
    if len(mask) > 2 and mask[0] == mask[-1] == "/":
        return _expression(mask[1:-1])
    page = _PAGE.fullmatch(mask)
    if page and not excepts:
        return [(None, page[1], mask, "")]
    start = _START.match(mask)
    at = start.end() if start else 0
    end = _END.search(mask, at)
    body = _STARS.sub("*", mask[at : end.start() if end else len(mask)])
    if not body.strip(".*"):
        raise MaskError("matches every name, or none", "every-name" if "*" in body else "empty")
    address = _BRACKETED.fullmatch(body)
    if address:
        return [(None, address[1], body, "")]
    if _PATH.search(body):
        raise MaskError(
            "continues after the name: it blocks pages, not the site; write the URL", "path"
        )
    if ":" in body:
        raise MaskError("one port of the name, not the whole name", "path")
    if _ADDRESS_PART.fullmatch(body) and not _ADDRESS.fullmatch(body):
        raise MaskError("part of an address; write a prefix such as 192.0.2.0/24", "bad-address")
    return _names(body, start[0] if start else "", end is not None, bare, excepts)


def _expression(expression: str) -> list[Meaning]:
    meanings = reduce_expression(expression)
    if meanings is None:
        raise MaskError(REFUSAL, "regex")
    return [(kind, text, f"/{expression}/", "") for kind, text in meanings]


def _names(body: str, start: str, closed: bool, bare: TargetKind, excepts: bool) -> list[Meaning]:
    below = body.startswith(("*.", "."))
    name = body.removeprefix("*").removeprefix(".") if below else body
    whole = "*" not in name and (closed or ("." in name and name[-1] not in ".-_"))
    if closed and body.endswith(".") and "." not in body[:-1]:
        raise MaskError(
            f"matches no name, since no name ends with a dot; is {body}* meant?", "not-a-name"
        )
    if body[0] == "." and start:
        raise MaskError("a dot where a label begins: matches no name", "not-a-name")
    if whole and not start and not closed and not below:
        return [(bare, body, "", "")]
    note = "" if closed else _OPEN_NOTE
    if whole and below:
        return [(None, f"*.{name}", body, note)]
    if whole and start == "||":
        return [(TargetKind.SUBTREE, name, "", note)]
    if whole and start:
        return [(TargetKind.EXACT, name, "", note)]
    if whole and excepts:
        note = "read as the name and all below it; the rule also matches names that end like this"
        return [(TargetKind.SUBTREE, name, "", note)]
    tail = body if closed else _STARS.sub("*", f"{body}*")
    if start == "||" and body[0] != "*":
        return [(None, tail, body, ""), (None, f"*.{tail}", body, "")]
    if start:
        return [(None, tail if "*" in tail else f"={tail}", body, "")]
    return [(None, _STARS.sub("*", f"*{tail}"), body, "")]
