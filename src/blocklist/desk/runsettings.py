"""RUN SETTINGS: what ``run.toml`` says, read and resolved; ``runfile`` makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

EACH, SERIAL, NEWEST = "each", "serial", "newest-file"
EDITIONS = (EACH, SERIAL, NEWEST)
IMAGE = "image"
"""The format of an output that is an image, beside those of ``export``."""
KEEP, PREVIOUS = "keep", "previous"
HISTORY = "history"
"""The folder of the record in the state folder, unless another is said."""

Arguments = tuple[str, ...]
"""A command: a program and its arguments, never a line for a shell."""


@dataclass(frozen=True, slots=True)
class PopularSettings:
    """A list of names by popularity, the most popular first."""

    file: Path
    hold: int
    mention: int


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """What no order may block, and how far an edition may differ from the last one.

    Attributes:
        critical: ``"default"``, the path of a file, or ``None``.
        max_drop: the share of a list that may vanish.
        max_growth: the share that it may grow by.
    """

    critical: str | Path | None = "default"
    protect: tuple[str, ...] = ()
    permit: tuple[str, ...] = ()
    popular: PopularSettings | None = None
    max_drop: float = 0.2
    max_growth: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One ``[[source]]``.

    Attributes:
        base: the folder below which its files are, or the file itself.
        pattern: of the paths below that folder; empty for a single file.
        editions: which of its files count: ``each``, ``serial`` or ``newest-file``.
        options: keywords of ``load_orders`` for all its files.
        checksum: pattern of the control files of a ``newest-file`` source.
        image: whether the file is an image that was compiled elsewhere.
        maildir: whether the folder is a Maildir, of which each message is an order.
        senders: whose messages are read; empty for all.
        signature: whether a message waits for a person who verifies its signature.
        signed_by: verifier keys of one name, of which one must have signed the image.
        collateral: whether new targets are held against a month of queries.
    """

    name: str
    base: Path
    pattern: str = ""
    editions: str = EACH
    options: dict[str, Any] = field(default_factory=dict)
    checksum: tuple[Path, str] | None = None
    image: bool = False
    maildir: bool = False
    senders: tuple[str, ...] = ()
    signature: bool = False
    signed_by: tuple[str, ...] = ()
    confidential: bool = False
    max_age: timedelta | None = None
    max_drop: float = 0.2
    max_growth: float = 1.0
    fetch: Arguments = ()
    fetch_timeout: timedelta = timedelta(seconds=60)
    collateral: bool = False


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How a resolver is seen to serve an output.

    Attributes:
        resolvers: as ``probe`` takes them.
        within: how long they may take after the reload.
        ca: file of trusted certificates, for resolvers with a private CA.
        sinkholes: addresses and names that a block leads to, beside those of the output.
        proxies: URLs of proxies that are asked instead, or as well.
    """

    resolvers: tuple[str, ...]
    within: timedelta
    ca: str = ""
    sinkholes: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """One ``[[output]]``.

    Attributes:
        user, group: numbers, -1 where nothing is said.
        mode: of the files; ``None`` where nothing is said.
        confidential: whether rules that only confidential orders give are written; ``None`` where
            nothing is said.
        sign: files of the private keys that sign an image.
        valid_for: how long its readers may take it.
        on_failure: ``keep`` what was written, or write the ``previous`` verified content again.
        shadow: whether it is an image of the shadow orders alone.
    """

    name: str
    format: str
    path: Path
    user: int = -1
    group: int = -1
    mode: int | None = None
    confidential: bool | None = None
    options: dict[str, Any] = field(default_factory=dict)
    reload: Arguments = ()
    reload_timeout: timedelta = timedelta(seconds=60)
    check: CheckSettings | None = None
    sign: tuple[Path, ...] = ()
    valid_for: timedelta = timedelta(days=30)
    on_failure: str = KEEP
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How names are asked for: after each change, and all orders every so often.

    Attributes:
        per_order: how many rules of each order.
        every: time between two full probes; ``None`` for none.
        reference: a resolver that blocks nothing; empty for none.
    """

    per_order: int = 3
    every: timedelta | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """How a person is alarmed.

    Attributes:
        deadlines: how long before its deadline an order that is not served raises an alarm.
        metrics: a file for the textfile collector of Prometheus.
        command: is run with JSON on standard input.
        repeat: how often an alarm is repeated.
    """

    deadlines: tuple[timedelta, ...] = ()
    metrics: Path | None = None
    command: Arguments = ()
    repeat: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Where the record is that is written in place of the journal.

    Attributes:
        origin: what names a new one; empty for one made by chance.
        key: file of its private key.
        witness: is run with each checkpoint on standard input.
        keep_sources: whether the files that orders are read from are kept in it.
        retain_sources, retain_texts: how long after the end of an order; ``None`` for always.
    """

    folder: Path
    key: Path
    origin: str = ""
    witness: Arguments = ()
    witness_timeout: timedelta = timedelta(seconds=60)
    keep_sources: bool = False
    retain_sources: timedelta | None = None
    retain_texts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class CollateralSettings:
    """What new targets are held against, for sources with ``collateral = true``.

    Attributes:
        month: the table of ``blocklist collateral --prepare``.
        fail_on: ``stop`` or ``look``: the level from which on a target holds its source.
        max_age: how old the table may be before that is an alarm.
        reach: share of the clients from which on a target has reach.
        networks: file of prefixes in which many sites share an address; ``None`` for none.
    """

    month: Path
    fail_on: str = "stop"
    max_age: timedelta = timedelta(days=7)
    reach: float = 0.0025
    networks: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """All of one ``run.toml``.

    Attributes:
        path: of the file.
        digest: SHA-256 of its octets, in hex.
        history: ``None`` for a journal.
        collateral: ``None`` if no source is held against a month of queries.
    """

    path: Path
    digest: str
    state: Path
    jurisdiction: str | None = None
    keep_images: int = 10
    guards: GuardSettings = field(default_factory=GuardSettings)
    sources: tuple[SourceSettings, ...] = ()
    outputs: tuple[OutputSettings, ...] = ()
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    history: HistorySettings | None = None
    alarm: AlarmSettings = field(default_factory=AlarmSettings)
    collateral: CollateralSettings | None = None

    @property
    def record(self) -> Path:
        """The folder of the record, also if none is to be written (any more)."""
        return self.state / HISTORY if self.history is None else self.history.folder

    @property
    def is_edge(self) -> bool:
        """Whether the list is compiled elsewhere and comes as an image."""
        return any(source.image for source in self.sources)
