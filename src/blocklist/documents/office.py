"""OFFICE: the text of DOCX, ODT and XLSX, which are ZIP archives of XML.

Read as a stream by ``markup``: a library for one of them would build the whole document in memory
to give its text, and none reads text boxes, notes and deleted text as a reader sees them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ..errors import OrderSyntaxError
from .document import Document
from .limits import opening
from .markup import Walker, walk_xml
from .sheet import sheet_text
from .textbuilder import TextBuilder

Members = Callable[[str], bytes | None]
"""Gives the octets of a member by its name, or None."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ODF = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _OFFICE = _ODF + "text:1.0}", _ODF + "table:1.0}", _ODF + "office:1.0}"
_MAIN = re.compile(
    rb"<Override\b(?=[^>]{0,400}ContentType=[\"'](?:application/vnd\.)(?:openxmlformats-"
    rb"officedocument\.|ms-)(word|excel|powerpoint|wordprocessingml|spreadsheetml|"
    rb"presentationml)\.[^\"']{0,40}\.main\+xml)[^>]{0,400}PartName=[\"']/?([^\"']{1,200})",
)
_MAX_MARGINS = 300  # headers and footers: six of a section, of which an order has a few
_MAX_MARGIN = 8 << 20  # octets of XML in all of them
_SAY = "; save it as {} and load that"


def is_office(names: frozenset[str]) -> bool:
    """Whether an archive with members of these names is one document."""
    return "[Content_Types].xml" in names or {"mimetype", "content.xml"} <= names


def open_office(document: Document, names: frozenset[str], member: Members) -> Document:
    """Return the document with its text.

    Args:
        document: the archive.
        names: those of its members.
        member: gives one of them.

    Raises:
        OrderSyntaxError: it is of another kind, damaged, or lxml is missing.
    """
    with opening("an Office document", document.path):
        if "[Content_Types].xml" not in names:
            kind = (member("mimetype") or b"").decode("latin-1").strip()
            if not kind.startswith("application/vnd.oasis.opendocument.text"):
                raise OrderSyntaxError(
                    "an OpenDocument file that is not a text" + _SAY.format("ODT or CSV"),
                    path=document.path,
                )
            return replace(document, kind="odt", rendered=_odt_text(member))
        main = _MAIN.search(member("[Content_Types].xml") or b"")
        kind = main[1].decode() if main else ""
        if main is None or kind.startswith("p"):
            raise OrderSyntaxError(
                "an Office file that is neither text nor table" + _SAY.format("DOCX or PDF"),
                path=document.path,
            )
        if kind in ("excel", "spreadsheetml"):
            return replace(document, rendered=sheet_text(main[2].decode(), member))
        text = _docx_text(main[2].decode(), names, member, document.path)
        return replace(document, kind="docx", rendered=text)


def _docx_text(main: str, names: frozenset[str], member: Members, path: str) -> str:
    """Return the heads of the pages once, the text, the notes, and the feet of the pages once."""
    folder = main.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""

    def parts(word: str) -> list[str]:
        pattern = re.compile(re.escape(prefix + word) + r"\d{0,3}\.xml")
        return sorted(name for name in names if pattern.fullmatch(name))

    def read(part: str) -> str:
        walker = _Word()
        walk_xml(member(part) or b"", walker)
        return walker.flow.finish()

    margins = [*parts("header"), *parts("footer")]
    if (
        len(margins) > _MAX_MARGINS
        or sum(len(member(part) or b"") for part in margins) > _MAX_MARGIN
    ):
        raise OrderSyntaxError(
            "an Office document with more headers and footers than any order has"
            + _SAY.format("PDF or text"),
            path=path,
        )
    heads = dict.fromkeys(filter(str.strip, map(read, parts("header"))))
    notes = list(filter(str.strip, map(read, (*parts("footnotes"), *parts("endnotes")))))
    feet = dict.fromkeys(filter(str.strip, map(read, parts("footer"))))
    return "\n".join([*heads, read(main), *notes, *(foot for foot in feet if foot not in heads)])


def _odt_text(member: Members) -> str:
    walker = _OpenText()
    walk_xml(member("content.xml") or b"", walker)
    return "\n".join([walker.flow.finish(), *walker.notes])


class _Word(Walker):
    """Writes what is seen of WordprocessingML: not what was deleted, moved away or hidden."""

    _SKIPPED = frozenset({"del", "moveFrom", "instrText", "delText", "tblGrid"})

    def __init__(self) -> None:
        self.flow = TextBuilder()
        self._skipped = 0  # elements that are open inside a skipped one, itself included
        self._text = self._hidden = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.removeprefix(_W if tag.startswith(_W) else _W_STRICT)
        # The fallback says in old words what the choice before it said.
        if self._skipped or name in self._SKIPPED or tag == _MC + "Fallback":
            self._skipped += 1
        elif name in ("p", "txbxContent"):
            self.flow.block()
        elif name == "t":
            self._text = not self._hidden
        elif name == "r":
            self._hidden = False
        elif name == "vanish":
            value = attributes.get(_W + "val", attributes.get(_W_STRICT + "val", "true"))
            self._hidden = value not in ("0", "false", "off")
        elif name == "tr":
            self.flow.begin_row()
        elif name == "tc":
            self.flow.begin_cell()
        elif name in ("br", "cr"):
            self.flow.end_line()
        elif name in ("tab", "ptab") and not attributes.get(_W + "pos"):
            self.flow.text("\t")
        elif name == "noBreakHyphen":
            self.flow.text("-")

    def end(self, tag: str) -> None:
        name = tag.removeprefix(_W if tag.startswith(_W) else _W_STRICT)
        if self._skipped:
            self._skipped -= 1
        elif name == "t":
            self._text = False
        elif name == "p":
            self.flow.end_line()
        elif name == "r":
            self._hidden = False
        elif name == "tc":
            self.flow.end_cell()
        elif name == "tr":
            self.flow.end_row()

    def data(self, text: str) -> None:
        if self._text and not self._skipped:
            self.flow.text(text)


class _OpenText(Walker):
    """Writes what is seen of OpenDocument text; notes are kept apart."""

    _SKIPPED = frozenset({
        _TEXT + "tracked-changes", _OFFICE + "annotation", _TEXT + "note-citation",
        _TEXT + "sequence-decls", _OFFICE + "automatic-styles", _OFFICE + "font-face-decls",
    })  # fmt: skip

    def __init__(self) -> None:
        self.flow = TextBuilder()
        self.notes: list[str] = []
        self._body: TextBuilder | None = None  # the document's, while a note is written
        self._skipped = 0
        self._paragraphs = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._skipped or tag in self._SKIPPED:
            self._skipped += 1
        elif tag in (_TEXT + "p", _TEXT + "h"):
            self.flow.block()
            self._paragraphs += 1
        elif tag == _TEXT + "note-body" and self._body is None:
            self._body, self.flow = self.flow, TextBuilder()
        elif tag == _TABLE + "table-row":
            self.flow.begin_row()
        elif tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self.flow.begin_cell()
        elif tag == _TEXT + "line-break":
            self.flow.end_line()
        elif tag == _TEXT + "tab":
            self.flow.text("\t")
        elif tag == _TEXT + "s":
            count = attributes.get(_TEXT + "c", "1")
            self.flow.text(" " * min(int(count) if count.isdecimal() else 1, 100))

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif tag in (_TEXT + "p", _TEXT + "h"):
            self._paragraphs -= 1
            self.flow.end_line()
        elif tag == _TEXT + "note-body" and self._body is not None:
            self.notes.append(self.flow.finish())
            self.flow, self._body = self._body, None
        elif tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self.flow.end_cell()
        elif tag == _TABLE + "table-row":
            self.flow.end_row()

    def data(self, text: str) -> None:
        if self._paragraphs and not self._skipped:
            self.flow.text(text, collapse=True)
