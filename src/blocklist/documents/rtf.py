"""RTF: the text of a Rich Text document, read by a process of its own.

Its library takes cubic time for links that are made to be slow; a time limit needs a process.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from typing import Any

from ..errors import OrderSyntaxError, missing_extra
from .document import Document
from .sandbox import ChildError, limit_self, run_child
from .textbuilder import TextBuilder

_MAX_OCTETS = 32 << 20
SECONDS = 60
"""How long a document may take to read."""
_WHAT = "an RTF document"


def open_rtf(document: Document) -> Document:
    """Return the document with its text; cells of a table have a TAB between them.

    Raises:
        OrderSyntaxError: it is damaged or too large, or striprtf is missing.
    """
    # Pictures are most of a large one.
    if len(document.data) > _MAX_OCTETS:
        raise OrderSyntaxError(
            f"{_WHAT} of more than {_MAX_OCTETS:,} octets; save it as DOCX or text",
            path=document.path,
        )
    try:
        answer = run_child("rtf", document.data, SECONDS)
    except ChildError as error:
        raise OrderSyntaxError(f"{_WHAT} {error}", path=document.path) from error
    if fault := answer.get("fault"):
        raise OrderSyntaxError(f"{_WHAT}{fault}", path=document.path)
    return replace(document, kind="rtf", rendered=answer["text"])


def main(options: dict[str, Any]) -> None:
    """Read an RTF document from the standard input, and write its text in JSON; in the child."""
    limit_self(options["seconds"], options["memory"])
    octets = sys.stdin.buffer.read().decode("latin-1")
    answer: dict[str, str]
    try:
        answer = {"text": _text(octets)}
    except ImportError:
        answer = {"fault": f"; {missing_extra('reading it', 'documents')}"}
    except Exception as error:  # noqa: BLE001 - hostile octets; the message says which
        reason = f"{type(error).__name__}: {str(error)[:200]}"
        answer = {"fault": f" that is damaged ({reason}); save it again, or as DOCX or text"}
    json.dump(answer, sys.stdout)


def _text(octets: str) -> str:
    from striprtf.striprtf import rtf_to_text

    # Without this the library writes "|" for a cell, which is also a letter of the text.
    tabbed = re.sub(r"\\(?:nest)?cell(?![a-z])", r"\\tab", octets)
    text: str = rtf_to_text(tabbed, errors="replace")  # type: ignore[no-untyped-call]
    flow = TextBuilder()
    flow.preformatted(text.encode("utf-8", "replace").decode("utf-8"))
    return flow.finish()
