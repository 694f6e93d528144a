"""STATE: one small file, replaced whole: what is accepted of each source, and where each output is.

An output is ``pending`` from before it is written until it is seen to serve, so a run that was
killed anywhere in between is taken up by the next one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ..atomicfile import GROUP_READS, Rights, replacing
from ..errors import ConfigurationError

Version = tuple[str, tuple[tuple[str, str], ...]]
"""Digest of a file, and digests of what is said beside it, by path."""
NAME = "state.json"
_VERSION = 1


@dataclass(slots=True)
class AcceptedFile:
    """A file of a source whose octets count.

    Attributes:
        sha256: of the octets.
        aux: digests of its sidecar and of the manifests that speak of it, by path.
        keys: what tells that another file is an edition of the same: series, ids.
        changed: time of its last change, as Unix time.
    """

    sha256: str
    aux: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    changed: float = 0

    @property
    def version(self) -> Version:
        """What is the same if nothing about the file changed."""
        return self.sha256, tuple(sorted(self.aux.items()))


@dataclass(slots=True)
class HeldEdition:
    """What waits for a person.

    Attributes:
        token: accepts exactly this.
        reasons: sentences.
        files: digests by path; empty for one whose files are gone.
        permits: targets that a confirmation lets through the guards.
        since: when it was first held (ISO 8601).
        dues: deadlines of its orders: id (empty if it must not be named) and ISO 8601.
    """

    token: str
    reasons: list[str]
    files: dict[str, str] = field(default_factory=dict)
    permits: list[str] = field(default_factory=list)
    since: str = ""
    dues: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class SourceState:
    """What is known of one source.

    Attributes:
        seen: facts and SHA-256 of each file as it was last looked at.
        accepted: the files that count.
        held: what waits for a person.
        failure: why it could not be read as a whole.
        fetch: why its fetch command failed.
        others: how many messages of a mailbox are of other senders, and not read.
        note: what was signed of the accepted image: the text of its note.
        signed_until: when it is no longer to be taken (ISO 8601); empty if it needs no signature.
    """

    seen: dict[str, list[Any]] = field(default_factory=dict)
    accepted: dict[str, AcceptedFile] = field(default_factory=dict)
    held: list[HeldEdition] = field(default_factory=list)
    failure: str = ""
    fetch: str = ""
    others: int = 0
    note: str = ""
    signed_until: str = ""

    @property
    def changed(self) -> float:
        """When the newest accepted file was changed, as Unix time; 0 without any."""
        return max((file.changed for file in self.accepted.values()), default=0)


@dataclass(slots=True)
class OutputState:
    """What is known of one output.

    Attributes:
        made_from: the image and the settings that its files were made from.
        content: digests that its canary shows, of image and file.
        facts: inode, size, mtime, owner, group and mode of each file after it was written.
        digest: SHA-256 of the files, to find out what a foreign change changed.
        canaries: the names to ask for.
        pending: it is being written, or not yet seen to serve.
        verified: the content that was last seen to serve.
        verified_image: the image that this was made from.
        new: some names that are to be blocked from now on, until it is seen to serve.
        lifted: some that are no longer to be.
        failure: why it does not serve.
        notes: what a person should know of it.
        seconds: from the rename until it was seen; -1 if it was not.
        serial: of the last publication of a signed image.
        sign_at: when it must be signed again (ISO 8601); empty if it is not signed.
    """

    made_from: str = ""
    content: str = ""
    facts: dict[str, list[int]] = field(default_factory=dict)
    digest: str = ""
    canaries: list[str] = field(default_factory=list)
    pending: bool = False
    verified: str = ""
    verified_image: str = ""
    new: list[str] = field(default_factory=list)
    lifted: list[str] = field(default_factory=list)
    failure: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: float = -1
    serial: int = 0
    sign_at: str = ""


@dataclass(slots=True)
class Pin:
    """An image that was put back and stays until ``--unpin``."""

    image: str
    reason: str
    since: str


@dataclass(slots=True)
class RunState:
    """All of it.

    Attributes:
        config: SHA-256 of ``run.toml`` and of the files that it names, when it was last taken.
        image: digest of the image that the accepted editions give.
        content: digest of its content.
        valid_until: when an order next begins or ends (ISO 8601); empty if none does.
        written: digest of the image that the outputs are to serve: that, or the pinned one.
        written_content: digest of its content.
        rules: how many rules it has.
        rejected: the first sentences about lines and targets that were refused.
        refused: how many there are.
        unserved: deadlines of orders that are not seen to serve yet: id and ISO 8601.
        upcoming: when orders begin or end next: ISO 8601 and why.
        permits: targets that a confirmation let through the guards.
        pin: what was put back.
        told: the matters that the alarm command was last told.
        told_at: when (Unix time).
        probed_at: when all orders were last probed (Unix time).
        probing: ids of the orders that the probe under way has still to ask for.
        found: what it has found so far.
        findings: what the last whole probe found.
        last: when the last run ended (Unix time).
        page: what the last run printed.
    """

    config: str = ""
    sources: dict[str, SourceState] = field(default_factory=dict)
    outputs: dict[str, OutputState] = field(default_factory=dict)
    image: str = ""
    content: str = ""
    valid_until: str = ""
    written: str = ""
    written_content: str = ""
    rules: int = 0
    rejected: list[str] = field(default_factory=list)
    refused: int = 0
    unserved: list[list[str]] = field(default_factory=list)
    upcoming: list[list[str]] = field(default_factory=list)
    permits: list[str] = field(default_factory=list)
    pin: Pin | None = None
    told: list[str] = field(default_factory=list)
    told_at: float = 0
    probed_at: float = 0
    probing: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    last: float = 0
    page: dict[str, Any] = field(default_factory=dict)

    @property
    def until(self) -> datetime | None:
        """When an order next begins or ends."""
        return datetime.fromisoformat(self.valid_until) if self.valid_until else None

    def source_files(self) -> dict[str, dict[str, object]]:
        """Return the versions of the accepted files, by source and path."""
        return {
            name: {path: file.version for path, file in source.accepted.items()}
            for name, source in self.sources.items()
        }

    def source(self, name: str) -> SourceState:
        """Return what is known of a source; nothing yet of a new one."""
        return self.sources.setdefault(name, SourceState())

    def output(self, name: str) -> OutputState:
        """Return what is known of an output; nothing yet of a new one."""
        return self.outputs.setdefault(name, OutputState())


def load_state(folder: Path) -> RunState:
    """Read the state, or begin a new one.

    Raises:
        ConfigurationError: the file is damaged. It is never replaced by an empty one, which would
            accept the first thing that comes.
    """
    path = folder / NAME
    try:
        octets = path.read_bytes()
    except FileNotFoundError:
        return RunState()
    try:
        data = json.loads(octets)
        if data.pop("version") != _VERSION:
            raise ValueError("another version")
        return _state(data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigurationError(
            f"is damaged ({error}); put back a copy, or move it away to accept all editions anew",
            path=str(path),
        ) from error


def save_state(folder: Path, state: RunState) -> None:
    """Replace the state, durably; ``OSError`` leaves the old one."""
    data = {"version": _VERSION, **asdict(state)}
    with replacing(folder / NAME, Rights(GROUP_READS)) as file:
        file.write(json.dumps(data, separators=(",", ":")).encode())


def _state(data: dict[str, Any]) -> RunState:
    sources = {name: _source(one) for name, one in data.pop("sources").items()}
    outputs = {name: OutputState(**one) for name, one in data.pop("outputs").items()}
    pin = data.pop("pin")
    return RunState(**data, sources=sources, outputs=outputs, pin=Pin(**pin) if pin else None)


def _source(data: dict[str, Any]) -> SourceState:
    accepted = {path: AcceptedFile(**one) for path, one in data.pop("accepted").items()}
    held = [HeldEdition(**one) for one in data.pop("held")]
    return SourceState(**data, accepted=accepted, held=held)
