"""HISTORY LINES: how the answers of a record are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..answers.disclosure import CONFIDENTIAL, describe, fit, is_hidden, tellable
from ..history.timelines import Period, Serving, WasBlocked
from ..model.orders import Order
from ..model.wording import plural


def answer_lines(found: WasBlocked, confidential: bool) -> list[str]:
    """Return what is said of an answer."""
    at = _shown(found.at)
    if found.in_force is None:
        return [f"{found.name}: not known at {at}: {found.reason}", f"{found.serving}"]
    lines = [f"{found.name}: {'in force' if found.in_force else 'not in force'} at {at}"]
    if found.since is not None:
        lines[0] += f", since {_shown(found.since)}"
    lines.append(_serving_line(found))
    if found.rule is not None:
        what = "rule" if not found.rule.allow else "exception"
        lines.append(f"{what}: {_rule(found, confidential)}")
    lines += (f"order: {_order(order, confidential)}" for order in found.orders)
    for one in found.resolvers:
        since = f"blocked since {_shown(one.since)}" if one.since is not None else "not blocked"
        lines.append(f"{one.output}, {one.resolver}: {since}")
    if found.reason:
        lines.append(f"not certain: {found.reason}")
    return lines


def _serving_line(found: WasBlocked) -> str:
    begun = [one.since for one in found.resolvers if one.since is not None]
    if found.serving is Serving.SERVED:
        return f"served since {_shown(max(begun))}"
    if found.serving is Serving.INTRODUCED and not found.resolvers:
        return f"{found.serving}: no resolver was seen yet"
    if found.serving in (Serving.INTRODUCED, Serving.LIFTED):
        seen = sum(one.blocked for one in found.resolvers)
        count = plural(len(found.resolvers), "resolver")
        return f"{found.serving}: seen blocked on {seen} of {count}"
    return str(found.serving)


def _rule(found: WasBlocked | Period, confidential: bool) -> str:
    if found.rule is None:
        return ""
    is_secret = bool(found.orders) and is_hidden(found.orders) and not confidential
    return CONFIDENTIAL if is_secret else found.rule.text


def _order(order: Order, confidential: bool) -> str:
    if not tellable([order], confidential=confidential):
        return CONFIDENTIAL
    return f"{fit(order.id)}: {describe(order, confidential=confidential)}"


def _ids(orders: tuple[Order, ...], confidential: bool) -> list[str]:
    return [fit(order.id) for order in tellable(orders, confidential=confidential)]


def _shown(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def answer_data(found: WasBlocked, confidential: bool) -> dict[str, Any]:
    """Return an answer as JSON."""
    return {
        "name": found.name,
        "at": _shown(found.at),
        "in_force": found.in_force,
        "reason": found.reason,
        "since": found.since and _shown(found.since),
        "entry": found.image,
        "rule": _rule(found, confidential) or None,
        "orders": _ids(found.orders, confidential),
        "serving": str(found.serving),
        "resolvers": [
            {
                "output": one.output,
                "resolver": one.resolver,
                "blocked": one.blocked,
                "since": one.since and _shown(one.since),
            }
            for one in found.resolvers
        ],
    }


def period_data(period: Period, confidential: bool) -> dict[str, Any]:
    """Return a period as JSON."""
    return {
        "blocked": period.blocked,
        "begins": _shown(period.begins),
        "ends": period.ends and _shown(period.ends),
        "entry": period.since,
        "rule": _rule(period, confidential) or None,
        "orders": _ids(period.orders, confidential),
    }


def period_line(period: Period, confidential: bool) -> str:
    """Return what is said of a period."""
    until = "now" if period.ends is None else _shown(period.ends)
    line = (
        f"{_shown(period.begins)} until {until}: {'blocked' if period.blocked else 'not blocked'}"
    )
    if period.rule is None:
        return line
    orders = ", ".join(_ids(period.orders, confidential)) or CONFIDENTIAL
    what = "exception" if period.rule.allow else "rule"
    return f"{line} ({what} {_rule(period, confidential)}; {orders})"
