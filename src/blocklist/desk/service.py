"""SERVICE: brings what was written into service, and sees that it is served; steps 10 and 11.

Neither the exit code of a reload nor a serial shows what a server reads, so each resolver is asked
for the canary, which stands last in the file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from .programs import run_program
from .runsettings import CheckSettings, OutputSettings
from .state import OutputState

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
        failures = _ask_all(output, output.check, state)
        if failures:
            state.failure = "; ".join(failures)
            return
        state.seconds = time.monotonic() - begun
    state.verified = state.content
    state.new, state.lifted = [], []


def _ask_all(output: OutputSettings, check: CheckSettings, state: OutputState) -> list[str]:
    """Ask each resolver until it serves what was written; say what those said that do not."""
    from concurrent.futures import ThreadPoolExecutor

    from .inquiry import Inquiry
    from .proxyinquiry import ask_proxy

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = [
            *(pool.submit(Inquiry(output, check, state).ask, text) for text in check.resolvers),
            *(pool.submit(ask_proxy, text, output, check, state) for text in check.proxies),
        ]
        return [failure for one in told if (failure := one.result())]


def serve_all(outputs: Sequence[tuple[OutputSettings, OutputState, Mapping[str, str]]]) -> None:
    """Bring several outputs into service at once; one that is slow keeps no other waiting."""
    if outputs:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(_AT_ONCE, len(outputs))) as pool:
            list(pool.map(lambda one: serve_output(*one), outputs))
