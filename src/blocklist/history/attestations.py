"""ATTESTATIONS: what witnesses answered to a checkpoint: time-stamps and counter-signatures.

By them others can see that the record had an entry at a time, though its own clock is not believed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..errors import BlocklistError, HistoryError, SignatureError
from ..signing.cosignatures import WitnessKey, stated_time
from ..signing.signednote import NoteSignature, split_note
from ..signing.strictbase64 import decode_base64
from .checkpoints import Checkpoint
from .record import RecordFolder
from .timestamps import is_der, read_time_stamp

_LOOKED_AT = 100
"""Answers among which one that can be shown is looked for."""


@dataclass(frozen=True, slots=True)
class WitnessTrust:
    """Which witnesses are believed.

    Attributes:
        keys: of those who counter-sign.
        roots: certificates of authorities for time-stamps, DER.
    """

    keys: tuple[WitnessKey, ...] = ()
    roots: tuple[bytes, ...] = ()


NOBODY = WitnessTrust()


class AttestationKind(StrEnum):
    """What a witness answered."""

    TIME_STAMP = "time-stamp"
    SIGNATURE = "counter-signature"
    OTHER = "other answer"


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a witness says of a checkpoint.

    Attributes:
        kind: what it is.
        by: who, as it says.
        at: when, as it says; ``None`` if it does not.
        is_verified: whether a key or certificate that is believed shows that it is right.
        fault: why it is wrong; empty if it is right, or not verified.
        unread: why it could not be read or verified; empty if it was.
    """

    kind: AttestationKind
    by: str = ""
    at: datetime | None = None
    is_verified: bool = False
    fault: str = ""
    unread: str = ""

    @property
    def text(self) -> str:
        """What is shown of it."""
        what = {
            AttestationKind.TIME_STAMP: "time-stamped",
            AttestationKind.SIGNATURE: "counter-signed",
            AttestationKind.OTHER: "answered by the witness command",
        }[self.kind]
        at = "" if self.at is None else f" at {_shown(self.at)}"
        by = f" by {self.by}" if self.by else ""
        if self.fault:
            return f"{what}{at}{by}: NOT valid: {self.fault}"
        if self.is_verified or self.kind is AttestationKind.OTHER:
            return f"{what}{at}{by}"
        option = "--tsa FILE" if self.kind is AttestationKind.TIME_STAMP else "--witness KEY"
        why = self.unread or f"give {option}, whom you believe"
        return f"{what}{at}{by} (not verified: {why})"


@dataclass(frozen=True, slots=True)
class Stamp:
    """An entry ``timestamp``: a checkpoint that was handed over, and the answer.

    Attributes:
        entry: its number.
        checkpoint: what was handed over.
        answer: what came back.
    """

    entry: int
    checkpoint: Checkpoint
    answer: bytes

    @classmethod
    def parse(cls, entry: int, details: dict[str, object]) -> Stamp | None:
        """Read the details of such an entry; ``None`` of one that holds no checkpoint.

        Raises:
            HistoryError: not the details of such an entry.
            SignatureError: what was handed over is no checkpoint.
        """
        if "checkpoint" not in details:
            return None
        try:
            checkpoint = decode_base64(str(details["checkpoint"]))
            answer = decode_base64(str(details.get("answer")))
        except ValueError:
            raise HistoryError(f"entry {entry}: not what was handed to a witness") from None
        return cls(entry, Checkpoint.parse(checkpoint), answer)

    def attestations(self, trust: WitnessTrust = NOBODY) -> tuple[Attestation, ...]:
        """Return what the answer says, each verified as far as ``trust`` allows."""
        if is_der(self.answer):
            return (self._time_stamp(trust),)
        text, own = split_note(self.checkpoint.octets)
        found = self._signatures(text, own)
        if found is None:
            return (Attestation(AttestationKind.OTHER),)
        return tuple(_counter_signature(one, text, trust) for one in found)

    def _time_stamp(self, trust: WitnessTrust) -> Attestation:
        kind = AttestationKind.TIME_STAMP
        try:
            found = read_time_stamp(self.answer, self.checkpoint.octets, trust.roots)
        except SignatureError as error:
            return Attestation(kind, fault=error.reason)
        except BlocklistError as error:
            return Attestation(kind, unread=str(error))
        return Attestation(kind, found.by, found.at, found.is_verified)

    def _signatures(
        self, text: str, own: tuple[NoteSignature, ...]
    ) -> tuple[NoteSignature, ...] | None:
        """Return the signatures of an answer: of a whole note, or of lines alone."""
        for octets in (self.answer, f"{text}\n".encode() + self.answer):
            try:
                signed, found = split_note(octets)
            except SignatureError:
                continue
            if signed == text:
                return tuple(one for one in found if one not in own) or None
        return None


def stamp_of(record: RecordFolder, number: int) -> Stamp | None:
    """Return an entry ``timestamp``; ``None`` if it was erased, or holds no checkpoint.

    Raises:
        HistoryError: it is damaged, or was handed over for another log.
    """
    entry = record.entry(number)
    try:
        found = Stamp.parse(number, record.details(entry))
    except SignatureError as error:
        raise HistoryError(f"entry {number}: {error.reason}") from None
    if found is None:
        return None
    head = found.checkpoint
    if head.origin != record.checkpoint.origin or head.size != entry.data["size"]:
        raise HistoryError(f"entry {number}: was handed to a witness for another log")
    if head.size > number or record.log.root(head.size) != head.root:
        raise HistoryError(f"entry {number}: the witness was given another log")
    return found


def first_stamp(record: RecordFolder, index: sqlite3.Connection, entry: int) -> Stamp | None:
    """Return the first checkpoint with an entry to which a witness answered what can be shown."""
    for found in _stamps(record, index, entry):
        kinds = {one.kind for one in found.attestations()}
        if kinds != {AttestationKind.OTHER}:
            return found
    return None


def _stamps(record: RecordFolder, index: sqlite3.Connection, entry: int) -> Iterator[Stamp]:
    rows = index.execute(
        "SELECT entry FROM stamps WHERE size > ? ORDER BY entry LIMIT ?", (entry, _LOOKED_AT)
    ).fetchall()
    for (number,) in rows:
        found = stamp_of(record, number)
        if found is not None:
            yield found


def _counter_signature(one: NoteSignature, text: str, trust: WitnessTrust) -> Attestation:
    kind, at = AttestationKind.SIGNATURE, stated_time(one)
    key = next((key for key in trust.keys if key.is_of(one)), None)
    if key is None:
        return Attestation(kind, one.name, at)
    try:
        is_right = key.has_signed(one, text)
    except BlocklistError as error:
        return Attestation(kind, one.name, at, unread=str(error))
    return Attestation(
        kind, one.name, at, is_right, "" if is_right else "the signature is not of this checkpoint"
    )


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
