"""PROBE: asks a running resolver whether it enforces the orders of an image, and keeps evidence.

``resolvers`` says whom, ``questions`` what, ``asking`` sends it, ``judging`` reads the answers,
``evidence`` writes them down, and ``running`` does one after the other. Only resolvers that the
caller names are asked. Needs dnspython.
"""

from __future__ import annotations

from .evidence import Evidence
from .judging import Outcome, Verdict
from .resolvers import Resolver
from .session import Result, Settings, probe

__all__ = ["Evidence", "Outcome", "Resolver", "Result", "Settings", "Verdict", "probe"]
