"""ARTICLES: how an article of a decree begins: *Art. 1*, *Articolo 2 (Inibizione)*."""

from __future__ import annotations

import re

from .deferredpattern import deferred

ARTICLE = (
    r"(?:art(?:icolo|\.)\s*(?:\d{1,2}|un(?:o|ico))(?!\w|[.,]\d)[.):\s–—-]{0,4}"
    r"(?:\([^()\n]{3,80}\)\s*|[–—-]?[ \t]*[^\n.,;:()]{3,60}\n\s*)?)"
)
"""Its number, and its title in brackets or on the rest of its line, as a pattern."""

HEADING = deferred(
    r"(?:(?<=[.;:)]\n)|(?<=\n\n)|(?<=\n[ \t]\n)|(?<=[A-ZÀ-Ü]\n))[ \t]*"
    r"(?:Art(?:icolo|\.)|ARTICOLO|ART\.)\s*\d{1,2}(?:[ \t]*-?"
    r"[ \t]*(?:bis|ter|quater))?"
    r"(?=[ \t]*(?:$|[.):–—(-]|[A-ZÀ-ÜÈ]))",
    re.MULTILINE,
)
"""Where an article begins, rather than a law is cited."""
