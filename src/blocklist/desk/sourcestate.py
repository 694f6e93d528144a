"""SOURCE STATE: what is known of one source between two runs.

A run that finds nothing to do needs no list of files, only whether what it sees is what was seen;
so the lists are read from the state when somebody asks for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Version = tuple[str, tuple[tuple[str, str], ...]]
"""Digest of a file, and digests of what is said beside it, by path."""
Facts = tuple[int, int, int, int]
"""Size, time of the last change of content, of anything (in ns), and inode."""


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
class SourceFiles:
    """The files of a source.

    Attributes:
        seen: facts and SHA-256 of each file as it was last looked at.
        accepted: the files that count.
    """

    seen: dict[str, list[Any]] = field(default_factory=dict)
    accepted: dict[str, AcceptedFile] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """The same as plain data."""
        accepted = {
            path: {"sha256": one.sha256, "aux": one.aux, "keys": one.keys, "changed": one.changed}
            for path, one in self.accepted.items()
        }
        return {"seen": self.seen, "accepted": accepted}


@dataclass(frozen=True, slots=True)
class FilesSummary:
    """What a run that finds nothing to do needs to know of the files.

    Attributes:
        seen, accepted: how many files.
        changed: when the newest accepted one was changed, as Unix time; 0 without any.
    """

    seen: int
    accepted: int
    changed: float


class SourceState:
    """What is known of one source.

    Attributes:
        held: what waits for a person.
        failure: why it could not be read as a whole.
        fetch: why its fetch command failed.
        others: how many messages of a mailbox are of other senders, and not read.
        note: what was signed of the accepted image: the text of its note.
        signed_until: when it is no longer to be taken (ISO 8601); empty if it needs no signature.
    """

    __slots__ = (
        "_files", "_read", "_sight", "_summary", "failure", "fetch", "held", "note", "others",
        "signed_until",
    )  # fmt: skip

    def __init__(
        self,
        held: Sequence[HeldEdition] = (),
        failure: str = "",
        fetch: str = "",
        others: int = 0,
        note: str = "",
        signed_until: str = "",
        *,
        sight: str = "",
        summary: FilesSummary | None = None,
        read: Callable[[], SourceFiles] = SourceFiles,
    ) -> None:
        """Take what is known; ``read`` returns the files that ``sight`` and ``summary`` are of."""
        self.held: list[HeldEdition] = list(held)
        self.failure: str = failure
        self.fetch: str = fetch
        self.others: int = others
        self.note: str = note
        self.signed_until: str = signed_until
        self._sight, self._summary, self._read = sight, summary, read
        self._files: SourceFiles | None = None if summary is not None else SourceFiles()

    @property
    def files(self) -> SourceFiles:
        """The files, which are read now if they were not."""
        if self._files is None:
            self._files = self._read()
        return self._files

    @property
    def is_read(self) -> bool:
        """Whether somebody asked for the files, and so may have changed them."""
        return self._files is not None

    @property
    def summary(self) -> FilesSummary:
        """What the files come to."""
        if self._summary is not None and self._files is None:
            return self._summary
        files = self.files
        return FilesSummary(
            len(files.seen),
            len(files.accepted),
            max((file.changed for file in files.accepted.values()), default=0),
        )

    @property
    def sight(self) -> str:
        """What ``sight_of`` returns of the files as they were seen."""
        if self._summary is not None and self._files is None:
            return self._sight
        return sight_of({path: facts[:-1] for path, facts in self.files.seen.items()})

    @property
    def told(self) -> dict[str, Any]:
        """All but the files, as plain data."""
        return {
            "held": [asdict(one) for one in self.held],
            "failure": self.failure,
            "fetch": self.fetch,
            "others": self.others,
            "note": self.note,
            "signed_until": self.signed_until,
            "sight": self.sight,
            "summary": asdict(self.summary),
        }


def sight_of(files: Mapping[str, Sequence[int]]) -> str:
    """Return a digest of the facts of files, by path."""
    return hashlib.sha256(
        repr(sorted((path, *facts) for path, facts in files.items())).encode()
    ).hexdigest()


def source_of(told: Mapping[str, Any], read: Callable[[], SourceFiles]) -> SourceState:
    """Return what is known of a source from plain data."""
    data = dict(told)
    held = [HeldEdition(**one) for one in data.pop("held")]
    summary = FilesSummary(**data.pop("summary"))
    return SourceState(held, **data, summary=summary, read=read)


def files_of(data: Mapping[str, Any]) -> SourceFiles:
    """Return the files of a source from plain data."""
    accepted = {path: AcceptedFile(**one) for path, one in data["accepted"].items()}
    return SourceFiles(dict(data["seen"]), accepted)
