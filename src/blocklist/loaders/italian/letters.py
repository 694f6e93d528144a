"""LETTERS: whether an authority writes to those who give access, rather than to the press."""

from __future__ import annotations

import re

from .deferredpattern import deferred

_ADDRESSED = deferred(
    r"^[^\w\n]*(?:e\s+)?(?:(?:Ai|Agli|Alle|A)\s+(?:tutt[ie]\s+(?:i|gli|le)\s+)?(?:spett\.?(?:li|le)\s+)?|All[a']\s?)"
    r"(?:fornitor|prestator|provider|operator|gestor|societ|soggetti\s+in\s+indirizzo|internet\s+service|isp\b)"
    r"|^[^\w\n]*Spett\.?(?:\s?(?:li|le)\b|abil[ei]\b)"
    r"|^[^\w\n]*(?:Gentil[ei]|Egregi[oa]?)\s+(?:fornitor|prestator|provider|operator|gestor)"
    # The recipients of a mail.
    r"|^[^\w\n]*(?:A|To)[ \t]*:[^\n]{0,40}?\b(?:fornitor|prestator|provider|operator|gestor|isp\b)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 2500


def is_letter(plain: str) -> bool:
    """Whether a line of its head addresses providers: *Ai fornitori di connettività*."""
    return _ADDRESSED.search(plain[:_HEAD]) is not None
