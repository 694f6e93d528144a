"""PROOF COMMAND: what a proof file shows, by the public key of the one who made it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from ..errors import HistoryError, SignatureError
from ..history.proofcheck import ProvenTarget, check_proof
from ..history.record import KEYS
from ..signing.notekeys import VerifierKey
from .printing import note, printable, shown_json
from .witnessoptions import (
    attestation_data,
    key_texts,
    stamped_lines,
    witness_options,
    witness_trust,
)

EXIT_NO = 1
_WITNESS = ("attestations", "stamped")


@click.group("proof")
def proof_() -> None:
    """Check proofs that `was-blocked --proof` writes."""


@proof_.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "keys", multiple=True, metavar="KEY|FILE",
    help="Public key NAME+ID+KEY of the record, or a file with one a line; may be repeated.",
)  # fmt: skip
@click.option(
    "--history", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Believe the keys that this record names; only its operator should.",
)  # fmt: skip
@witness_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_(
    file: Path, keys: tuple[str, ...], folder: Path | None, witnesses: tuple[str, ...],
    authorities: tuple[Path, ...], as_json: bool,
) -> None:  # fmt: skip
    """Check a proof, and say what it shows.

    Exit code 0: every octet of it follows from a checkpoint that one of the keys signed; 1: not so,
    or the answer of a witness in it is not valid.
    """
    texts = [*keys, *([str(folder / KEYS)] if folder is not None else [])]
    if not texts:
        raise click.UsageError("--key KEY or --history DIR says whose proofs are believed")
    believed = [VerifierKey.parse(line) for text in texts for line in key_texts(text)]
    trust = witness_trust(witnesses, authorities)
    try:
        found = check_proof(file.read_bytes(), believed, trust)
    except (HistoryError, SignatureError) as error:
        note(f"{file}: refused: {error.reason}")
        sys.exit(EXIT_NO)
    if as_json:
        data = {name: getattr(found, name) for name in found.__slots__ if name not in _WITNESS}
        said = attestation_data((found.stamped, one) for one in found.attestations)
        click.echo(shown_json(data | {"target": found.target.text, "witnessed": said}, 2))
    else:
        for line in _lines(found):
            click.echo(printable(line))
    if found.confidential:
        note("the order is confidential; keep the proof secret")
    if any(one.fault for one in found.attestations):
        sys.exit(EXIT_NO)


def _lines(found: ProvenTarget) -> list[str]:
    ends = "the last at the checkpoint" if found.ends is None else f"until {_shown(found.ends)}"
    lines = [
        f"order {found.order_id} names {found.target.text}",
        f"recorded as entry {found.entry} of {found.origin}, dated {_shown(found.recorded)}",
        f"in force in the image of entry {found.image}, {found.digest}",
        f"that image was recorded as of {_shown(found.begins)}, {ends}",
        f"the log had {found.size:,} entries when it was signed",
    ]
    if found.deviates:
        lines.append("the image left out or changed some targets of the order; which is not shown")
    if found.rekeyed is not None:
        lines.append(
            f"the key of the record was lost, and replaced on {_shown(found.rekeyed)} without its "
            "signature: the operator must have told you the new one"
        )
    return [*lines, *stamped_lines(found.stamped, found.attestations)]


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
