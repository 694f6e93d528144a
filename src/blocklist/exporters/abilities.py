"""ABILITIES: what a format can say, as its row of ``formats`` declares it.

What a format cannot say is left out of the policy tree that it reads, and counted, in one place:
``PolicyTree`` and ``lowering`` read it here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from ..live.policy import Action
from ..model.targets import NAME_KINDS, TargetKind

EXACT, SUBTREE, BELOW = TargetKind.EXACT, TargetKind.SUBTREE, TargetKind.BELOW
PATTERN, URL, ADDRESS = TargetKind.PATTERN, TargetKind.URL, TargetKind.ADDRESS
NAMES = frozenset(NAME_KINDS)
CHECK_NAMES_IGNORE = "check-names-ignore"
ASSUMPTIONS = (CHECK_NAMES_IGNORE,)
"""How a program may be set, which an export cannot see: BIND with ``check-names ignore``."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Names that the program of a format does not take as they are.

    Attributes:
        code: of the loss, see ``losses.REASONS``.
        names: finds them (``search``) in a canonical name.
        actions: the responses for which that is so; none is all.
        unless: the assumption under which it takes them, see ``ASSUMPTIONS``.
    """

    code: str
    names: re.Pattern[str]
    actions: frozenset[Action] = frozenset()
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a format can say.

    Attributes:
        blocks: the kinds of rules whose blocks it can say. Without EXACT it cannot block a name
            without those below it, without BELOW not those below it alone.
        exceptions: the kinds of rules whose exceptions it can say.
        refusals: the names that it cannot hold.
    """

    blocks: frozenset[TargetKind] = frozenset({*NAMES, PATTERN, URL, ADDRESS})
    exceptions: frozenset[TargetKind] = frozenset({*NAMES, PATTERN, URL, ADDRESS})
    refusals: tuple[Refusal, ...] = ()

    def assuming(self, assumptions: Collection[str]) -> Abilities:
        """Return what it can say where its program is set as assumed."""
        refusals = tuple(r for r in self.refusals if r.unless not in assumptions)
        return replace(self, refusals=refusals)

    def fault(self, name: str, action: Action) -> str:
        """Return the code of the loss if the program does not take a name, else ``""``."""
        for refusal in self.refusals:
            if (not refusal.actions or action in refusal.actions) and refusal.names.search(name):
                return refusal.code
        return ""


EVERYTHING = Abilities()
"""Of a format that could say all that an image says."""
