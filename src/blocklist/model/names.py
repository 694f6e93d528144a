r"""NORMALISE: two doors to a name, one law between them.

``canonical_name`` is strict and judges what an order says; ``query_name`` is total and maps what a
client asks. The law: whatever ``canonical_name`` accepts, ``query_name`` maps to the same key.

A key is the name in lower-case ASCII, labels joined with dots, no final dot. Octets that are not
graphic ASCII, and dots and backslashes inside a label, are written ``\DDD`` (RFC 4343 §2.1), so a
dot in a key is always a label boundary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import InvalidNameError
from .namefaults import fault_offset
from .uts46 import IDNA_DOTS, drop_ignored, map_label

MAX_NAME_OCTETS = 253
MAX_LABEL_OCTETS = 63
# Text may be longer than the name: by escapes, and where code points are composed into one.
_MAX_TEXT = 2000

_LABEL = f"[a-z0-9_-]{{1,{MAX_LABEL_OCTETS}}}"
_LDH = re.compile(rf"(?=.{{1,{MAX_NAME_OCTETS}}}\Z){_LABEL}(?:\.{_LABEL})*")
CANONICAL_NAME = re.compile(
    rf"(?=.{{3,{MAX_NAME_OCTETS}}}\Z)(?:{_LABEL}\.)+[a-z][a-z0-9_-]{{0,{MAX_LABEL_OCTETS - 1}}}"
)
"""A name of two labels or more that is its own canonical name, if it holds no ``xn--``: as most
lines of most lists are. No IPv4 address matches."""
PLAIN_NAME = re.compile(
    rf"(?=.{{1,{MAX_NAME_OCTETS}}}\.?\Z)(?:[A-Za-z0-9_-]{{1,{MAX_LABEL_OCTETS}}}\.)*"
    rf"[A-Za-z_-][A-Za-z0-9_-]{{0,{MAX_LABEL_OCTETS - 1}}}\.?"
)
"""Text that can be nothing but a name, whatever is understood beside: no address, URL or escape."""
_LDH_LABEL = re.compile(r"[a-z0-9_-]*")
_A_LABEL = re.compile(r"(?:\A|(?<=[.\u3002\uff0e\uff61]))xn--")
_NO_A_LABEL = "xn__"  # as long, and asked nothing
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_GRAPHIC_LABEL = rf"[!-\-/-\[\]-~]{{1,{MAX_LABEL_OCTETS}}}"
GRAPHIC_NAME = re.compile(rf"{_GRAPHIC_LABEL}(?:\.{_GRAPHIC_LABEL})*")
"""Labels of graphic ASCII without escapes: such a name needs no more than lower case."""
_ESCAPE = re.compile(r"\\(?:([0-9]{3})|([^0-9]))|(\\)", re.DOTALL)
_TO_KEY = {i: f"\\{i:03d}" for i in range(256) if not 33 <= i <= 126 or i in b".\\"}
# The four code points that UTS 46 once mapped and now keeps: a U-label that holds one has two
# A-label forms in the field.
_DEVIATIONS = str.maketrans({"ß": "ss", "ς": "σ", "\u200c": "", "\u200d": ""})
_TWO_FORMS = frozenset("ßẞς\u200c\u200d")  # ẞ is mapped to ß


def canonical_name(text: str) -> str:
    """Return the one spelling under which an order's name is stored; strict.

    Lower case, one final dot removed, U-labels as A-labels (UTS 46 non-transitional, and for each
    label by itself the bidi and joiner rules of IDNA 2008), letters, digits, hyphen and underscore
    only, labels of 1 to 63 octets, at most 253 octets in all.

    Surprises: hyphens may begin or end a label and symbols such as ``⇔`` pass, since such names
    are registered and resolve, though IDNA 2008 would not register them today. ``www.`` is kept. A
    single label passes: whether a TLD may be blocked is for the guards.

    Raises:
        InvalidNameError: with the reason and the position in ``text``.
        TypeError: if ``text`` is not a ``str``.
    """
    if not isinstance(text, str):
        raise TypeError(f"name must be str, not {type(text).__name__}")
    pieces = None if text.isascii() else _ascii_pieces(text)
    name = text.lower() if pieces is None else ".".join(label for _, label, _ in pieces)
    name = name.removesuffix(".")
    last = name[name.rfind(".") + 1 :]
    if not _LDH.fullmatch(name) or "xn--" in name or _NUMBER.fullmatch(last):
        _judge(text, name, pieces or _located(name))
    return name


def unencoded_name(text: str) -> str:
    """Return the key of a name with ``xn--`` labels that no U-label encodes to: they exist, too.

    Raises:
        InvalidNameError: something else is wrong with it as well.
    """
    if _NO_A_LABEL in (lower := text.lower()):
        return canonical_name(text)
    return canonical_name(_A_LABEL.sub(_NO_A_LABEL, lower)).replace(_NO_A_LABEL, "xn--")


def alternate_name(text: str) -> str | None:
    """Return the second canonical form of a name written with ß, ς or a joiner, else ``None``.

    Browsers once mapped ``faß.de`` to ``fass.de`` (IDNA 2003) and now to ``xn--fa-hia.de``; an
    order that writes the U-label means the site that users reach with either.
    """
    if _TWO_FORMS.isdisjoint(text):
        return None
    try:
        folded = ".".join(map_label(label) for label in text.translate(IDNA_DOTS).split("."))
        alternate = canonical_name(folded.translate(_DEVIATIONS))
        return alternate if alternate != canonical_name(text) else None
    except InvalidNameError:
        return None


def query_name(name: str | bytes) -> str | None:
    r"""Return the key of a name that a client asks for, or ``None`` if it is not a name; total.

    Args:
        name: ``str`` is text as resolvers print it: any case, at most one final dot, RFC 1035
            escapes (``\.``, ``\DDD``), U-labels or A-labels. ``bytes`` is uncompressed DNS wire
            format, with its root label. The root itself gives ``""``.

    Never raises for any ``str`` or ``bytes``. ASCII labels are only folded: IDNA never judges
    ``_dmarc.x.it`` or ``r3---sn.x.com``. A non-ASCII label goes through UTS 46; one that UTS 46
    refuses counts as its UTF-8 octets, as it would on the wire.

    Raises:
        TypeError: if ``name`` is neither ``str`` nor ``bytes``.
    """
    if isinstance(name, bytes):
        labels = _wire_labels(name)
        return None if labels is None else _key(labels)
    if not isinstance(name, str):
        raise TypeError(f"name must be str or bytes, not {type(name).__name__}")
    text = name.removesuffix(".")
    if text.isascii() and len(text) <= MAX_NAME_OCTETS and GRAPHIC_NAME.fullmatch(text):
        return text.lower()
    return _query_slow(name)


def superdomains(name: str) -> Iterator[str]:
    """Yield the names above a key, the nearest first; neither itself nor the root.

    >>> list(superdomains("a.example.com"))
    ['example.com', 'com']
    """
    while name := name.partition(".")[2]:
        yield name


def label_starts(name: str) -> Iterator[int]:
    """Yield where the labels of a key begin, the whole key first.

    >>> list(label_starts("a.example.com"))
    [0, 2, 10]
    """
    yield 0
    at = 0
    while at := name.find(".", at) + 1:
        yield at


def _query_slow(name: str) -> str | None:
    """Do ``query_name`` for text with escapes, octets that are not graphic, or other scripts."""
    if name == ".":
        return ""
    if len(name) > _MAX_TEXT and len(name := drop_ignored(name)) > _MAX_TEXT:
        return None
    labels: list[bytes] = []
    for text in _split(name.translate(IDNA_DOTS)):
        if text.isascii():
            octets = _unescape(text)
            if octets is None:
                return None
            labels.append(octets)
            continue
        try:
            mapped = map_label(text)
            labels.extend(_a_label(part).encode("ascii") for part in mapped.split("."))
        except InvalidNameError:
            labels.append(text.encode("utf-8", "surrogatepass"))
    if labels and not labels[-1]:
        labels.pop()
    return _key(labels) if labels else None


def _split(text: str) -> list[str]:
    """Split at the dots that no backslash escapes."""
    if "\\" not in text:
        return text.split(".")
    labels, start, i = [], 0, 0
    while i < len(text):
        if text[i] == "\\":
            i += 1
        elif text[i] == ".":
            labels.append(text[start:i])
            start = i + 1
        i += 1
    labels.append(text[start:])
    return labels


def _unescape(label: str) -> bytes | None:
    if "\\" not in label:
        return label.encode("ascii")
    octets, end = bytearray(), 0
    for escape in _ESCAPE.finditer(label):
        octets += label[end : escape.start()].encode("ascii")
        end = escape.end()
        decimal, character, lone = escape.groups()
        if lone or (decimal and int(decimal) > 255):
            return None
        octets += bytes([int(decimal)]) if decimal else character.encode("ascii")
    return bytes(octets + label[end:].encode("ascii"))


def _wire_labels(wire: bytes) -> list[bytes] | None:
    labels: list[bytes] = []
    at = 0
    # A name is at most 255 octets: the bound keeps the loop short whatever the input.
    while at < len(wire) <= MAX_NAME_OCTETS + 2:
        length = wire[at]
        if length == 0:
            return labels if at + 1 == len(wire) else None
        if length > MAX_LABEL_OCTETS:
            return None
        labels.append(wire[at + 1 : at + 1 + length])
        at += 1 + length
    return None


def _key(labels: list[bytes]) -> str | None:
    """Join the labels, or ``None`` where one is empty or too long or the name is."""
    if sum(map(len, labels)) + len(labels) > MAX_NAME_OCTETS + 1:
        return None
    if not all(1 <= len(label) <= MAX_LABEL_OCTETS for label in labels):
        return None
    return ".".join(label.lower().decode("latin-1").translate(_TO_KEY) for label in labels)


def _a_label(label: str) -> str:
    if label.isascii():
        return label
    # An A-label is longer than its U-label, so longer text cannot fit; and the
    # codec's time grows with the square of its input.
    if len(label) > MAX_LABEL_OCTETS:
        raise InvalidNameError(
            label, f"label is longer than {MAX_LABEL_OCTETS} octets", label=label
        )
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError as error:
        raise InvalidNameError(
            label, "label holds half of a surrogate pair", label=label
        ) from error


Piece = tuple[int, str, bool]
"""Where a label stands in the text, its ASCII form, and whether it was ASCII there."""


def _located(name: str) -> list[Piece]:
    position, pieces = 0, []
    for label in name.split("."):
        pieces.append((position, label, True))
        position += len(label) + 1
    return pieces


def _ascii_pieces(text: str) -> list[Piece]:
    """Turn U-labels into A-labels and check each; ASCII labels are only folded."""
    if len(text) > _MAX_TEXT:  # no order writes so
        raise InvalidNameError(text, f"longer than {_MAX_TEXT} code points")
    pieces: list[Piece] = []
    for position, label, _ in _located(text.translate(IDNA_DOTS)):
        if label.isascii():
            pieces.append((position, label.lower(), True))
            continue
        try:
            for part in map_label(label).split("."):
                if not part.isascii():
                    _check_u_label(part)
                pieces.append((position, _a_label(part), False))
        except InvalidNameError as error:
            at = position + fault_offset(error.reason, label)
            raise InvalidNameError(text, error.reason, label=label, position=at) from error
    return pieces


def _check_u_label(label: str) -> None:
    """Apply the validity criteria of UTS 46 §4.1 that need more than the mapping."""
    import idna

    if label.startswith("xn--"):
        raise InvalidNameError(label, "an A-label holds only ASCII", label=label)
    try:
        idna.check_initial_combiner(label)
        idna.check_bidi(label)
        for i, character in enumerate(label):
            if character in "\u200c\u200d" and not idna.valid_contextj(label, i):
                raise InvalidNameError(label, f"misplaced joiner at {i}", label=label)
    except (idna.IDNAError, ValueError) as error:
        if isinstance(error, InvalidNameError):
            raise
        raise InvalidNameError(label, str(error), label=label) from error


def _check_a_label(label: str) -> None:
    """Refuse an ``xn--`` label that no U-label encodes to."""
    try:
        u_label = label[4:].encode("ascii").decode("punycode")
    except UnicodeError as error:
        raise InvalidNameError(label, "invalid A-label: broken Punycode") from error
    try:
        if u_label.isascii() or map_label(u_label) != u_label or _a_label(u_label) != label:
            raise InvalidNameError(label, "not what its U-label encodes to")
        _check_u_label(u_label)
    except InvalidNameError as error:
        raise InvalidNameError(label, f"invalid A-label: {error.reason}") from error


def _judge(text: str, name: str, pieces: list[Piece]) -> None:
    """Raise for the first thing that is wrong with ``name``, where it stands in ``text``."""
    if not name:
        raise InvalidNameError(text, "empty")
    if name.count(".") + 1 < len(pieces):
        pieces = pieces[:-1]  # the empty label after the final dot
    for position, label, as_written in pieces:
        reason, offset = _fault(label)
        if reason:
            at = position + (offset if as_written else fault_offset(reason, text[position:]))
            raise InvalidNameError(text, reason, label=label, position=at)
    if len(name) > MAX_NAME_OCTETS:
        raise InvalidNameError(text, f"{len(name)} octets, the limit is {MAX_NAME_OCTETS}")
    position, last, _ = pieces[-1]
    if _NUMBER.fullmatch(last):
        reason = "the last label is a number, as in an IPv4 address (RFC 3696 §2)"
        raise InvalidNameError(text, reason, label=last, position=position)


def _fault(label: str) -> tuple[str, int]:
    """Say what is wrong with a label, and how far into it; ``""`` if nothing is."""
    if not label:
        return "empty label", 0
    good = _LDH_LABEL.match(label)
    if good is not None and good.end() < len(label):
        character = label[good.end()]
        return f"{character!r} is not a letter, digit, hyphen or underscore", good.end()
    if len(label) > MAX_LABEL_OCTETS:
        return f"label of {len(label)} octets, the limit is {MAX_LABEL_OCTETS}", 0
    if label.startswith("xn--"):
        try:
            _check_a_label(label)
        except InvalidNameError as error:
            return error.reason, 0
    return "", 0
