"""WITNESS OPTIONS: which witnesses are believed, and what they answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from ..errors import SignatureError
from ..history.attestations import Attestation, AttestationKind, Stamp, WitnessTrust
from ..history.timestamps import read_certificates
from ..model.wording import plural
from ..signing.cosignatures import WitnessKey


def witness_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which witnesses are believed."""
    for option in reversed(
        [
            click.option(
                "--witness", "witnesses", multiple=True, metavar="KEY|FILE",
                help="Public key NAME+ID+KEY of a witness that counter-signs, or a file of them.",
            ),
            click.option(
                "--tsa", "authorities", multiple=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                help="Root certificate (PEM or DER) of a time-stamping authority.",
            ),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


def witness_trust(witnesses: tuple[str, ...], authorities: tuple[Path, ...]) -> WitnessTrust:
    """Return the witnesses that the options name.

    Raises:
        SignatureError: a text is no key, or a file holds no certificate.
        BlocklistError: the extra ``timestamp`` is not installed.
    """
    keys = [WitnessKey.parse(line) for text in witnesses for line in key_texts(text)]
    roots = [one for path in authorities for one in read_certificates(path.read_bytes(), str(path))]
    return WitnessTrust(tuple(keys), tuple(dict.fromkeys(roots)))


def key_texts(text: str) -> list[str]:
    """Return the public keys of a file, or the one that is given; errors as ``SignatureError``."""
    if not Path(text).is_file():
        return [text]
    try:
        lines = Path(text).read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise SignatureError("not text, so it holds no public key", path=text) from None
    return [line for line in lines if line]


def witness_lines(stamp: Stamp | None, trust: WitnessTrust) -> list[str]:
    """Return what is said of the answer of a witness."""
    if stamp is None:
        return []
    return stamped_lines(stamp.checkpoint.size, stamp.attestations(trust))


def stamped_lines(size: int, attestations: Iterable[Attestation]) -> list[str]:
    """Return what is said of the answers to a checkpoint."""
    entries = plural(size, "entry", "entries")
    return [f"{one.text}, when the log had {entries}" for one in attestations]


def witness_data(stamp: Stamp | None, trust: WitnessTrust) -> list[dict[str, Any]]:
    """Return the answer of a witness as JSON."""
    if stamp is None:
        return []
    return attestation_data((stamp.checkpoint.size, one) for one in stamp.attestations(trust))


def attestation_data(found: Iterable[tuple[int, Attestation]]) -> list[dict[str, Any]]:
    """Return answers of witnesses as JSON, each with the size of the log that it is for."""
    return [
        {
            "kind": str(one.kind), "by": one.by, "at": one.at and one.at.isoformat(),
            "entries": size, "verified": one.is_verified, "fault": one.fault,
        }
        for size, one in found
    ]  # fmt: skip


def attestation_notes(found: list[tuple[int, Attestation]]) -> list[str]:
    """Return a line for each kind of answer in a record: how many, and the last."""
    notes = []
    for kind in AttestationKind:
        of_kind = [(size, one) for size, one in found if one.kind is kind and not one.fault]
        if of_kind:
            size, last = of_kind[-1]
            verified = sum(one.is_verified for _, one in of_kind)
            count = plural(len(of_kind), str(kind))
            (line,) = stamped_lines(size, [last])
            notes.append(f"{count}, {verified:,} verified; the last: {line}")
    return notes
