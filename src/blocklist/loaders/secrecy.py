"""SECRECY: what the errors of a confidential document say."""

from __future__ import annotations

from ..answers.disclosure import conceal
from ..documents import Document
from ..errors import OrderError
from ..model.tomltext import says_confidential
from .loader import Loader
from .orderfile import is_order_file
from .sidecars import Stated

_SEE = "name a format (see 'blocklist formats')"
"""The end of a message, which is always the same."""


def is_secret(document: Document, stated: Stated, loader: Loader | None) -> bool:
    """Whether a document is confidential, by its format, its sidecar or what it says itself."""
    if stated.fields.get("confidential") or getattr(loader, "is_confidential", False):
        return True
    try:
        return is_order_file(document.lines) and says_confidential(document.text)
    except OrderError:  # no text
        return False


def concealed(error: OrderError, stated: Stated) -> OrderError:
    """Return the error of a confidential document, with none behind it that may quote its text.

    Loaders of confidential formats quote nothing; others do not know what the sidecar says.
    """
    reason = error.reason
    if stated.fields.get("confidential"):
        begun = reason.removesuffix(_SEE)
        reason = conceal(begun) + reason[len(begun) :]
    alone = type(error).__new__(type(error))
    OrderError.__init__(alone, reason, path=error.path, line=error.line, order_id=error.order_id)
    alone.is_concealed = True
    alone.failures = tuple(concealed(one, stated) for one in error.failures)
    return alone
