"""CNCPO: the list of the Italian postal police against child abuse material; shape only.

Lines with ``;`` between fields, and no quotes. The first is ``serial;timestamp``, both in digits;
the others are ``url;domain;url_with_ip;ip``. The list orders hosts, also where it names a page, so
each row gives one: its domain, or else the host of its URL, or else its address. The URL says
nothing then, except where its host is another one: such a row is refused.

Every order of this format is confidential, and no message here repeats what stands in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ...documents import Document
from ...errors import InvalidNameError, OrderSyntaxError
from ...model.authorities import Authority
from ...model.names import canonical_name
from ...model.orders import Order
from ...model.urls import split_url
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, TargetReader

_SERIAL = re.compile(r"[0-9]{1,10}")
_TIMESTAMP = re.compile(r"[0-9]{8,14}")
_URL = re.compile(r"https?://", re.IGNORECASE)
_ADDRESS = re.compile(r"[0-9.]{7,15}|[0-9a-fA-F]*:[0-9a-fA-F:.]+")
_MARKS = re.compile(r"[*={}/]")
_FIELDS = 4
_SAMPLE_ROWS = 200


class CncpoLoader:
    """The CNCPO list."""

    name = "cncpo"
    title = "CNCPO list (serial;timestamp, then url;domain;url_with_ip;ip); always confidential"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether a header and a row stand there; or, without header, mostly such rows.

        A list that lost its header must not be read as a table of no authority: its names would
        not be kept secret. ``load`` refuses it.
        """
        rows = [fields for _, fields in _rows(document.sample)][:_SAMPLE_ROWS]
        if rows and _header(rows[0]) is not None:
            cut = document.sample is not document
            return any(len(row) > 1 for row in rows[1:]) or (cut and len(rows) == 1)
        fitting = [row for row in rows if _is_row(row)]
        return any(row[0] and row[-1] for row in fitting) and len(fitting) > len(rows) / 2

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read one issue.

        Raises:
            OrderSyntaxError: no header, so nobody knows which issue it is.
        """
        rows = _rows(document)
        line, first = next(rows, (1, []))
        header = _header(first)
        if header is None:
            raise OrderSyntaxError(
                "the first line is not serial;timestamp in digits, so the beginning is missing "
                "or it is another file; decrypt it again",
                path=document.path,
                line=line,
            )
        serial, timestamp = header
        reader = TargetReader(document, options.kind)
        for number, fields in rows:
            _read_row(reader, number, fields)
        published = _day(timestamp)
        warnings = [] if published else ["the timestamp of the header does not begin with a date"]
        return [
            Order(
                id=f"it:cncpo:{serial}",
                authority=Authority.named("cncpo"),
                jurisdiction="IT",
                instrument="list-issue",
                number=serial,
                title=f"CNCPO, list no. {int(serial)}",
                series="it:cncpo",
                serial=int(serial),
                published=published,
                technique=("dns", "ip"),
                note=f"Header {serial};{timestamp}: the receipt for the police names both.",
                confidential=True,
                targets=reader.targets,
                rejected=tuple(reader.rejected),
                warnings=tuple(warnings),
                source=document.source(self.name, line),
            )
        ]


def _rows(document: Document) -> Iterator[tuple[int, list[str]]]:
    """Yield number and fields of each line that is not blank."""
    for number, line in enumerate(document.lines, 1):
        if line.strip():
            yield number, [field.strip() for field in line.split(";")]


def _header(fields: list[str]) -> tuple[str, str] | None:
    """Return serial and timestamp; old files have empty fields or more numbers behind them."""
    first = fields[:2]
    if len(first) < 2 or not all(not field or field.isdecimal() for field in fields[2:]):
        return None
    serial, timestamp = first
    return (
        (serial, timestamp)
        if _SERIAL.fullmatch(serial) and _TIMESTAMP.fullmatch(timestamp)
        else None
    )


def _is_row(fields: list[str]) -> bool:
    if len(fields) != _FIELDS or not any(fields):
        return False
    urls, address = (fields[0], fields[2]), fields[3]
    return all(not url or _URL.match(url) for url in urls) and (
        not address or _ADDRESS.fullmatch(address) is not None
    )


def _read_row(reader: TargetReader, number: int, fields: list[str]) -> None:
    shown = ";".join(fields)
    if len(fields) != _FIELDS:
        reason = f"{len(fields)} fields, not the four url;domain;url_with_ip;ip"
        reader.reject(number, shown, reason, "not-cncpo")
        return
    url, domain, url_with_ip, ip = fields
    if not any(fields):
        reader.reject(number, shown, "a row without content", "empty")
        return
    if _MARKS.search(domain):
        reader.reject(number, shown, "the domain column must hold names only", "not-a-name")
        return
    for page, host in ((url, domain), (url_with_ip, ip)):
        if not page:
            continue
        named = _host(page)
        if named is None:
            reader.reject(number, shown, "a URL whose host cannot be read", "bad-url")
            return
        if host and named != _canonical(host):
            reason = "the URL and the host beside it disagree; ask the authority which one counts"
            reader.reject(number, shown, reason, "contradiction")
            return
    reader.read(number, domain or _host(url) or ip or _host(url_with_ip) or "")


def _host(url: str) -> str | None:
    found = split_url(url)
    return None if found is None or not found.is_valid or found.octal else _canonical(found.host)


def _canonical(host: str) -> str:
    try:
        return canonical_name(host)
    except InvalidNameError:
        return host.strip("[]").lower()


def _day(timestamp: str) -> date | None:
    try:
        return date(int(timestamp[:4]), int(timestamp[4:6]), int(timestamp[6:8]))
    except ValueError:
        return None
