"""EVIDENCE FILE: reads evidence again, and checks that it is whole and agrees with itself.

Three things are checked: that no line was changed, cut or added (each holds the SHA-256 of all
lines before it); that the text of each question and answer is what its octets say; and that the
verdicts are the sums of the answers. A file that is rewritten as a whole can agree with itself
again: its digest, kept elsewhere, shows that.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ..errors import ConfigurationError, shorten
from .asking import need_dnspython
from .evidence import VERSION, answer_of
from .evidencesummary import EvidenceSummary, ProbeSummary
from .judging import Outcome, Tally, verdict

_CHAINED = 3  # the version from which each line holds the digest of those before it
_FIRST = 2
_MOST = 16 * 2**20  # octets of a line; an answer of 65,535 octets needs a tenth of that
_FEW = 20


@dataclass(slots=True)
class CheckedEvidence:
    """What was found in a file.

    Attributes:
        path: of the file.
        sha256: of the file.
        records: how many lines it has.
        answers: how many of them hold octets that were compared with the text.
        faults: what is wrong with it, each with its line; at most twenty.
        is_ended: whether the last line is there.
        summary: what it says.
    """

    path: str
    sha256: str = ""
    records: int = 0
    answers: int = 0
    faults: list[str] = field(default_factory=list)
    is_ended: bool = False
    summary: EvidenceSummary = field(default_factory=EvidenceSummary)

    @property
    def is_whole(self) -> bool:
        """Whether it ends as a run ends, and nothing is wrong with it."""
        return self.is_ended and not self.faults


def check_evidence(path: str) -> CheckedEvidence:
    """Read a file of evidence, and check it.

    Raises:
        ConfigurationError: it is something else, or of a version that is not known here.
        OSError: it cannot be read.
        BlocklistError: dnspython is missing.
    """
    need_dnspython()
    with Path(path).open("rb") as file:
        return _Check(path, file).run()


class _Check:
    def __init__(self, path: str, file: IO[bytes]) -> None:
        self._found, self._file = CheckedEvidence(path), file
        self._sha256 = hashlib.sha256()
        self._version = 0
        self._asked = 0

    def run(self) -> CheckedEvidence:
        found = self._found
        for number, line in enumerate(self._lines(), 1):
            if len(found.faults) >= _FEW:
                found.faults.append("and more; the rest was not read")
                break
            found.records = number
            before = self._sha256.hexdigest()
            self._sha256.update(line)
            self._line(number, line, before)
        found.sha256 = self._sha256.hexdigest()
        self._end_of_probe()
        if not self._version:
            raise ConfigurationError("no evidence of a probe", path=found.path)
        if not found.is_ended and not found.faults:
            found.faults.append("the last line is missing: the run was interrupted, or it is cut")
        return found

    def _lines(self) -> Iterator[bytes]:
        while line := self._file.readline(_MOST):
            yield line

    def _line(self, number: int, line: bytes, before: str) -> None:
        record = _record(line)
        if record is None:
            if number == 1:
                raise ConfigurationError("no evidence of a probe", path=self._found.path)
            cut = "" if line.endswith(b"\n") else ", or it is cut"
            self._fault(number, f"not a record{cut}")
            return
        if self._found.is_ended:
            self._fault(number, "stands after the last line")
        if record.get("record") == "start":
            self._end_of_probe()
            self._take_version(record)
        is_chained = record["record"] == "end" or (number > 1 and self._version >= _CHAINED)
        if is_chained and record.get("sha256_before") != before:
            self._fault(
                number, "its digest is not that of the lines before it: this line or the one above "
                "was changed, or one between them is missing",
            )  # fmt: skip
        self._found.is_ended = record["record"] == "end"
        try:
            self._found.summary.add(record)
            self._octets(number, record)
            if self._found.is_ended and record["asked"] != self._asked:
                self._fault(number, f"says {record['asked']} queries, but {self._asked} stand here")
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._fault(number, f"not a record of a probe: {shorten(repr(error), 120)}")

    def _take_version(self, record: Mapping[str, Any]) -> None:
        self._version = version = record.get("version", 0)
        if not isinstance(version, int) or not _FIRST <= version <= VERSION:
            raise ConfigurationError(
                f"evidence of version {shorten(str(version), 20)}; this program reads {_FIRST} to "
                f"{VERSION}: use the one that wrote it",
                path=self._found.path,
            )

    def _octets(self, number: int, record: Mapping[str, Any]) -> None:
        """Compare the text of a question and answer with their octets."""
        if record["record"] != "answer":
            return
        if record["role"] == "resolver":
            self._asked += 1
        if record["wire"] is not None:
            self._found.answers += 1
            said = _differs(record)
            if said:
                self._fault(number, said)
        elif record["question"]["name"] is not None:
            self._fault(number, "its octets are missing")

    def _end_of_probe(self) -> None:
        """See that the verdicts are the sums of the answers."""
        if not self._found.summary.probes:
            return
        probe = self._found.summary.probes[-1]
        for fault in _sums(probe):
            if len(self._found.faults) < _FEW:
                self._found.faults.append(f"{probe.resolver}: {fault}")

    def _fault(self, number: int, text: str) -> None:
        self._found.faults.append(f"line {number:,}: {text}")


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    is_record = isinstance(record, dict) and isinstance(record.get("record"), str)
    return record if is_record and line.endswith(b"\n") else None


def _sums(probe: ProbeSummary) -> Iterator[str]:
    for order in probe.orders.values():
        tally = probe.tallies.get(order.id, Tally())
        if any(order.answers.get(one.value, 0) != tally.get(one, 0) for one in Outcome):
            yield f"{order.id}: the counts of its verdict are not those of its answers"
        elif verdict(tally) is not order.verdict:
            yield f"{order.id}: its answers come to '{verdict(tally)}', not '{order.verdict}'"


def _differs(record: Mapping[str, Any]) -> str:
    """Return what the text says otherwise than its octets, or ``""``."""
    import dns.exception
    import dns.message
    import dns.name
    import dns.rdatatype

    wire, question = record["wire"], record["question"]
    try:
        query = dns.message.from_wire(base64.b64decode(wire["query"], validate=True))
        asked = query.question[0]
        name = dns.name.from_text(question["name"])
        if asked.name.labels != name.labels or dns.rdatatype.to_text(asked.rdtype) != str(
            question["type"]
        ):
            return "its question is not that of its octets"
        if wire["answer"] is None:
            return "" if record["answer"] is None else "it has an answer, but no octets of it"
        answer = dns.message.from_wire(base64.b64decode(wire["answer"], validate=True))
    except (dns.exception.DNSException, binascii.Error, IndexError) as error:
        return f"its octets are no message of DNS: {shorten(str(error) or repr(error), 120)}"
    if not query.is_response(answer):
        return "its octets answer another question"
    if answer_of(answer) != record["answer"]:
        return "its answer is not that of its octets"
    return ""
