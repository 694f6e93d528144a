"""SERVICE: brings what was written into service, and sees that it is served; steps 10 and 11.

Neither the exit code of a reload nor a serial shows what a server reads, so each resolver is asked
for the canary, which stands last in the file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from .programs import run_program
from .runsettings import CheckSettings, OutputSettings
from .state import OutputState

_AT_ONCE = 16
Seen = dict[str, datetime]
"""When each resolver or proxy was seen to serve what was written."""


def serve_output(output: OutputSettings, state: OutputState, variables: Mapping[str, str]) -> Seen:
    """Reload the program of an output and ask its resolvers; ``state`` says how it went.

    Args:
        output: its settings.
        state: ``failure`` is empty if all serve, and ``seconds`` says after how long.
        variables: for the reload command.

    Returns:
        Which of those that are asked serve it, also if others do not.
    """
    begun = time.monotonic()
    state.failure, state.seconds = "", -1
    if output.reload:
        failure = run_program(output.reload, output.reload_timeout, variables)
        if failure:
            state.failure = f"reload: {failure}"
            return {}
    seen: Seen = {}
    if output.check is not None:
        failures = _ask_all(output, output.check, state, seen)
        if failures:
            state.failure = "; ".join(failures)
            return seen
        state.seconds = time.monotonic() - begun
    state.verified = state.content
    state.new, state.lifted = [], []
    return seen


def _ask_all(
    output: OutputSettings, check: CheckSettings, state: OutputState, seen: Seen
) -> list[str]:
    """Ask each resolver until it serves what was written; say what those said that do not."""
    from concurrent.futures import ThreadPoolExecutor

    from .inquiry import Inquiry
    from .proxyinquiry import ask_proxy

    def ask(where: str, how: Callable[[], str]) -> str:
        failure = how()
        if not failure:
            seen[where] = datetime.now(UTC)
        return failure

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = [
            *(
                pool.submit(ask, text, partial(Inquiry(output, check, state).ask, text))
                for text in check.resolvers
            ),
            *(
                pool.submit(ask, text, partial(ask_proxy, text, output, check, state))
                for text in check.proxies
            ),
        ]
        return [failure for one in told if (failure := one.result())]


def serve_all(
    outputs: Sequence[tuple[OutputSettings, OutputState, Mapping[str, str]]],
) -> list[Seen]:
    """Bring several outputs into service at once; one that is slow keeps no other waiting."""
    if not outputs:
        return []
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(_AT_ONCE, len(outputs))) as pool:
        return list(pool.map(lambda one: serve_output(*one), outputs))
