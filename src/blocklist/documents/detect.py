"""OPENING: which kind of document octets are, by their first ones, and what opens it."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from ..errors import OrderError, OrderSyntaxError
from .archive import Archive, is_compressed, uncompressed
from .candidatemark import CANDIDATES_REFUSED, is_of_candidates
from .document import Document
from .html import open_html
from .limits import MAX_DEPTH, Budget
from .mail import Attachment, is_mail, read_mail
from .office import is_office, open_office
from .pdf import open_pdf
from .rtf import open_rtf
from .signed import is_signed, signed_content

_PICTURE = "a picture; if it is a scanned page, save it as PDF, and load that with ocr=True"
_PROGRAM = "a program, not a list or an order; check the path"
# What orders arrive in that nothing here opens, by its first octets, and what to do.
_CLOSED = {
    b"\xd0\xcf\x11\xe0": (
        "an old Office document, an Outlook message, or an Office document with a password; save "
        "it as DOCX or PDF, a message as EML"
    ),
    b"x\x9f>\x22": "an Outlook attachment (winmail.dat); save what is in it from Outlook",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it, and load the folder",
    b"Rar!\x1a\x07": "a RAR archive; unpack it, and load the folder",
    b"(\xb5/\xfd": "a zstd file; unpack it first",
    b"\x89blk\r\n\x1a\n": (
        "an image of blocklist, not a source of orders; compile the sources it was made from"
    ),
    b"\x7fELF": _PROGRAM,
    b"MZ": _PROGRAM,
    b"\xcf\xfa\xed\xfe": _PROGRAM,
    b"\xca\xfe\xba\xbe": _PROGRAM,
    b"\0asm": _PROGRAM,
    b"SQLite format 3\0": "a database (SQLite), not a list; export the list as text",
    b"\x89PNG": _PICTURE,
    b"\xff\xd8\xff": _PICTURE,
    b"II*\0": _PICTURE,
    b"MM\0*": _PICTURE,
}
_CLOSED_OCTETS = tuple(_CLOSED)
_COMMENT = re.compile(r"\s*+<!--.*?-->", re.DOTALL)
_DECLARATION = re.compile(r"\s*+<\?xml[^>]*+>", re.IGNORECASE)
_XHTML = re.compile(r"\s*+<(?:!doctype\s+html|html)(?![\w:.-])", re.IGNORECASE)
_HTML = re.compile(
    r"\s*+<(?:!doctype\s+html|html|head|title|body|div|p|table|meta|style|script|font|center|"
    r"h[1-6]|ul|ol|pre|br|span)(?![\w:.-])",
    re.IGNORECASE,
)
_MIME_PART = re.compile(rb"\s*(?:content-[a-z-]{1,40}|mime-version):", re.IGNORECASE)
_HEAD = 4096
_PATIENCE = 30.0
"""Seconds in a container after which its first fault ends the load."""
_BLANK = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"
_LABEL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def open_documents(document: Document, *, ocr: bool = False) -> list[Document]:
    """Return the documents in the octets of one file: itself, or what it contains.

    Args:
        document: with ``data`` as it arrived.
        ocr: recognise the letters of scanned pages, which takes seconds a page.

    Returns:
        In the sequence of the file. Those of a container are named by its name, a stroke, and
        their own; their octets are the inner ones.

    Raises:
        OrderSyntaxError: nothing here opens it, it is damaged, or it passes a limit.
    """
    return _Opening(ocr).open(document, 0)


class _Opening:
    """Opens one file and whatever is in it, within one budget."""

    def __init__(self, ocr: bool) -> None:
        self._ocr = ocr
        self._budget = Budget()

    def open(self, document: Document, depth: int) -> list[Document]:
        data = document.data
        if data.startswith(_CLOSED_OCTETS):
            magic = next(magic for magic in _CLOSED if data.startswith(magic))
            if magic == b"MZ" and b"\0" not in data[:_HEAD]:
                return [_text(document, data[:_HEAD])]  # letters that a list may begin with
            raise OrderSyntaxError(_CLOSED[magic], path=document.path)
        if data[257:262] == b"ustar":
            raise OrderSyntaxError(
                "a tar archive; unpack it, and load the folder", path=document.path
            )
        if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return self._open_zip(document, depth)
        if is_compressed(data):
            name = re.sub(r"\.(?:gz|bz2|xz)\Z", "", _last(document.name), flags=re.IGNORECASE)
            return self._open_inside(document, name, uncompressed(document, self._budget), depth)
        if is_signed(data):
            return self._open_signed(document, depth)
        if is_mail(data):
            return self._open_mail(document, depth)
        head = data[:_HEAD].removeprefix(_MARK).lstrip(_BLANK)
        if head.startswith(b"%PDF-"):
            return [open_pdf(document, ocr=self._ocr)]
        if head.startswith(b"{\\rtf"):
            return [open_rtf(document)]
        return [_text(document, head)]

    def _open_inside(
        self, outer: Document, label: str, data: bytes, depth: int, *, as_mail: bool = False
    ) -> list[Document]:
        """Open a file of a container."""
        label = _clean(label)
        inner = replace(
            outer, name=f"{outer.name}/{label}", path=f"{outer.path}/{label}", data=data
        )
        if depth >= MAX_DEPTH:
            raise OrderSyntaxError(
                f"more than {MAX_DEPTH} archives and mails inside one another; unpack it by hand",
                path=inner.path,
            )
        if as_mail:
            return self._open_mail(inner, depth + 1)
        return self.open(inner, depth + 1)

    def _open_zip(self, document: Document, depth: int) -> list[Document]:
        archive = Archive(document, self._budget)
        if is_office(archive.names):
            return [open_office(document, archive.names, archive.member)]
        files = list(archive.files())
        if not files:
            raise OrderSyntaxError("the archive holds no files", path=document.path)
        found, failures = [], _Failures()
        for name, read in files:
            with failures:
                found += self._open_inside(document, name, read(), depth)
        failures.raise_of(len(files))
        return found

    def _open_signed(self, document: Document, depth: int) -> list[Document]:
        content = signed_content(document.data, document.path)
        label = re.sub(r"\.p7m\Z", "", _last(document.name), flags=re.IGNORECASE)
        warning = f"the signature of {_last(document.name)} was not verified"
        outer = replace(document, warnings=(*document.warnings, warning))
        # An opaque signature of mail (S/MIME) signs a part of a message, with its small header.
        as_mail = _MIME_PART.match(content) is not None
        return self._open_inside(outer, label, content, depth, as_mail=as_mail)

    def _open_mail(self, document: Document, depth: int) -> list[Document]:
        mail = read_mail(document)
        self._budget.spend_members(len(mail.attachments), document.path)
        unread = tuple(f"the picture {label} in the mail was not read" for label in mail.pictures)
        outer = replace(document, received=mail.received, warnings=(*document.warnings, *unread))
        around = "\n\n".join(filter(None, (document.covering, mail.subject)))
        said = mail.words.text if mail.words is not None else ""
        outer = replace(outer, covering=f"{around}\n\n{said}".strip())
        found, failures = [], _Failures()
        for one in mail.attachments:
            with failures:
                found += self._open_attachment(outer, one, depth)
        failures.raise_of(len(mail.attachments))
        if mail.words is not None:
            words = replace(
                mail.words,
                received=outer.received,
                warnings=outer.warnings,
                part="words" if found else "",
                covering=around,
                is_letter=True,
            )
            found.insert(0, words)
        if not found:
            raise OrderSyntaxError(
                "a mail without text and without a file that could be an order",
                path=document.path,
            )
        return found

    def _open_attachment(self, outer: Document, one: Attachment, depth: int) -> list[Document]:
        stated = replace(outer, encoding=outer.encoding or one.encoding)
        inner = self._open_inside(stated, one.label, one.data, depth, as_mail=one.is_mail)
        return [replace(document, part=document.part or "attachment") for document in inner]


class _Failures:
    """Goes on past a file of a container that cannot be opened, for one error to name them all.

    Not for long: thousands of files that each take a minute to fail are no accident.
    """

    def __init__(self) -> None:
        self._errors: list[OrderError] = []
        self._until = time.monotonic() + _PATIENCE

    def __enter__(self) -> None:
        """Begin with one file."""

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        """Keep the error, if that is what it is."""
        if not isinstance(error, OrderSyntaxError) or time.monotonic() > self._until:
            return False
        # Without its frames, which hold what was unpacked until it was too much.
        self._errors += (one.with_traceback(None) for one in error.failures or (error,))
        return True

    def raise_of(self, files: int) -> None:
        """Raise what was kept, of so many files."""
        if self._errors:
            raise self._errors[0] if files == 1 else OrderError.together(self._errors)


def _text(document: Document, head: bytes) -> Document:
    """Return a document that is text as it is, or HTML with its text."""
    if is_of_candidates(head.replace(b"\0", b"").decode("utf-8", "ignore")):
        # Here too: a loader of another package may read the octets, and never the text.
        raise OrderSyntaxError(CANDIDATES_REFUSED, path=document.path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")[2:].lstrip(_BLANK)
    if not head.startswith(b"<"):
        return document
    if _is_html(head.decode("latin-1")):
        return open_html(document)
    return replace(document, kind="xml")


def _is_html(head: str) -> bool:
    """Whether a document that begins so is HTML, and not other XML; comments say nothing."""
    at = _after_comments(head, 0)
    if declared := _DECLARATION.match(head, at):
        return _XHTML.match(head, _after_comments(head, declared.end())) is not None
    return _HTML.match(head, at) is not None


def _after_comments(head: str, at: int) -> int:
    while comment := _COMMENT.match(head, at):
        at = comment.end()
    return at


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _clean(label: str) -> str:
    """Return a name from inside a container as a label: short, printable, leading nowhere."""
    parts = _LABEL.sub(" ", label).replace("\\", "/").split("/")
    kept = "/".join(part for part in parts if part.strip() not in ("", ".", ".."))
    return kept[-200:] or "unnamed"
