"""SECRECY: which documents are confidential, and what their errors say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..answers.disclosure import conceal
from ..documents import Document
from ..errors import OrderError
from ..model.orders import Order
from ..model.tomltext import says_confidential
from .loader import Loader
from .orderfile import is_order_file
from .sidecars import Stated
from .targetreader import PROSE

_SEE = "name a format (see 'blocklist formats')"
"""The end of a message, which is always the same."""
_MOST_TEXT = 1_000_000
_CHILD_ABUSE = re.compile(
    r"\bC\.?N\.?C\.?P\.?O\b|\bpedo[\s-]{0,2}pornograf|\bmateriale[^.;]{0,40}\babuso\b[^.;]{0,20}\bminori"
    r"|\b14[\s-]{0,2}quater\b[^;]{0,80}\b269\b|\b269\b[^;]{0,80}\b14[\s-]{0,2}quater\b",
    re.IGNORECASE,
)
_OF_CHILD_ABUSE = (
    "the text is about child abuse material, so the order is confidential; if it must not be, "
    "write confidential = false into a sidecar"
)


def is_about_abuse(document: Document) -> bool:
    """Whether a text is about child abuse material."""
    if document.kind not in PROSE:
        return False
    try:
        return _CHILD_ABUSE.search(document.text, 0, _MOST_TEXT) is not None
    except OrderError:  # no text
        return False


def is_delicate(
    document: Document, together: Sequence[Document], stated: Stated, loader: Loader | None
) -> bool:
    """Whether prose, or a text beside a list in one mail, is about child abuse material.

    What the postal police writes under art. 14-quater of law 269/1998 names what nobody may look
    up, as its list does, which the loader of that list keeps secret. What a sidecar states holds.
    """
    if "confidential" in stated.fields:
        return False
    beside = (one for one in together if one.name != document.name)
    is_prose = loader is None or loader.reads >= PROSE
    return (is_prose and is_about_abuse(document)) or any(map(is_about_abuse, beside))


def withheld(orders: list[Order]) -> list[Order]:
    """Return the orders of a delicate document: confidential, each with the reason."""
    return [
        replace(order, confidential=True, warnings=(*order.warnings, _OF_CHILD_ABUSE))
        for order in orders
    ]


def is_secret(document: Document, loader: Loader | None) -> bool:
    """Whether a document is confidential by its format, or as an order file says itself."""
    if getattr(loader, "is_confidential", False):
        return True
    try:
        return is_order_file(document.lines) and says_confidential(document.text)
    except OrderError:  # no text
        return False


def concealed(error: OrderError, *, is_quoting: bool) -> OrderError:
    """Return the error of a confidential document, with none behind it that may quote its text.

    Loaders of confidential formats quote nothing; others (``is_quoting``) know nothing of it.
    """
    reason = error.reason
    if is_quoting:
        begun = reason.removesuffix(_SEE)
        reason = conceal(begun) + reason[len(begun) :]
    alone = type(error).__new__(type(error))
    OrderError.__init__(alone, reason, path=error.path, line=error.line, order_id=error.order_id)
    alone.is_concealed = True
    alone.failures = tuple(concealed(one, is_quoting=is_quoting) for one in error.failures)
    return alone
