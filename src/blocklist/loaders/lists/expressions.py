r"""EXPRESSIONS: regular expressions that mean a name or a pattern, and nothing more.

``(\.|^)example\.com$`` is a name with all below it, ``^ads\.`` is ``ads.*``. What no target
means exactly is not read at all: a target that is nearly the same would block other names.
"""

from __future__ import annotations

import re

from ...model.targets import TargetKind

Meaning = tuple[TargetKind, str]
REFUSAL = (
    r"a regular expression that is neither a name nor a pattern with * (a dot is \. and any run of "
    "characters is .*); write the names it means"
)
"""What to say of one that no target means."""

# (^|\.) or ^(.+\.)?, with or without ?: in the group: the beginning of a label.
_LABEL = re.compile(r"\((?:\?:)?(?:\^\|\\\.|\\\.\|\^)\)|\^\((?:\?:)?\.[*+]\\\.\)\?")
# Any label or more, and a dot; without ^ a dot alone says as much.
_BELOW = re.compile(r"(?:\^?\.[*+])?\\\.|\^?\.[*+]\[\.\]|\[\.\]")
_BODY = re.compile(r"(?:[a-z0-9_-]|\\[.-]|\[\.\]|\.\*)*")


def reduce_expression(expression: str) -> list[Meaning] | None:
    r"""Return the targets that match the same names as a regular expression, ``None`` if none do.

    The expression may match anywhere in the name, in lower case, as resolvers search.

    >>> reduce_expression(r"^ads\.")
    [(<TargetKind.PATTERN: 'pattern'>, 'ads.*')]
    """
    text = expression.lower()
    label = _LABEL.match(text)
    below = None if label else _BELOW.match(text)
    head = label or below
    begins = label is None and below is None and text.startswith("^")
    at = head.end() if head else int(begins)
    ends = text.endswith("$") and not text.endswith("\\$")
    body = _literal(text[at : len(text) - ends])
    if body is None or not body.strip("*.-"):
        return None
    if below:
        body = f"*.{body}"
    elif not label and not begins:
        body = f"*{body}"
    body = re.sub(r"\*{2,}", "*", body if ends else f"{body}*")
    if label:
        if "*" not in body:
            return [(TargetKind.SUBTREE, body)]
        if body.startswith("*"):
            return None
        return [(TargetKind.PATTERN, body), (TargetKind.PATTERN, f"*.{body}")]
    if "*" not in body:
        return [(TargetKind.EXACT, f"={body}")]
    if body.startswith("*.") and "*" not in body[2:]:
        return [(TargetKind.BELOW, body)]
    return [(TargetKind.PATTERN, body)]


def _literal(text: str) -> str | None:
    """Return the text that an expression of letters, dots and ``.*`` alone stands for."""
    if not _BODY.fullmatch(text):
        return None
    return text.replace(".*", "*").replace("\\.", ".").replace("[.]", ".").replace("\\-", "-")
