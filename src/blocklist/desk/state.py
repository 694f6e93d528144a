"""STATE: one file, replaced whole: what is accepted of each source, and where each output is.

Its first line holds all but the files of the sources, which are in the second: a run that finds
nothing to do reads them not.

An output is ``pending`` from before it is written until it is seen to serve, so a run that was
killed anywhere in between is taken up by the next one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from ..atomicfile import GROUP_READS, Rights, replacing
from ..errors import ConfigurationError
from .runsettings import OutputSettings
from .sourcestate import SourceFiles, SourceState, files_of, source_of

NAME = "state.json"
_VERSION = 2


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
        shadow_content: the same of the image of shadow orders; empty if no output is to hold it.
        shadows: how many shadow orders the accepted editions hold.
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
        record: folder of the history; empty without one.
        recorded: how many entries it had when this was saved.
        witnessed: how many it had when a checkpoint was last handed over.
        witness_failure: why that failed since.
        month_failure: why the month of ``[collateral]`` could not be read.
        kept: names of the sources, and their files as they stand in the state.
    """

    config: str = ""
    sources: dict[str, SourceState] = field(default_factory=dict)
    outputs: dict[str, OutputState] = field(default_factory=dict)
    image: str = ""
    content: str = ""
    valid_until: str = ""
    written: str = ""
    written_content: str = ""
    shadow_content: str = ""
    shadows: int = 0
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
    record: str = ""
    recorded: int = 0
    witnessed: int = 0
    witness_failure: str = ""
    month_failure: str = ""
    kept: tuple[frozenset[str], bytes] = (frozenset(), b"")

    @property
    def until(self) -> datetime | None:
        """When an order next begins or ends."""
        return datetime.fromisoformat(self.valid_until) if self.valid_until else None

    def content_of(self, output: OutputSettings) -> str:
        """Return the digest of the content that an output is to hold."""
        return self.shadow_content if output.shadow else self.written_content

    def source_files(self) -> dict[str, dict[str, object]]:
        """Return the versions of the accepted files, by source and path."""
        return {
            name: {path: file.version for path, file in source.files.accepted.items()}
            for name, source in self.sources.items()
        }

    def files_line(self) -> bytes:
        """Return the files of all sources as JSON; as they were read if nobody asked for them."""
        names, octets = self.kept
        if names == set(self.sources) and not any(one.is_read for one in self.sources.values()):
            return octets
        files = {name: source.files.told for name, source in self.sources.items()}
        return json.dumps(files, separators=(",", ":")).encode()

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
        return _state(octets)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigurationError(
            f"is damaged ({error}); put back a copy, or move it away to accept all editions anew",
            path=str(path),
        ) from error


def save_state(folder: Path, state: RunState) -> None:
    """Replace the state, durably; ``OSError`` leaves the old one."""
    files = state.files_line()
    data = {one.name: getattr(state, one.name) for one in fields(state) if one.name != "kept"}
    data |= {
        "version": _VERSION,
        "files": hashlib.sha256(files).hexdigest(),
        "sources": {name: source.told for name, source in state.sources.items()},
        "outputs": {name: asdict(output) for name, output in state.outputs.items()},
        "pin": state.pin and asdict(state.pin),
    }
    with replacing(folder / NAME, Rights(GROUP_READS)) as file:
        file.write(json.dumps(data, separators=(",", ":")).encode())
        file.write(b"\n")
        file.write(files)


def _state(octets: bytes) -> RunState:
    head, _, files = octets.partition(b"\n")
    data = json.loads(head)
    if data.pop("version") != _VERSION:
        raise ValueError("another version")
    if data.pop("files") != hashlib.sha256(files).hexdigest():
        raise ValueError("a part of it is missing")

    @cache
    def read() -> dict[str, Any]:
        return dict(json.loads(files))

    def read_one(name: str) -> SourceFiles:
        return files_of(read()[name])

    sources = {
        name: source_of(one, partial(read_one, name)) for name, one in data.pop("sources").items()
    }
    outputs = {name: OutputState(**one) for name, one in data.pop("outputs").items()}
    pin = data.pop("pin")
    return RunState(
        **data, sources=sources, outputs=outputs, pin=Pin(**pin) if pin else None,
        kept=(frozenset(sources), files),
    )  # fmt: skip
