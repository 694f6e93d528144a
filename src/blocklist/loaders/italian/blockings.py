"""BLOCKINGS: whether the words before a name, or before its table, block what is named there."""

from __future__ import annotations

import re

from .annexes import AnnexColumn
from .candidates import Candidate, Text
from .clauses import ASIDE, BLOCKS, Clause, last_block
from .cues import EXCEPT, FULL_STOP, NEGATION, SENTENCE_END, is_earlier, of_other_things, opened
from .deferredpattern import deferred
from .descriptions import of_imitations
from .enumerations import REACH

_IN_TABLE = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi|risorse|URL)\b[^.;:]{0,80}?"
    r"\b(?:nella|nel|nell'|alla|al|all'|in)\s*(?:colonna\s+[^.;:,]{1,40}?\s+(?:della|nella|del|nel)\s+|(?P<place>prima|seconda|terza|quarta)\s+colonna\s+(?:della|del|dell')\s*)?"
    r"(?:(?:seguente|sottostante)\s+)?(?P<table>tabella|(?:prospetto|quadro|elenco|schema)(?=\s+(?:che\s+segue|seguente|sottostante)\b))\b(?!\s+(?:allegat|di\s+cui|in\s+allegat))"
    r"[^;:]{0,400}\Z",
    re.IGNORECASE,
)


# Between the words on the table and the table.
_SPARED = deferred(
    r"\bnon\s+(?:riguard|concern|colp|comprend|interess|includ|vanno|va\b|dev|dovr|si\s+(?:applic|estend))\w*",
    re.IGNORECASE,
)
# *Dei siti appresso specificati …:*, the words between may hold a semicolon.
_BELOW = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|risorse)(?:\s+(?:web|internet))?"
    r"\s+(?:in\s+)?(?P<table>appresso|di\s+seguito|qui\s+di\s+seguito|sotto)\s*\w+[it]i\b[^:]{0,300}:\s*\Z",
    re.IGNORECASE,
)
_FOLLOWING = deferred(
    r"\b(?:seguent|sottonotat|sottoelencat|sottoindicat|sottoriportat)[ie]\s+"
    r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|risorse|indirizzi|piattaforme|vetrine|spazi)"
    r"(?:\s+(?:web|internet|informatic\w+|telematic\w+|online|virtual\w+))?[\s:]*\Z",
    re.IGNORECASE,
)


def blocked(text: Text, clause: Clause, end: int) -> bool:
    """Whether the last word of a clause before ``end`` that blocks or opens is one that blocks."""
    said = text.plain[max(clause.start, end - 2 * REACH) : end]
    blocks = last_block(said)
    if ((clause.frame.forbids or clause.frame.led) and blocks is None) or clause.frame.passive:
        return not is_earlier(said)
    if blocks is None or opened(said) > blocks.start():
        return False
    if of_other_things(said) or (
        not clause.frame.confirms and is_earlier(said[max(0, blocks.start() - 60) :])
    ):
        return False
    return not NEGATION.search(said[: blocks.start()][-REACH:])


def sentence_end(text: Text, clause: Clause) -> int:
    """Return where the sentence of a clause ends that blocks; what is behind begins anew."""
    found = FULL_STOP.search(text.plain, clause.start + max(0, clause.frame.at), clause.end)
    return found.start() if found else clause.end


def _is_at(text: Text, column: AnnexColumn, place: str | None) -> bool:
    """Whether a column is where an order says that the sites stand: *nella prima colonna*.

    Of another column none is, as those beside it would seem to belong to it.
    """
    heading = text.plain[column.table : text.line_end(column.table)]
    titles = re.split(r"\s{2,}|[\t|│┃║]", heading.strip())
    return place is None or (place.lower() == "prima" and titles[0] == column.title)


def table_announced(
    text: Text, clause: Clause, column: AnnexColumn, last: Candidate | None
) -> bool:
    """Whether a clause names the table below it: *ai siti di cui alla tabella*."""
    if last is not None or not column.holds_sites or column.table < clause.start:
        return False
    said = text.plain[max(clause.start, column.table - 2 * REACH) : column.table]
    found = _IN_TABLE.search(said) or _BELOW.search(said)
    following = _FOLLOWING.search(said) if found is None else None
    if EXCEPT.search(said) or of_imitations(said):
        return False
    if following is not None:
        ordered = SENTENCE_END.split(said[: following.end()])[-1]
        block = last_block(ordered)
        aside = block is None or ASIDE.search(ordered, block.end())
        return not aside and blocked(text, clause, column.table)
    if found is None or not _is_at(text, column, found.groupdict().get("place")):
        return False
    if _SPARED.search(said, found.end("table")):
        return False
    if BLOCKS.search(SENTENCE_END.split(said[: found.end("table")])[-1]) is None:
        return False
    return blocked(text, clause, column.table - len(said) + found.end())
