"""WIDENINGS: where an order says of an address in its list that the whole site is meant.

*Quanto all'indirizzo n. 3, l'inibizione riguarda l'intero dominio a.example*: the list gives a page
of it. The name is then the target, and no page of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...model.targets import Target, TargetKind
from .candidates import Candidate
from .conditions import condition
from .deferredpattern import deferred

_WIDENS = deferred(
    r"\b(?:l'impedimento|l'inibi\w+|l'oscuramento|l'interdizione|l'ordine|il\s+blocco|il\s+sequestro"
    r"|la\s+(?:disabilitazione|misura|preclusione))\b[^;:]{0,80}?\s"
    r"(?:riguarda|concerne|investe|colpisce|comprende|ricomprende|si\s+estende|si\s+intende\s+\w+"
    r"|(?:è|va|deve|dovrà)\s+(?:essere\s+|intendersi\s+)?(?:altresì\s+|anche\s+)?"
    r"(?:riferit|estes|attuat|eseguit|intes|inteso\s+come\s+riferit)[oa])\s+"
    r"(?:a|al|su|sul|per)?\s{0,2}(?:l'\s?intero|all'\s?intero|sull'\s?intero|tutto\s+il)\s+"
    r"(?:nome\s+(?:a|di)\s+dominio|dominio|sito|portale)(?:\s+(?:web|internet))?[\s,«\"]*\Z",
    re.IGNORECASE,
)
_SENTENCE_START = deferred(r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
# It may say so of another order, or that it is not so.
_UNFIT = deferred(
    r"\b(?:non|né|esclu\w+|nega\w*|dubb\w+|cui\s+sopra\s+era|chied\w+|chiest\w+|richie\w+|domand\w+|istanz\w+|rigett\w+|respin\w+"
    r"|revoc\w+|annull\w+|sospes\w+|sospen\w+|cess\w+|potr\w+|eventual\w+|secondo|sostien\w+|era|aveva|ricorrent\w+|attric\w+"
    r"|preced\w+|altr[oa])\b",
    re.IGNORECASE,
)
_REACH = 400


def widened(
    plain: str, start: int, names: Sequence[Candidate], targets: Sequence[Target]
) -> list[Candidate]:
    """Return the names that an order says to be meant whole where it lists pages of them.

    Args:
        plain: the text.
        start: where the operative part begins.
        names: those of the operative part.
        targets: what was read of it.
    """
    pages = {t.text.partition("/")[0] for t in targets if t.kind is TargetKind.URL}
    found = []
    for name in names:
        if name.host not in pages or "/" in name.text:
            continue
        before = plain[max(start, name.start - _REACH) : name.start]
        said = _SENTENCE_START.split(before)[-1]
        after = _SENTENCE_START.split(plain[name.end : name.end + _REACH])[0]
        if _WIDENS.search(said) and not (_UNFIT.search(said) or condition(said, after)):
            found.append(name)
    return found
