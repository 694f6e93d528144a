"""UNBOUND: where an answer leads that Unbound has found, read from its own structures."""

from __future__ import annotations

import contextlib
from typing import Any

from .wire import AAAA, CNAME, SERVICES, A
from .wireleads import Leads, read_service

_SIZE = 2  # octets of the length before the data of a record


def read_reply(unbound: Any, reply: Any, *, addresses: bool) -> Leads:
    """Return the leads of an answer.

    Args:
        unbound: ``unboundmodule``.
        reply: a ``reply_info``. Unbound has put its CNAMEs into sequence.
        addresses: whether they are wanted; each costs a call.
    """
    found = Leads([], [], [])
    rrsets = reply.rrsets
    for at in range(reply.an_numrrsets):
        key = rrsets[at]
        kind = unbound.ntohs(key.rk.type)
        if kind == CNAME:
            found.aliases.append((key.rk.dname, key.entry.data.rr_data[0][_SIZE:]))
        elif kind in (A, AAAA) and addresses:
            found.addresses.extend(_records(key.entry.data))
        elif kind in SERVICES:
            owner = key.rk.dname
            for octets in _records(key.entry.data):
                with contextlib.suppress(ValueError):  # no client reads it either
                    target, hints = read_service(octets, owner)
                    found.services.append((owner, target))
                    found.addresses.extend(hints if addresses else ())
    return found


def _records(data: Any) -> list[bytes]:
    return [data.rr_data[number][_SIZE:] for number in range(data.count)]
