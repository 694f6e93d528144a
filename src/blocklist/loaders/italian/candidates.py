"""CANDIDATES: what looks like a name, URL, address or e-mail address among words, and where.

Prose is full of dots that are none of a name: ``P.Q.M.``, ``S.p.A.``, ``avv.to`` and ``art.li``
(both end in a country's TLD), ``11.07.2022``, ``10.000,00``, a full stop without its blank. What
is surely none is passed over; whether the rest is to be blocked is for ``operative``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import InvalidNameError
from ...model.addresses import parse_network
from ...model.names import canonical_name
from ...model.suffixes import public_suffixes
from ...model.urls import refang, split_url
from .deferredpattern import deferred
from .dehyphenation import DASHES, FURNITURE, Dehyphenation, Join
from .entrylabels import without_labels
from .mailquotes import unquoted


def words(text: str) -> frozenset[str]:
    """Return the words of ``text`` as a set."""
    return frozenset(text.split())


_NAMED = deferred(
    r"(?<![\w.])[a-z0-9][\w-]{0,80}"
    r"(?:\s?\[\.\]\s?[a-z0-9-]{1,63}|\.[a-z0-9-]{2,63})+"
)


def nameless(text: str, mark: str = " ") -> str:
    """Return a text without its names in small letters, whose labels may be words: *sblocco.it*."""
    return _NAMED.sub(mark, text)


_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|[\[({]dot[\])}]|[\u3002\uff0e\uff61])"
_LABEL = rf"[\w-]++(?:[{DASHES}](?=\w)[\w-]++)*(?![{DASHES}]\w)"
_NOT_URL = r"\s<>\"«»“”|"
_CANDIDATE = deferred(
    rf"(?<![\w.+@-])(?P<email>[\w.+-]++@[\w.-]++)"
    rf"|(?<!\w)(?P<url>(?:h(?:tt|xx)ps?|ftp)(?::|\[:\])(?://|\[//\]|\[/\]\[/\])[^{_NOT_URL}]{{1,2000}}+"
    rf"|(?:h(?:tt|xx)ps?|ftp)\[://\][^{_NOT_URL}]{{1,2000}}+)"
    rf"|(?<![\w@.-])(?<!\w[{DASHES}])(?P<name>(?:\*\.)?{_LABEL}"
    rf"(?:{_DOT}{{1,3}}(?:{_LABEL}|\*(?![\w.*-])))+"
    rf"(?::\d{{1,5}}(?![\d\w]))?(?:[/?][^{_NOT_URL}]{{0,2000}}+)?)"
    rf"|(?<![\w:.])(?P<v6>(?:[0-9a-f]{{1,4}}:|::)[0-9a-f:.]{{1,45}}+(?:/\d{{1,3}}+)?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'\"»”’*_-" + DASHES
# Where a URL ends that runs into the next one, or into a word of its sentence.
_JOINED = deferred(
    r"[,;](?=h(?:tt|xx)ps?[:\[]|www\.|(?:e|ed|o|od|nonché|oppure|ovvero|entro|con|in|per|da|dal|dalla"
    r"|tramite|mediante|anche|il|la|i|le|gli|di|a|ad|al|ai|alla|che|cui|come|quale|quali)\Z)"
    r"|(?<=://)[^/?#,;]{1,300}(?P<after>[,;])",
    re.IGNORECASE,
)
_FOUR_NUMBERS = deferred(r"\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_PLAIN_NAME = deferred(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z-]+", re.IGNORECASE | re.ASCII)
_LONGEST = 2000
# *185/20/CONS          2*.
_FOOT = deferred(r"(\S(?:.{0,98}\S)?)(?:[ ]{3,}|\t\s*)(\d{1,4})")
_BLANK_LINES = deferred(r"\n\s*\n")
# Abbreviations that end in a TLD, or might.
_ABBREVIATIONS = words(
    "art.li artt.li avv.to avv.ti avv.ta avv.sa sig.re sig.ra sig.ri sigg.ri dott.ssa dott.sse "
    "dott.ri prof.ssa f.to f.ti f.lli on.le on.li spett.le ill.mo ill.ma ecc.mo ecc.ma gent.mo "
    "gent.ma preg.mo egr.io n.ro nr.ro num.ro c.so v.le p.le p.zza l.go d.lgs d.lvo d.l.vo all.to "
    "all.ti doc.to doc.ti uff.le reg.to proc.re proc.to sez.ne prov.le min.ro int.no p.iva p.es "
    "c.da cod.fisc co.co.co v.to"
)
_COMPANY = deferred(
    r",?\s{1,3}(?:S\.?p\.?A|S\.?r\.?l|Inc|Ltd|LLC|Limited|Corp|Co|GmbH|B\.?V|N\.?V|S\.?A|plc|AG)\b",
    re.IGNORECASE,
)
# *O R D I N A* alone on a line, wherever it stands.
_SPACED = deferred(
    r"^(?P<before>[ \t]*)(?P<verb>O R D I N A|D I S P O N E|D E C R E T A|I N I B I S C E"
    r"|I N G I U N G E|I N T I M A|P R E S C R I V E)(?=[ \t]*:?[ \t]*$)",
    re.MULTILINE,
)
_BLANKS = (*range(9), 11, 12, *range(14, 32), 127, 133, 160, 8232, 8233, 8239)
_WHITE = str.maketrans(dict.fromkeys(map(chr, _BLANKS), " ") | dict.fromkeys("‘’`´ʼ", "'"))


class Text:
    """A document as one string with whole names (see ``mending``), and its lines."""

    def __init__(self, lines: Sequence[str], *, dashes: bool = False) -> None:
        """Take the lines; odd blanks become blanks and odd apostrophes plain ones.

        ``dashes`` says that typographic dashes in names are hyphens.
        """
        mended = Dehyphenation(lines, dashes=dashes)
        self._joins = mended.joins
        lines = mended.lines
        self.written: str = "\n".join(lines)
        plain = _SPACED.sub(_closed_up, self.written.translate(_WHITE))
        self.plain: str = without_labels(unquoted(plain))
        counts = Counter(line.strip() for line in self.plain.split("\n"))
        self._repeated = {line for line, count in counts.items() if count > 1 and len(line) > 3}
        self._feet = _feet(list(counts))
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def line_at(self, position: int) -> int:
        """Return the number of the line that holds ``position``, from 1."""
        return bisect_right(self._starts, position)

    def join_at(self, line: int, written: str) -> Join | None:
        """Return what a name in a line was before it was mended; ``None`` if it stands so."""
        return self._joins.get((line, written))

    def without_furniture(self, gap: str) -> str:
        """Return what stands between two names without what pages repeat: headings, numbers."""
        first, *middle = gap.split("\n")
        if len(middle) < 2:
            return gap
        known = self._repeated | self._feet
        kept = [line for line in middle[:-1] if line.strip() not in known]
        if len(kept) == len(middle) - 1 and not FURNITURE.search(gap):
            return gap
        said = FURNITURE.sub("", "\n".join([first, *kept, middle[-1]]))
        return _BLANK_LINES.sub("\n", said)

    def turns_page(self, gap: str) -> bool:
        """Whether the foot of a page, a title with its number, stands between two names."""
        return any(line.strip() in self._feet for line in gap.split("\n")[1:-1])

    def line_start(self, position: int) -> int:
        """Return where the line that holds ``position`` begins."""
        return self._starts[self.line_at(position) - 1]

    def line_end(self, position: int) -> int:
        """Return where the line that holds ``position`` ends."""
        return self._starts[self.line_at(position)] - 1


def _feet(lines: Sequence[str]) -> set[str]:
    """Return the lines that pages end with: the same words, and far from them the next number."""
    found = [(foot[1], int(foot[2]), line) for line in lines if (foot := _FOOT.fullmatch(line))]
    numbers = {(said, number) for said, number, _ in found}
    return {
        line
        for said, number, line in found
        if (said, number - 1) in numbers or (said, number + 1) in numbers
    }


def _closed_up(spaced: re.Match[str]) -> str:
    """Return a verb whose letters stand apart as one word, as long as it was."""
    verb = spaced["verb"].replace(" ", "")
    return spaced["before"] + verb.ljust(len(spaced["verb"]))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something like a name, and where it stands.

    Attributes:
        start: in the text.
        end: after its last code point.
        text: as written, without the punctuation around it.
        line: from 1.
        host: the canonical name or address in it; empty where none can be read.
        trait: ``""``, or what speaks against it: ``e-mail``, ``company`` (its name follows as
            ``Booking.com B.V.``), ``glued`` (``Milano.La``), ``unknown-tld``, ``malformed``,
            ``broken`` (a line break cuts it, and there are two readings).
        raw: as the document has it, with the line break that cuts it; else as ``text``.
        note: what reading changed; or empty.
        other: of a broken name, the other reading.
    """

    start: int
    end: int
    text: str
    line: int
    host: str
    trait: str
    raw: str = ""
    note: str = ""
    other: str = ""


def find_candidates(text: Text) -> list[Candidate]:
    """Return whatever looks like a name, in sequence."""
    return list(_names(text))


def _names(text: Text) -> Iterator[Candidate]:
    plain = text.plain
    position = 0
    while found := _CANDIDATE.search(plain, position):
        start, end = found.span()
        position = end
        written = found[0]
        if found["url"] or (found["name"] and "/" in written):
            joined = _JOINED.search(written)
            if joined:
                written = written[: joined.start("after" if joined["after"] else 0)]
                position = start + joined.end()
        written = _trimmed(written)
        end = start + len(written)
        line = text.line_at(start)
        join = text.join_at(line, written)
        raw = join.raw if join else text.written[start:end]
        if found["email"]:
            yield Candidate(start, end, written, line, "", "e-mail", raw)
            continue
        read = _read(written)
        if read is None:
            continue
        host, trait = read
        if not trait and _COMPANY.match(plain, end):
            trait = "company"
        as_written = text.written[start:end]
        if join is None:
            yield Candidate(start, end, as_written, line, host, trait, raw)
            continue
        trait = "broken" if join.other else trait
        yield Candidate(start, end, as_written, line, host, trait, raw, join.note, join.other)


def _trimmed(text: str) -> str:
    """Take off the punctuation of the sentence that a greedy match ran into."""
    while True:
        bare = text.rstrip(_TRAILING) if not text.endswith(".*") else text
        for opening, closing in ("()", "[]"):
            if bare.endswith(closing) and bare.count(closing) > bare.count(opening):
                bare = bare[:-1]
        if bare == text:
            return text
        text = bare


def _read(written: str) -> tuple[str, str] | None:
    """Return host and trait, or ``None`` for what is surely no name."""
    if len(written) > _LONGEST:
        return None
    if _PLAIN_NAME.fullmatch(written):
        return _judged(written.split("."), web=written[:4].lower() == "www.")
    plain = refang(written)
    url = split_url(plain)
    # Without a scheme only four numbers are an address: 10.000 would be one to a browser.
    numeric = "://" in plain or _FOUR_NUMBERS.match(plain)
    if _is_address(plain) or (numeric and url and url.is_valid and _is_address(url.host)):
        return plain, ""
    if url is None or not url.is_valid or ":" in url.host:
        return None
    labels = url.host.removeprefix("*.").rstrip(".").split(".")
    if labels[-1] == "*" and len(labels) == 2 and plain == url.host:
        return labels[0].lower() + ".{suffix}", ""
    return _judged(labels, web="://" in plain or labels[0].lower() == "www")


def _judged(labels: list[str], *, web: bool) -> tuple[str, str] | None:
    last = labels[-1]
    if not ((last.isalpha() and len(last) > 1) or last.lower().startswith("xn--")):
        return None
    if not web and ".".join(labels).lower() in _ABBREVIATIONS:
        return None
    try:
        host = canonical_name(".".join(labels))
    except InvalidNameError:
        return "", "malformed"
    suffixes = public_suffixes()
    tld = host.rpartition(".")[2]
    if tld not in suffixes.listed and tld not in suffixes.wildcards:
        short = not web and all(len(label) < 3 for label in labels[:-1])
        return None if short else (host, "unknown-tld")
    if last.istitle() and not web:
        return None if all(label.isdecimal() for label in labels[:-1]) else (host, "glued")
    return host, ""


def is_whole_name(text: str) -> bool:
    """Whether a text is a name under a known suffix, and nothing else."""
    read = _read(text) if _CANDIDATE.fullmatch(text) else None
    return read is not None and bool(read[0]) and not read[1]


def _is_address(text: str) -> bool:
    try:
        return parse_network(text) is not None
    except ValueError:
        return False
