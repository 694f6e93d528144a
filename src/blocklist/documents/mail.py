"""MAIL: a message → its attachments, its own words, and when it was delivered.

Certified mail (PEC) is a message that holds another (``postacert.eml``) and a record of its
delivery (``daticert.xml``); its time is the record's.
"""

from __future__ import annotations

import codecs
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.header import Header, decode_header, make_header
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_to_datetime

from ..errors import OrderSyntaxError
from .document import Document
from .html import open_html
from .limits import opening

_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):(?:[ \t]|\r?\n|\r?\Z)")
_BY_MACHINES = {b"received", b"return-path", b"message-id", b"mime-version", b"delivered-to"}
_BY_PEOPLE = {b"from", b"to", b"subject", b"date", b"content-type"}
_HEAD = 65_536
_MAX_MULTIPARTS = 100
_MAX_BOUNDARIES = 50_000
_MAX_WORK = 50_000_000  # lines, times parts that may be inside one another
_MAX_OCTETS = 128 << 20
_LONGEST_WORDS = 2000
# Python takes quadratic time for the parameters of a header.
_LONG_HEADER = re.compile(
    rb"^content-(?:type|disposition):(?=.{10000})(?:[^\r\n]|\r?\n[ \t]|\r[ \t]){10000}",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_SKIPPED_TYPES = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "application/pgp-keys", "application/ics", "text/calendar", "text/vcard", "text/x-vcard",
    "text/x-amp-html", "text/rfc822-headers", "message/delivery-status",
    "message/disposition-notification",
})  # fmt: skip
_SKIPPED_NAMES = re.compile(r"(?:smime\.p7s|daticert\.xml|.*\.(?:ics|vcf|p7s|asc))", re.IGNORECASE)
# What Python calls an encoding, and no mail is in; the first takes quadratic time.
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape"})
_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
# What the register of an Italian office adds to each message: who sent it, not what it says.
_REGISTER = re.compile(rb"\s*(?:<[?!][^>]*>\s*){0,9}<(?:\w+:)?Segnatura\w*[\s>]")
_DELIVERED = re.compile(
    rb"<data\s+zona=[\"']([+-]\d{4})[\"']\s*>\s*<giorno>\s*(\d\d?)/(\d\d?)/(\d{4})\s*</giorno>"
    rb"\s*<ora>\s*(\d\d?):(\d\d):(\d\d)\s*</ora>"
)


class _AsWritten(Compat32):
    """Writes the header of an inner message as it was, rather than fold it anew, for minutes."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")


_POLICY = _AsWritten(mangle_from_=False)


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message: its label, its octets, and the encoding stated for it."""

    label: str
    data: bytes
    encoding: str | None = None
    is_mail: bool = False


@dataclass
class Mail:
    """One message.

    Attributes:
        subject: its subject, decoded, in one line.
        attachments: what came with it, without pictures, signatures and records of delivery.
        words: what it says itself, if anything.
        received: when it was delivered, in UTC.
        pictures: the labels of pictures that were attached, which nothing here reads.
    """

    subject: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    words: Document | None = None
    received: datetime | None = None
    pictures: list[str] = field(default_factory=list)


def is_mail(octets: bytes) -> bool:
    """Whether the octets begin with the header of a message, as mail programs save one.

    Strict: every line down to the first empty one is of a header; among the fields are one that
    only machines write and two of the others.
    """
    head = octets[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if not _FIELD.match(head):
        return False
    names = set()
    lines = head.split(b"\n")
    for line in lines if len(octets) <= _HEAD else lines[:-1]:
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        found = _FIELD.match(line)
        if not found:
            return False
        names.add(found[1].lower())
    return bool(names & _BY_MACHINES) and len(names & _BY_PEOPLE) >= 2


def read_mail(document: Document) -> Mail:
    """Read a message.

    Raises:
        OrderSyntaxError: it is encrypted, damaged, or made to take hours.
    """
    data = document.data
    if len(data) > _MAX_OCTETS:
        raise OrderSyntaxError(
            f"a mail of more than {_MAX_OCTETS:,} octets; save its attachments, and load those",
            path=document.path,
        )
    multiparts = data.lower().count(b"multipart/")
    if (
        _LONG_HEADER.search(data)
        or multiparts > _MAX_MULTIPARTS
        or (multiparts and data.count(b"\n--") > _MAX_BOUNDARIES)
        or data.count(b"\n") * (1 + multiparts) > _MAX_WORK
    ):
        raise OrderSyntaxError(
            "a mail of too many parts or too long headers; save its attachments, and load those",
            path=document.path,
        )
    with opening("a mail", document.path):
        message = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=_POLICY)
        mail = Mail(_decoded(message.get("Subject", "")), received=document.received)
        words = _read_part(message, mail, document)
        mail.received = mail.received or _delivered(message)
        mail.words = _words(document, words)
        return mail


def _words(document: Document, words: list[Document]) -> Document | None:
    text = "\n".join(part.text for part in words)
    if not text.strip():
        return None
    kind = "html" if all(part.kind == "html" for part in words) else "text"
    return replace(document, kind=kind, rendered=text, encoding=None)


def _read_part(part: Message, mail: Mail, document: Document) -> list[Document]:
    """Return the words in a part; put its attachments, pictures and date where they belong."""
    if part.get_content_type() == "multipart/encrypted":
        raise OrderSyntaxError(
            "an encrypted mail: decrypt it in the mail program, and save it again",
            path=document.path,
        )
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        children = [_read_part(child, mail, document) for child in _children(part)]
        if part.get_content_type() != "multipart/alternative":
            return [word for words in children for word in words]
        written = [words for words in children if any(word.text.strip() for word in words)]
        plain = (words for words in written if all(word.kind == "text" for word in words))
        return next(plain, written[-1] if written else [])
    label, data, is_inner_mail = _label(part), _octets(part), _is_inner_mail(part)
    if label.lower() == "daticert.xml":
        mail.received = mail.received or _certified(data)
    if part.get_content_type() in _SKIPPED_TYPES or _SKIPPED_NAMES.fullmatch(label):
        return []
    attached = bool(label) or part.get_content_disposition() == "attachment"
    if part.get_content_maintype() in ("image", "audio", "video") or data.startswith(_PICTURE):
        if attached and "Content-ID" not in part:
            mail.pictures.append(label or "picture")
        return []
    if is_inner_mail or attached or part.get_content_maintype() != "text":
        if data.strip() and not _REGISTER.match(data):
            name = label or ("message.eml" if is_inner_mail else "attachment")
            mail.attachments.append(Attachment(name, data, _charset(part), is_inner_mail))
        return []
    word = replace(
        document, data=data, encoding=_charset(part) or ("utf-8" if _is_utf8(data) else "cp1252")
    )
    if part.get_content_type() == "text/html":
        return [open_html(word)]
    return [replace(word, rendered=data.decode(word.encoding or "utf-8", "replace"))]


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _is_inner_mail(part: Message) -> bool:
    return part.get_content_type() in ("message/rfc822", "message/global")


def _octets(part: Message) -> bytes:
    """Return the octets of a part; of a message inside, as it was written."""
    inner = next(_children(part), None)
    if inner is None:
        data = part.get_payload(decode=True)
        return data if isinstance(data, bytes) else b""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        # Not allowed for messages, and done: what was parsed as a message is its base64.
        inner["Content-Transfer-Encoding"] = "base64"
        data = inner.get_payload(decode=True)
        return data if isinstance(data, bytes) else b""
    return inner.as_bytes(policy=_POLICY)


def _label(part: Message) -> str:
    """Return the file name that a part states, decoded; it is only a label."""
    try:
        return _decoded(part.get_filename(""), "attachment")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "attachment"


def _decoded(text: str | Header, otherwise: str = "") -> str:
    """Return the words of a header in one line; ``otherwise`` if its encoding is damaged."""
    try:
        return " ".join(str(make_header(decode_header(text))).split())[:_LONGEST_WORDS]
    except (ValueError, LookupError, TypeError, AttributeError):
        return otherwise


def _charset(part: Message) -> str | None:
    """Return the encoding that a part of text states, if Python knows it and it says anything."""
    if part.get_content_maintype() != "text":
        return None
    stated = str(part.get_param("charset", "") or "").strip("\"' ").lower()
    if stated in ("", "utf-8", "utf8", "us-ascii", "ascii"):
        return None
    try:
        b"a".decode(stated, "replace")
        known = codecs.lookup(stated).name
    except (LookupError, ValueError):
        return None
    return None if known in _NO_CHARSETS else stated


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _certified(record: bytes) -> datetime | None:
    """Return the time that a record of certified mail states."""
    found = _DELIVERED.search(record)
    if not found:
        return None
    zone, day, month, year, hour, minute, second = (part.decode() for part in found.groups())
    text = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{minute}:{second}{zone}"
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _delivered(message: Message) -> datetime | None:
    """Return when the last server took the message in, else when it was written."""
    received = str(message.get("Received", "")).rpartition(";")[2]
    for text in (received, str(message.get("Date", ""))):
        try:
            date = parsedate_to_datetime(text.strip()[:100])
            return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
