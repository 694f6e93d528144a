"""A document in prose and what a careful reader finds in it: targets, exceptions, facts.

``prose_rendering`` makes plain text, HTML, DOCX and PDF of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Block:
    """A part of a document.

    ``head`` is centred, ``text`` a paragraph, ``lines`` a paragraph whose line breaks are kept,
    ``numbers`` and ``bullets`` lists, ``table`` rows of cells, ``page`` the start of a new page.
    """

    kind: str
    text: str = ""
    items: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def head(text: str) -> Block:
    return Block("head", text)


def text(words: str) -> Block:
    return Block("text", " ".join(words.split()))


def lines(words: str) -> Block:
    return Block("lines", words.strip("\n"))


def numbers(*items: str) -> Block:
    return Block("numbers", items=items)


def bullets(*items: str) -> Block:
    return Block("bullets", items=items)


def table(*rows: Sequence[str]) -> Block:
    return Block("table", rows=rows)


PAGE = Block("page")


@dataclass(frozen=True)
class Case:
    """A document and what it says.

    ``facts`` compare fields of the order by their text: ``authority`` is the key of the authority,
    ``warns`` a word that one warning must hold, ``dynamic`` whether future names are meant.
    """

    name: str
    blocks: Sequence[Block]
    targets: Sequence[str] = ()
    exceptions: Sequence[str] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    header: str = ""
    footer: str = ""
    columns: int = 1
    html: bool = False
