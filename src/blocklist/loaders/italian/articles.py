"""ARTICLES: how an article of a decree begins: *Art. 1*, *Articolo 2 (Inibizione)*."""

from __future__ import annotations

ARTICLE = (
    r"(?:art(?:icolo|\.)\s*(?:\d{1,2}|un(?:o|ico))(?!\w|[.,]\d)[.):\s–—-]{0,4}"
    r"(?:\([^()\n]{3,80}\)\s*|[–—-]?[ \t]*[^\n.,;:()]{3,60}\n\s*)?)"
)
"""Its number, and its title in brackets or on the rest of its line, as a pattern."""
