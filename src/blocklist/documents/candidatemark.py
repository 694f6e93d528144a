"""CANDIDATE MARK: what begins a list of names that no order lists, so that no loader reads it.

``blocklist aliases`` prints names that look like ordered ones, and keeps a list of those that a
person dismissed. Either would be a good list of names to block for any loader.
"""

from __future__ import annotations

import re

CANDIDATES = "#! blocklist-candidates"
CANDIDATES_MARK = f"{CANDIDATES} 1"
"""The first line of such a list; the number is that of its form."""
CANDIDATES_REFUSED = (
    "a list of candidates of 'blocklist aliases', which no order names; nothing in it is blocked. "
    "Draft an order of those that one covers: blocklist aliases IMAGE --accept NAME --draft FILE"
)

# A list behind another one, in quotes of a table or of a mail, is no list to block either.
_AT_LINE = re.compile(r"(?:\A|[\r\n])[\s\"'>|\ufeff]*#!\s*blocklist-candidates\b")


def is_of_candidates(text: str) -> bool:
    """Whether a text, or a part of it that begins with a line, is such a list."""
    return "blocklist-candidates" in text and _AT_LINE.search(text) is not None
