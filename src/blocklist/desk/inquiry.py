"""INQUIRY: asks one resolver whether it serves what was written: the canary, then some names.

The canary alone is not enough: BIND answers it from a new policy zone some seconds before it acts
on the zone (``min-update-interval``). So names that are new, and names that were lifted, are asked
for, too.
"""

from __future__ import annotations

import secrets
import time

from ..answers.check import DIGITS
from ..errors import BlocklistError
from ..exporters.formats import FORMATS
from ..probe.asking import Asker, Pace, need_dnspython
from ..probe.canaries import Wanted, look
from ..probe.judging import Judge, Outcome
from ..probe.questions import ELSEWHERE
from ..probe.resolvers import Resolver
from .meaning import sinkholes_of
from .runsettings import CheckSettings, OutputSettings
from .state import OutputState

_RATE = 100.0
_TIMEOUT, _SHORTEST = 3.0, 0.1
_QUICKEST, _SLOWER, _SLOWEST = 0.02, 1.5, 0.5


class Inquiry:
    """What is asked of each resolver of an output."""

    def __init__(self, output: OutputSettings, check: CheckSettings, state: OutputState) -> None:
        """Take what was written, and how long a resolver may take to serve it."""
        self._output, self._check, self._state = output, check, state
        self._within = check.within.total_seconds()
        self._judge = Judge(sinkholes_of(output))

    def ask(self, resolver: str) -> str:
        """Ask until the resolver serves it or the time is over; return why it does not."""
        begun = time.monotonic()
        try:
            need_dnspython()
            timeout = min(_TIMEOUT, max(self._within, _SHORTEST))
            asker = Asker(
                Resolver.parse(resolver), Pace(_RATE), ca=self._check.ca, timeout=timeout, tries=1
            )
            failure = (
                self._look(asker) or self._prove(asker, begun) or self._ask_names(asker, begun)
            )
        except BlocklistError as error:
            failure = f": {error}"
        return f"{resolver}{failure}" if failure else ""

    def _look(self, asker: Asker) -> str:
        image16, _, file16 = self._state.content.partition(":")
        for name in self._state.canaries:
            wanted = Wanted(name, image16[:DIGITS], file16)
            found = look(asker, wanted, self._within, sleep=_Patience())
            if not found.is_seen:
                return f" does not serve it after {found.seconds:.1f} s: {found.told}"
        return ""

    def _prove(self, asker: Asker, begun: float) -> str:
        """Ask for the names that show that further files of a folder were read, too."""
        form, names = FORMATS.get(self._output.format), self._state.canaries
        proofs = form.proofs if form is not None and names else ()
        file16, patience = self._state.content.partition(":")[2], _Patience()
        if proofs:
            self._calibrate(asker)
        for proof in proofs:
            name = f"{proof.label}.{file16}.{names[0]}"
            wanted = (Outcome.BLOCKED,) if proof.is_blocked else (Outcome.RESOLVED, Outcome.ABSENT)
            while self._outcome(asker, name) not in wanted:
                seconds = time.monotonic() - begun
                if seconds >= self._within:
                    does = "blocks" if proof.is_blocked else "excepts"
                    return (
                        f" has not read {self._output.path / proof.file} after {seconds:.1f} s: "
                        f"{name}, which this file {does}, is answered otherwise"
                    )
                patience(self._within - seconds)
        return ""

    def _ask_names(self, asker: Asker, begun: float) -> str:
        new, lifted = list(self._state.new), list(self._state.lifted)
        patience = _Patience()
        if new or lifted:
            self._calibrate(asker)
        while True:
            new = [name for name in new if self._outcome(asker, name) is Outcome.RESOLVED]
            lifted = [name for name in lifted if self._outcome(asker, name) is Outcome.BLOCKED]
            seconds = time.monotonic() - begun
            if not new and not lifted:
                return ""
            if seconds >= self._within:
                said = [f"{name} is not blocked" for name in new[:1]]
                said += [f"{name} is still blocked" for name in lifted[:1]]
                return f" has read it, but after {seconds:.1f} s {' and '.join(said)}"
            patience(self._within - seconds)

    def _calibrate(self, asker: Asker) -> None:
        self._judge.calibrate(asker.ask(f"{secrets.token_hex(8)}.{ELSEWHERE}", "A"))

    def _outcome(self, asker: Asker, name: str) -> Outcome:
        return self._judge.judge(asker.ask(name, "A")).outcome


class _Patience:
    """Sleeps shortly at first: most servers have read a list before a second is over."""

    def __init__(self) -> None:
        self._next = _QUICKEST

    def __call__(self, seconds: float) -> None:
        time.sleep(min(seconds, self._next))
        self._next = min(_SLOWER * self._next, _SLOWEST)
