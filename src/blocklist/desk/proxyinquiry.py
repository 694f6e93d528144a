"""PROXY INQUIRY: asks through a proxy for the name that the canary of its list blocks.

A name like it, of no list, must be answered otherwise: a proxy that refuses everything has read
nothing. Where exceptions stand in a file of their own, each file has a name: if they were lost,
sites that are excepted would be blocked.
"""

from __future__ import annotations

import http.client
import secrets
import time
from urllib.parse import urlsplit

from ..answers.check import DIGITS
from ..exporters.formats import FORMATS
from .runsettings import CheckSettings, OutputSettings
from .state import OutputState

_TIMEOUT, _SHORTEST, _PAUSE = 5.0, 0.1, 0.2
_REFUSALS = (403, 451)


def ask_proxy(proxy: str, output: OutputSettings, check: CheckSettings, state: OutputState) -> str:
    """Ask until the proxy blocks the canary or the time is over; return why it does not."""
    file16 = state.content.partition(":")[2]
    if not file16 or not state.canaries:
        return f"{proxy}: this format has no name to ask for; leave proxy out"
    within, begun = check.within.total_seconds(), time.monotonic()
    name = state.canaries[0]
    while True:
        try:
            said = _asked(proxy, f"{file16}.{name}", within, output)
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
        if not said:
            return ""
        seconds = time.monotonic() - begun
        if seconds >= within:
            return f"{proxy} does not block by it after {seconds:.1f} s: {said}"
        time.sleep(min(_PAUSE, within - seconds))


def _asked(proxy: str, name: str, within: float, output: OutputSettings) -> str:
    """Say what a proxy has not read; empty if it has read all. Errors are those of connections."""
    asked = _status(proxy, name, within)
    other = _status(proxy, f"{secrets.token_hex(DIGITS // 2)}.{name.partition('.')[2]}", within)
    if asked not in _REFUSALS or other in _REFUSALS:
        return f"it answers {asked} for the canary, and {other} for another name"
    for proof in FORMATS[output.format].proofs:
        status = _status(proxy, f"{proof.label}.{name}", within)
        if (status in _REFUSALS) is not proof.is_blocked:
            does = "blocks" if proof.is_blocked else "excepts"
            where = output.path / proof.file
            return f"it has not read {where}: it answers {status} for a name that this file {does}"
    return ""


def _status(proxy: str, host: str, within: float) -> int:
    """Return the status with which a proxy answers a request for a host."""
    parts = urlsplit(proxy)
    timeout = min(_TIMEOUT, max(within, _SHORTEST))
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)
    try:
        connection.putrequest("GET", f"http://{host}/", skip_host=True, skip_accept_encoding=True)
        for field, value in (("Host", host), ("Connection", "close")):
            connection.putheader(field, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()
