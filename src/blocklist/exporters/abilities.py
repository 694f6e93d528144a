"""ABILITIES: what a format can say, as its row of ``formats`` declares it.

What a format cannot say is left out of the policy tree that it reads, and counted, in one place:
``PolicyTree`` and ``lowering`` read it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..live.policy import Action
from ..model.targets import NAME_KINDS, TargetKind

EXACT, SUBTREE, BELOW = TargetKind.EXACT, TargetKind.SUBTREE, TargetKind.BELOW
PATTERN, URL, ADDRESS = TargetKind.PATTERN, TargetKind.URL, TargetKind.ADDRESS
NAMES = frozenset(NAME_KINDS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Names that the program of a format does not take as they are.

    Attributes:
        code: of the loss, see ``losses.REASONS``.
        names: finds them (``search``) in a canonical name.
        actions: the responses for which that is so; none is all.
    """

    code: str
    names: re.Pattern[str]
    actions: frozenset[Action] = frozenset()


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

    def fault(self, name: str, action: Action) -> str:
        """Return the code of the loss if the program does not take a name, else ``""``."""
        for refusal in self.refusals:
            if refusal.names.search(name) and (not refusal.actions or action in refusal.actions):
                return refusal.code
        return ""


EVERYTHING = Abilities()
"""Of a format that could say all that an image says."""
