"""SERVICE: brings what was written into service, and sees that it is served; steps 10 and 11.

Neither the exit code of a reload nor a serial shows what a server reads, so each resolver is asked
for the canary, which stands last in the file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from ..answers.check import DIGITS
from .programs import run_program
from .runsettings import CheckSettings, OutputSettings
from .state import OutputState

_RATE = 100.0
_TIMEOUT, _QUICKEST = 3.0, 0.02
_AT_ONCE = 16


def serve_output(output: OutputSettings, state: OutputState, variables: Mapping[str, str]) -> None:
    """Reload the program of an output and ask its resolvers; ``state`` says how it went.

    Args:
        output: its settings.
        state: ``failure`` is empty if all serve, and ``seconds`` says after how long.
        variables: for the reload command.
    """
    begun = time.monotonic()
    state.failure, state.seconds = "", -1
    if output.reload:
        failure = run_program(output.reload, output.reload_timeout, variables)
        if failure:
            state.failure = f"reload: {failure}"
            return
    if output.check is not None:
        failures = look_for_canaries(output.check, state)
        if failures:
            state.failure = "; ".join(failures)
            return
        state.seconds = time.monotonic() - begun
    state.verified = state.content


def look_for_canaries(check: CheckSettings, state: OutputState) -> list[str]:
    """Ask each resolver until it serves what was written; say what those said that do not."""
    if not state.canaries:
        return []  # switched off: only names can be asked for
    with ThreadPoolExecutor(min(_AT_ONCE, len(check.resolvers))) as pool:
        told = pool.map(lambda resolver: _look(check, resolver, state), check.resolvers)
        return [failure for failure in told if failure]


def _look(check: CheckSettings, resolver: str, state: OutputState) -> str:
    from ..errors import BlocklistError
    from ..probe.asking import Asker, Pace, need_dnspython
    from ..probe.canaries import Wanted, look
    from ..probe.resolvers import Resolver

    image16, _, file16 = state.content.partition(":")
    within = check.within.total_seconds()
    try:
        need_dnspython()
        timeout = min(_TIMEOUT, max(within, 0.1))
        asker = Asker(Resolver.parse(resolver), Pace(_RATE), ca=check.ca, timeout=timeout, tries=1)
        for name in state.canaries:
            found = look(asker, Wanted(name, image16[:DIGITS], file16), within, sleep=_Patience())
            if not found.is_seen:
                return f"{resolver} does not serve it after {found.seconds:.1f} s: {found.told}"
    except BlocklistError as error:
        return f"{resolver}: {error}"
    return ""


class _Patience:
    """Sleeps shortly at first: most servers have read a list before a second is over."""

    def __init__(self) -> None:
        self._next = _QUICKEST

    def __call__(self, seconds: float) -> None:
        time.sleep(min(seconds, self._next))
        self._next *= 1.5


def serve_all(outputs: Sequence[tuple[OutputSettings, OutputState, Mapping[str, str]]]) -> None:
    """Bring several outputs into service at once; one that is slow keeps no other waiting."""
    if outputs:
        with ThreadPoolExecutor(min(_AT_ONCE, len(outputs))) as pool:
            list(pool.map(lambda one: serve_output(*one), outputs))
