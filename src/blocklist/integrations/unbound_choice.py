"""UNBOUND: which answer and which reason orders get, by the settings; nothing of Unbound in it."""

from __future__ import annotations

import struct
from typing import NamedTuple

from ..answers.ede import extended_error
from ..live.policy import Action, Response
from ..model.orders import Order
from .unbound_answers import UnboundMade
from .unbound_settings import UnboundSettings


class UnboundKept(NamedTuple):
    """What a name gets, and each other name that the same orders block.

    Attributes:
        action: for ``Hits``.
        made: the answer; ``None``: the query is resolved, and the block only counted.
        told: INFO-CODE and EXTRA-TEXT of the Extended DNS Error.
    """

    action: Action
    made: UnboundMade | None
    told: bytearray


class UnboundChoice:
    """Chooses by the settings."""

    def __init__(self, settings: UnboundSettings) -> None:
        self._policy, self._uniform_reason = settings.policy, settings.uniform_reason

    def kept(self, orders: tuple[Order, ...], qtype: int) -> UnboundKept | None:
        """Return what a name gets that the orders block; ``None``: as if nothing was blocked."""
        response = self.response(orders, qtype)
        if response is None:
            return None
        made = None
        if not response.lets_through(tcp=False):
            made = UnboundMade.of(response, qtype, self._policy.ttl)
        return UnboundKept(response.action, made, self.reason(orders))

    def response(
        self, orders: tuple[Order, ...], qtype: int, *, by_type: bool = False
    ) -> Response | None:
        """Return the response; ``None``: as if nothing was blocked. ``by_type`` is that of ``Led``.

        Where a transport is needed, as only an order can demand, it is REFUSED.
        """
        response = self._policy.response_of(orders, qtype, by_type=by_type)
        if response is None:
            return None
        return Response(Action.REFUSED) if response.sent.needs_transport else response

    def reason(self, orders: tuple[Order, ...]) -> bytearray:
        """Return the content of the option of an Extended DNS Error (RFC 8914)."""
        code, text = extended_error(orders, uniform_reason=self._uniform_reason)
        return bytearray(struct.pack("!H", code) + text.encode())
