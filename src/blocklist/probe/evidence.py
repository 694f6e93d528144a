"""EVIDENCE: every question and answer as one JSON line, to be kept.

The last line holds the SHA-256 of all lines before it, so that a copy shows whether it is whole.
Everything is ASCII: no answer can steer a terminal, or look like another line.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from .asking import Asker, Reply
from .judging import Finding, extended_errors

if TYPE_CHECKING:
    from dns.message import Message

VERSION = 2
"""Of the fields; a field that changes its meaning raises it."""


class Evidence:
    """Writes lines to a file, each as soon as it is known."""

    def __init__(self, file: IO[str] | None) -> None:
        """Take an open text file; ``None`` writes nothing."""
        self._file = file
        self._sha256 = hashlib.sha256()

    def write(self, record: str, facts: Mapping[str, Any]) -> None:
        """Write one line; ``record`` says what kind it is."""
        if self._file is None:
            return
        line = json.dumps({"record": record, **facts}, default=str) + "\n"
        self._file.write(line)
        self._file.flush()
        self._sha256.update(line.encode())

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write the last line, with the digest of all others."""
        self.write("end", {**facts, "time": told(datetime.now(UTC)), "sha256_before": self.sha256})

    @property
    def sha256(self) -> str:
        """The digest of what was written, in hex."""
        return self._sha256.hexdigest()


def told(instant: datetime) -> str:
    """Return an instant in UTC with milliseconds, as RFC 3339 has it."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def facts_of(name: str, qtype: str, asker: Asker, reply: Reply, finding: Finding) -> dict[str, Any]:
    """Return what a line says of a question and its answer."""
    message = reply.message
    return {
        "time": told(reply.time),
        "question": {"name": name, "type": qtype, "class": "IN"},
        "resolver": str(asker.resolver),
        "address": asker.address,
        "transport": reply.transport.value,
        "outcome": finding.outcome.value,
        "reason": finding.reason,
        "elapsed_ms": round(reply.elapsed * 1000, 1),
        "tries": reply.tries,
        "answer": None if message is None else _answer(message),
        "failure": reply.failure,
        "wire": {
            "query": _base64(reply.query),
            "answer": _base64(None if message is None else message.wire),
        },
    }


def without_names(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a question about a name that must not be shown."""
    question = {**facts["question"], "name": None}
    return {**facts, "question": question, "answer": None, "wire": None, "failure": ""}


def _answer(message: Message) -> dict[str, Any]:
    import dns.flags
    import dns.rcode

    sections = ("answer", "authority", "additional")
    return {
        "rcode": dns.rcode.to_text(message.rcode()),
        "flags": dns.flags.to_text(message.flags).split(),
        **{
            section: [
                line for rrset in getattr(message, section) for line in str(rrset).split("\n")
            ]
            for section in sections
        },
        "ede": [{"code": code, "text": text} for code, text in extended_errors(message)],
    }


def _base64(wire: bytes | None) -> str | None:
    return None if wire is None else base64.b64encode(wire).decode()
