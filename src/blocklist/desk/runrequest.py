"""RUN REQUEST: what is asked of a run, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the command asks for; see ``blocklist run --help``."""

    confirm: str = ""
    to: str = ""
    unpin: bool = False
    reason: str = ""
    wait: float = 10
    ahead: float = 0
    clock_ok: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing but a cycle."""
        return not (self.confirm or self.to or self.unpin)


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """Exit code and page of a run."""

    code: int
    page: dict[str, Any]
