"""DOCUMENT: the octets of one source, and its text; what every loader starts from."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ..errors import OrderSyntaxError
from ..model.orders import Source
from .candidatemark import CANDIDATES_REFUSED, is_of_candidates

_LINE_END = re.compile(r"\r\n|\r|\n")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its BOM begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN_WORDS = re.compile(
    rb"(?i)\b(?:della?|delle|degli|dell'|del|gli|che|siti|sito|nome|societ|provvedimento|les|"
    rb"des|der|die|und|los|las|para)\b"
)
_SAMPLE_OCTETS = 65_536


@dataclass(frozen=True)
class Document:
    """One source of orders.

    Attributes:
        name: the file name, or its path below the folder that is loaded; in orders and images.
        path: as the caller gave it, for messages.
        data: the octets.
        encoding: what the caller says it is; ``None`` for UTF-8, or UTF-16 where it shows.
        kind: ``text``, ``html`` or ``xml`` as they are; ``pdf``, ``docx``, ``odt`` or ``rtf``.
        rendered: the text that a converter made of ``data``; ``None`` where ``data`` is text.
        received: when the mail that brought it was delivered (UTC), if it came by mail.
        part: of a mail: ``words`` beside attachments, or ``attachment``; empty otherwise.
        covering: what the mail that brought it says around it: its subject and, for an attachment,
            its own words; those of an outer mail first.
        warnings: what a person should know of the conversion; loaders need not repeat them.
    """

    name: str
    path: str
    data: bytes = field(repr=False)
    encoding: str | None = None
    kind: str = "text"
    rendered: str | None = field(default=None, repr=False)
    received: datetime | None = None
    part: str = ""
    covering: str = field(default="", repr=False)
    warnings: tuple[str, ...] = ()
    cut: bool = False
    """Whether the octets end anywhere, perhaps inside a character."""
    is_letter: bool = False
    """Whether it is what a person wrote in a mail, beside attachments or alone."""
    is_confidential: bool = False
    """Whether a sidecar says so; only drafts ask here."""

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the octets, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def text(self) -> str:
        """The text, without byte order mark.

        Raises:
            OrderSyntaxError: the octets are not text, or not in that encoding; the message says
                which and where. Or it is a list of candidates, which no order names.
        """
        text = self._decoded()
        if is_of_candidates(text):
            raise OrderSyntaxError(CANDIDATES_REFUSED, path=self.path)
        return text

    def _decoded(self) -> str:
        if self.rendered is not None:
            return self.rendered
        octets, encoding = self.data, self.encoding
        for bom, of in _BOMS:
            if octets.startswith(bom):
                octets, encoding = octets[len(bom) :], of  # the mark knows better than the name
                break
        encoding = encoding or _utf16(octets[:_SAMPLE_OCTETS]) or "utf-8"
        try:
            if self.cut:
                return codecs.getincrementaldecoder(encoding)().decode(octets)
            return octets.decode(encoding)
        except UnicodeDecodeError as error:
            raise OrderSyntaxError(
                f"not {encoding} text (octet 0x{octets[error.start]:02x}); name its encoding, "
                f"{_proposed(octets)} (--encoding)",
                path=self.path,
                line=octets.count(b"\n", 0, error.start) + 1,
            ) from error
        except (LookupError, ValueError) as error:
            raise OrderSyntaxError(f"unknown encoding: {encoding}", path=self.path) from error

    @cached_property
    def lines(self) -> list[str]:
        """The text in lines, whichever of CR LF, LF and CR ends each; line 1 is ``lines[0]``."""
        return _LINE_END.split(self.text)

    @cached_property
    def sample(self) -> Document:
        """A document of the first lines, to recognise a format by; cut at a line end."""
        if self.rendered is not None or len(self.data) <= _SAMPLE_OCTETS:
            return self
        head = self.data[:_SAMPLE_OCTETS]
        wide = self.encoding or _utf16(head) or head[:2] in (b"\xff\xfe", b"\xfe\xff")
        end = _SAMPLE_OCTETS if wide else max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
        return replace(self, data=head[: end or _SAMPLE_OCTETS], cut=True)

    def source(self, format: str, line: int = 0) -> Source:  # noqa: A002 - the public word
        """Return where an order of this document was read."""
        return Source(self.name, self.sha256, line, format, self.path)


def _proposed(octets: bytes) -> str:
    """Return the encodings to try: Western for Western languages, else both."""
    said = len(_WESTERN_WORDS.findall(octets[:_SAMPLE_OCTETS]))
    return "such as windows-1252" if said > 1 else "such as windows-1252 or windows-1250"


def _utf16(octets: bytes) -> str | None:
    """Tell UTF-16 without a mark by its NULs: in ASCII text each second octet is one."""
    if len(octets) < 4 or b"\0" not in octets:
        return None
    even, odd = octets[0::2].count(0), octets[1::2].count(0)
    if max(even, odd) < len(octets) // 4 or min(even, odd) > len(octets) // 20:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
