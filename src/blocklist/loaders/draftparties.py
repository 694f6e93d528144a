"""DRAFT PARTIES: whom a text in some European language addresses, as far as a firm is named.

A firm is known by its legal form. It is addressed where its line calls it a defendant, where it
stands behind *versus*, and where it follows a verb that orders. All is a proposal for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .italian.parties import companies

_SUED = re.compile(
    r"\b(?:defendants?|respondents?|défende(?:ur|resse)s?|(?:verfügungs)?beklagten?|antragsgegner\w*"
    r"|demandad[oa]s?|gedaagden?|sagsøgte|requerid[oa]s?|réus?|convenut[aeio]|resistent[ei])\b",
    re.IGNORECASE,
)
_SUING = re.compile(
    r"\b(?:claimants?|plaintiffs?|applicants?|demande(?:ur|resse)s?|(?:verfügungs)?kläger\w*"
    r"|antragsteller\w*|demandantes?|eisers?|eiseres(?:sen)?|sagsøger|requerentes?|autor(?:es)?"
    r"|ricorrent[ei]|attric[ei]|attor[ei])\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:gegen|mod|contre|tegen|versus|vs?\.|contro|contra)\s+(?P<firm>[^\n;]{3,160})",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:orders|ordered\s+that|enjoins|directs|ordonne\s+à|enjoint\s+à|beveelt|gebiedt|veroordeelt"
    r"|ordena\s+a|requiere\s+a|ordina\s+a|verpflichtet|påbyder|condena\s+a)\s+"
    r"(?:the\s+|la\s+société\s+|la\s+|le\s+|die\s+|à\s+)?(?P<firm>[^\n;]{3,160})",
    re.IGNORECASE,
)
_LONG = 1_000
_NEAR = 4
"""How many letters may stand between the words that lead to a firm and the firm."""


def addressed(lines: Sequence[str]) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, firms and the words of each place that names whom the order addresses."""
    for number, line in enumerate(lines, 1):
        line = " ".join(line[:_LONG].split())
        firms: list[str] = []
        sued = _SUED.search(line)
        if sued and not _SUING.search(line):
            firms = companies(line[: sued.start()])
        for words in (_AGAINST, _ORDERED):
            for found in words.finditer(line):
                named = companies(found["firm"])
                if not firms and named and 0 <= found["firm"].find(named[0]) < _NEAR:
                    firms = named[:1]
        if firms:
            yield number, firms, line[:240]
