"""LUMEN: orders as notices of lumendatabase.org, which its interface takes (``POST /notices``).

Nothing is sent. Confidential orders are never in it, and no party of an order unless the caller
says so. The fields are those of the source of June 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from ..answers.disclosure import fit, is_own, reference, tellable
from ..model.orders import Moment, Order
from ..model.targets import Target, TargetKind
from ..model.wording import plural
from .ordertimes import ReportedOrder
from .targetcheck import TargetCheck

COURT, GOVERNMENT = "CourtOrder", "GovernmentRequest"
ROLES = {
    COURT: (
        "recipient", "sender", "principal", "issuing_court", "plaintiff", "defendant", "submitter",
    ),
    GOVERNMENT: ("recipient", "sender", "principal", "submitter"),
}  # fmt: skip
REQUEST_TYPES = (
    "Agency", "Civil Subpoena", "Email", "Records Preservation", "Subpoena", "Warrant",
)  # fmt: skip
ACTIONS = ("Yes", "No", "Partial", "Unspecified")
UNCERTAIN = "the fields are those of the source of June 2026; the live interface may differ"
_EARLIEST = date(1998, 10, 28)  # a date must be after it
_URL = re.compile(r"[a-z]{3,5}://.+", re.IGNORECASE)
# How courts are called; whatever else orders is a body of a government.
_COURTS = re.compile(
    r"\b(?:tribunal\w*|cort[ei]|court|giudice|g\.?i\.?p\.?|cour|\w*gericht\w*|juzgado|audiencia|"
    r"juzgados|rechtbank|gerechtshof|sąd|soud|súd|sud|bíróság|domstol\w*|tingsrätt|käräjäoikeus|"
    r"kohus|tiesa|teismas|judecători\w*)\b",
    re.IGNORECASE,
)
_AS_URL = (TargetKind.SUBTREE, TargetKind.EXACT, TargetKind.URL)


def lumen_notices(
    reported: Iterable[tuple[ReportedOrder, TargetCheck]],
    recipient: str,
    today: date,
    *,
    parties: bool = False,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the notices, and what is left out or uncertain.

    Args:
        reported: orders, with what became of their targets.
        recipient: the name of the operator, who received the orders.
        today: no date may be after it.
        parties: whether those to whom an order is addressed are named, and its title told, which
            names parties as a rule.
    """
    notices: list[dict[str, Any]] = []
    counted: list[tuple[ReportedOrder, TargetCheck]] = []
    secret = empty = 0
    for one, targets in reported:
        if is_own(one.order):
            continue
        if not tellable([one.order]):
            secret += 1
            continue
        notice = _notice(one, targets, recipient, today, parties=parties)
        if notice["works_attributes"]:
            notices.append(notice)
            counted.append((one, targets))
        else:
            empty += 1
    notes = [
        f"{plural(count, 'order')} left out: {why}"
        for count, why in ((secret, "confidential"), (empty, "no target that a URL can say"))
        if count
    ]
    open_ = sum(bool(one.times.doubts) for one, _ in counted)
    if open_:
        notes.append(f"action_taken: of {plural(open_, 'order')} the record leaves something open")
    guessed = sum(notice["type"] == GOVERNMENT for notice in notices)
    if guessed:
        notes.append(
            f"{plural(guessed, 'notice')} of type {GOVERNMENT}: the name of the authority is not "
            "that of a court"
        )
    return notices, notes


def _notice(
    one: ReportedOrder, targets: TargetCheck, recipient: str, today: date, *, parties: bool
) -> dict[str, Any]:
    order = one.order
    kind = COURT if _COURTS.search(order.authority.name) else GOVERNMENT
    title = order.title if parties else ""  # "X v. Y"
    urls = [_url(target) for target in order.targets if target.kind in _AS_URL]
    works = [
        {
            "description": fit(order.category or title) or "Sites ordered to be blocked",
            "kind": "Unspecified",
            "infringing_urls_attributes": [{"url": url} for url in dict.fromkeys(urls)],
        }
    ]
    notice: dict[str, Any] = {
        "type": kind,
        "title": reference(order),
        "subject": fit(title) or "Order to block access",
        "body": "\n".join(_body(order, len(order.targets) - len(urls))),
        "source": "the recipient's own record",
        "language": order.language.partition("-")[0].lower(),
        "date_sent": _day(order, order.issued or order.published, today),
        "date_received": _day(order, order.notified, today),
        "action_taken": _action(one, targets),
        "request_type": "Agency" if kind == GOVERNMENT else "",
        "case_id_number": _whole(order.case_number or order.number),
        "jurisdiction_list": [order.jurisdiction] if order.jurisdiction else [],
        "regulation_list": [fit(order.legal_basis)] if order.legal_basis else [],
        "tag_list": [fit(order.category)] if order.category else [],
        "works_attributes": works if urls else [],
        "entity_notice_roles_attributes": list(_roles(order, kind, recipient, parties=parties)),
    }
    kept = ("works_attributes", "entity_notice_roles_attributes")
    return {name: value for name, value in notice.items() if value or name in kept}


def _url(target: Target) -> str:
    return f"http://{target.value}{'' if target.kind is TargetKind.URL else '/'}"


def _body(order: Order, others: int) -> Iterator[str]:
    if order.case_number:
        yield f"Case number: {fit(order.case_number)}."
    if others:
        verb = "is" if others == 1 else "are"
        yield f"{plural(others, 'target')} that no URL can say {verb} left out."


def _whole(number: str) -> int | None:
    """Return a number that is whole; of any other Lumen would take a part for the whole."""
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number.strip()) else None


def _day(order: Order, moment: Moment | None, today: date) -> str:
    """Return a day that Lumen takes; empty for any other."""
    if moment is None:
        return ""
    day = order.start_of(moment).astimezone(order.zone).date()
    return day.isoformat() if _EARLIEST < day < today + timedelta(days=1) else ""


def _action(one: ReportedOrder, targets: TargetCheck) -> str:
    """Return what was done, as far as it is known."""
    if one.effect is not None:
        return "Partial" if targets.lacking or targets.refused else "Yes"
    if one.times.first_served is not None:
        return "Partial"
    return "No" if one.times.outputs else "Unspecified"


def _roles(order: Order, kind: str, recipient: str, *, parties: bool) -> Iterator[dict[str, Any]]:
    issuer = "issuing_court" if kind == COURT else "sender"
    yield _role("recipient", recipient)
    yield _role(issuer, order.authority.name, order.jurisdiction)
    if parties and kind == COURT:
        for name in order.addressees:
            yield _role("defendant", name)


def _role(role: str, name: str, country: str = "") -> dict[str, Any]:
    entity = {"name": fit(name), "kind": "organization"}
    return {
        "name": role,
        "entity_attributes": entity | ({"country_code": country} if country else {}),
    }


def notice_faults(notice: dict[str, Any], today: date) -> Iterator[str]:
    """Yield what Lumen would refuse about a notice."""
    kind = notice.get("type")
    if kind not in ROLES:
        yield f"type {kind!r}"
        return
    if not notice.get("title"):
        yield "no title"
    roles = notice.get("entity_notice_roles_attributes") or []
    if not roles:
        yield "no roles"
    for role in roles:
        if role["name"] not in ROLES[kind] or not role["entity_attributes"]["name"]:
            yield f"role {role['name']!r}"
    urls = [
        url["url"]
        for work in notice.get("works_attributes") or []
        for url in work["infringing_urls_attributes"]
    ]
    if not urls:
        yield "no works"
    yield from (f"url {url!r}" for url in urls if not _URL.fullmatch(url))
    for field in ("date_sent", "date_received"):
        day = notice.get(field)
        if day and not _EARLIEST < date.fromisoformat(day) < today + timedelta(days=1):
            yield f"{field} {day}"
    if notice.get("action_taken") not in ACTIONS:
        yield f"action_taken {notice.get('action_taken')!r}"
    if notice.get("request_type", "Agency") not in REQUEST_TYPES:
        yield f"request_type {notice['request_type']!r}"
    if not isinstance(notice.get("case_id_number", 0), int):
        yield f"case_id_number {notice['case_id_number']!r}"
