"""HTML: the text of a page that a reader sees, block by block and row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..errors import OrderSyntaxError
from .document import Document
from .limits import opening
from .markup import Walker, walk_html
from .textbuilder import TextBuilder

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096
_MAX_OCTETS = 32 << 20
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "object", "iframe", "svg"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col", "area", "base"})
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "ul",
})  # fmt: skip
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def open_html(document: Document) -> Document:
    """Return the page with its text.

    Raises:
        OrderSyntaxError: the octets are not text or too many, or lxml is missing.
    """
    if len(document.data) > _MAX_OCTETS:
        raise OrderSyntaxError(
            f"an HTML page of more than {_MAX_OCTETS:,} octets; save it as text", path=document.path
        )
    text = _decoded(document)
    page = _Page()
    with opening("an HTML page", document.path):
        walk_html(text, page)
        return replace(document, kind="html", rendered=page.flow.finish())


def _decoded(document: Document) -> str:
    """Decode by mark, by the caller's word, by the page's own, or as UTF-8, in this sequence."""
    if document.rendered is not None:
        return document.rendered
    octets = document.data
    marked = octets.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\0" in octets[:64]
    if marked or document.encoding:
        return document.text
    meta = _META.search(octets[:_HEAD])
    for encoding in (meta[1].decode("ascii", "replace") if meta else "utf-8", "utf-8"):
        try:
            # What declares UTF-16 in ASCII letters is not in UTF-16.
            if not encoding.lower().startswith("utf-16"):
                return octets.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return octets.decode("windows-1252", "replace")  # as every browser does


class _Page(Walker):
    """Writes what is seen of a page."""

    def __init__(self) -> None:
        self.flow = TextBuilder()
        self._open = 0  # elements that are open inside an unseen one, itself included
        self._kept = 0  # depth of <pre>

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _VOID:
            if not self._open and tag in ("br", "hr"):
                self.flow.end_line()
            return
        hidden = "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", ""))
        if self._open or tag in _UNSEEN or (hidden and tag not in ("body", "html")):
            self._open += 1
        elif tag == "tr":
            self.flow.begin_row()
        elif tag in ("td", "th"):
            self.flow.begin_cell()
        elif tag in _BLOCKS:
            self.flow.block()
            self._kept += tag == "pre"

    def end(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._open:
            self._open -= 1
        elif tag == "tr":
            self.flow.end_row()
        elif tag in ("td", "th"):
            self.flow.end_cell()
        elif tag in _BLOCKS:
            self.flow.block()
            self._kept -= tag == "pre"

    def data(self, text: str) -> None:
        if self._open:
            return
        if self._kept > 0:
            self.flow.preformatted(text)
        else:
            self.flow.text(text, collapse=True)
