"""COMPILE: orders → image, the one function that runs the whole compile side."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from ..answers.disclosure import is_hidden
from ..errors import (
    CompileError,
    EmptyBlocklistError,
    OrderSyntaxError,
    ProtectedNameError,
    PublicSuffixTargetError,
    UnsupportedTargetError,
)
from ..image import layout
from ..image.container import Image
from ..image.contents import ImageSource, refuse_other_kind
from ..model.countries import country
from ..model.orderdata import decode_order, encode_order
from ..model.orders import Order, utc
from ..model.patterns import specificity
from ..model.report import Report, RuleGround
from ..model.shadows import enforced, tried
from ..model.targets import Rejected, Rule, TargetKind
from .addressindex import address_rank, encode_addresses
from .automaton import encode_automaton
from .covered import CoveredRules
from .guards import PROTECTION, Guards, apply_guards
from .rules import gather_rules, select_orders
from .ruletable import RuleTable
from .suffixtrie import encode_trie
from .watchlists import DEFAULT, HOLD, MENTION

_STRICT = {
    "public-suffix": PublicSuffixTargetError,
    "protected": ProtectedNameError,
    "broad-pattern": CompileError,
    "address": CompileError,
    "critical": ProtectedNameError,
    "popular": ProtectedNameError,
}


def compile_orders(
    orders: Iterable[Order],
    *,
    at: datetime | None = None,
    jurisdiction: str | None = None,
    protect: Iterable[str] = (),
    permit: Iterable[str] = (),
    widen_urls: bool = False,
    strip_www: bool = False,
    critical: str | os.PathLike[str] | None = DEFAULT,
    popular: Iterable[str] = (),
    hold: int = HOLD,
    mention: int = MENTION,
    previous: ImageSource | None = None,
    shadow: bool = False,
    strict: bool = False,
    allow_empty: bool = False,
) -> Image:
    """Compile the orders that bind at ``at`` in ``jurisdiction`` into an image.

    The same orders in any sequence give the same octets, on any machine, as long as the same
    orders bind: the time of compiling is not in the image. A million plain names take seconds and
    some hundred octets of memory each.

    Args:
        orders: from ``load_orders``, or made by hand. The same order twice counts once.
        at: aware; the default is now.
        jurisdiction: ISO 3166-1 alpha-2; ``None`` takes the orders of every country. An order that
            says nothing of where it binds is always taken.
        protect: names (each with all below), addresses and prefixes that must never be blocked. A
            target under one is refused; one above it is blocked around it.
        permit: targets, in order notation, that the other guards let through: ``github.io``.
        widen_urls: block the whole host of a URL target. No order says so by itself.
        strip_www: read a target ``www.x`` as ``x``.
        critical: names that no target may take down unless it is permitted: ``"default"``, those
            that come along, each with its reason; the path of a TOML file of the same form;
            ``None``, none.
        popular: names by popularity, the most popular first. A new target that would block one of
            the first ``hold`` has to be permitted; of one that would block one of the first
            ``mention`` a warning tells.
        hold: how many.
        mention: how many.
        previous: the image in use, or its path: what it blocks is not new. Without it, every
            target is.
        shadow: compile the shadow orders alone, into an image that is counted and not enforced.
            Without it they are left out, and the report names them.
        strict: raise for the first line or target that is refused, instead of reporting it.
        allow_empty: return an image that blocks nothing, where it is known why: every order has
            ended.

    Returns:
        The image; its ``report`` says what became of every order and target.

    Raises:
        EmptyBlocklistError: nothing would be blocked, and ``allow_empty`` is false.
        CompileError: two orders share an id; an order is a draft (``reviewed`` is false); with
            ``strict`` also for what guards refuse (``PublicSuffixTargetError``,
            ``ProtectedNameError``).
        UnsupportedTargetError: with ``strict``, a line that could not be read.
        ConfigurationError: ``at`` has no time zone, or ``jurisdiction`` is no country code.
        ImageError: ``previous`` is not an image, or one of shadow orders where this is not.
        TypeError: what should be orders is something else.
    """
    at = datetime.now(UTC) if at is None else utc(at)
    jurisdiction = None if jurisdiction is None else country(jurisdiction)
    listed = _listed(orders)
    if previous is not None:
        refuse_other_kind(previous, shadow=shadow)
    orders = tried(listed) if shadow else enforced(listed)
    left_out = () if shadow else tuple(sorted({order.id for order in tried(listed)}))
    for order in orders:
        _refuse_draft(order)
    selection = select_orders(orders, at, jurisdiction)
    for order in selection.orders:
        _check(order)
    guards = Guards.read(
        protect, permit, critical=critical, popular=popular, hold=hold, mention=mention,
        previous=previous,
    )  # fmt: skip
    table = gather_rules(selection.orders, widen_urls=widen_urls, strip_www=strip_www)
    apply_guards(table, guards)
    rejected = sorted(set(table.rejected), key=lambda r: (r.order_id, r.line, r.text, r.code))
    faults = [refused for refused in rejected if not refused.is_withdrawal]
    if strict and faults:
        raise _as_error(faults[0])
    is_empty = not any(table.columns) and all(rule.allow for rule in table.rules)
    if is_empty and not allow_empty:
        skipped = [*selection.skipped, *((id_, "a shadow order") for id_ in left_out)]
        raise EmptyBlocklistError(_why_empty(selection.orders, skipped, rejected))
    sections, rules = image_sections(table, jurisdiction, selection.valid_until, shadow=shadow)
    return Image.build(
        sections,
        Report(
            rules=rules,
            targets=table.targets,
            orders=tuple(order.id for order in selection.orders),
            skipped=tuple(selection.skipped),
            shadow=left_out,
            rejected=tuple(rejected),
            covered=CoveredRules(table, sections),
            warnings=tuple(sorted({*selection.warnings, *table.warnings, *_doubts(table)})),
            withheld=tuple(
                RuleGround(table.orders[number].id, rule, line, raw)
                for rule, (number, line, raw) in table.withheld
            ),
            protected=table.protected,
        ),
    )


def _listed(orders: Iterable[Order]) -> list[Order]:
    """Return the orders as a list; whatever else it is, the error says what to do."""
    if isinstance(orders, str | bytes | os.PathLike):
        raise TypeError(
            f"orders must be Order objects, not {type(orders).__name__}: load_orders(source) reads "
            "them from a file or from octets"
        )
    if isinstance(orders, Order):
        raise TypeError("compile_orders takes several orders: write compile_orders([order])")
    listed = list(orders)
    for order in listed:
        if not isinstance(order, Order):
            raise TypeError(f"orders must be Order objects, not {type(order).__name__}")
    return listed


def _refuse_draft(order: Order) -> None:
    """Refuse an order that says of itself that no person has reviewed it, in force or not."""
    if order.reviewed is False:
        raise CompileError(
            f"order {order.id!r} is a draft that nobody has reviewed (reviewed = false); compare "
            "it with its document, list in targets what it orders, and set reviewed = true, "
            "reviewed_by and reviewed_at",
            path=order.source.path or None,
            line=order.source.line or None,
            order_id=order.id,
        )


def _check(order: Order) -> None:
    """Refuse an order that no image could give back."""
    try:
        if order.id == PROTECTION.id:
            raise OrderSyntaxError("this id is reserved for the operator's protected names")
        decode_order(encode_order(order))
    except (ValueError, AttributeError) as error:
        faulty = CompileError(f"order {order.id!r}: {error}", order_id=order.id)
        if not is_hidden([order]):
            raise faulty from error
    else:
        return
    raise faulty  # alone: the error behind it may quote what is confidential


def image_sections(
    table: RuleTable,
    jurisdiction: str | None,
    valid_until: datetime | None,
    *,
    shadow: bool = False,
) -> tuple[dict[str, bytes], int]:
    """Return all sections of an image, and the number of rules in it."""
    texts = {raw for grounds in table.rules.values() for _, _, raw in grounds}
    texts.update(raw for column in table.columns for raw in column.raws)
    raws = {text: number for number, text in enumerate(["", *sorted(texts - {""})])}
    sections, grounds, count = encode_trie(table, raws)
    for section, kind, key in (
        (layout.SECTION_PATTERNS, TargetKind.PATTERN, _pattern_rank),
        (layout.SECTION_URLS, TargetKind.URL, _plain_rank),
        (layout.SECTION_ADDRESSES, TargetKind.ADDRESS, address_rank),
    ):
        rules = sorted((rule for rule in table.rules if rule.kind is kind), key=key)
        if kind is TargetKind.ADDRESS:
            sections[section] = encode_addresses(rules)
        else:
            sections[section] = _json([[rule.value, rule.allow] for rule in rules])
        for rule in rules:
            for ground in table.rules[rule]:
                grounds.rules.append(count)
                grounds.add(ground, raws)
            count += 1
        if kind is TargetKind.PATTERN:
            sections[layout.SECTION_AUTOMATON] = encode_automaton(
                [(r.value, r.allow) for r in rules]
            )
    sections[layout.SECTION_GROUNDS] = grounds.packed(count)
    sections[layout.SECTION_RAW_TEXTS] = _json(list(raws))
    sections[layout.SECTION_ORDERS] = _json([encode_order(order) for order in table.orders])
    sections[layout.SECTION_META] = _json(
        {
            "rules": count,
            "jurisdiction": jurisdiction,
            "valid_until": valid_until.astimezone(UTC).isoformat() if valid_until else None,
            **({"shadow": True} if shadow else {}),
        }
    )
    return sections, count


def _pattern_rank(rule: Rule) -> tuple[int, int, bool, str]:
    """Sort the most specific pattern first; of two alike, the exception."""
    labels, octets = specificity(rule.value)
    return -labels, -octets, not rule.allow, rule.value


def _plain_rank(rule: Rule) -> tuple[str, bool]:
    return rule.value, rule.allow


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _doubts(table: RuleTable) -> Iterable[str]:
    """Warnings about the result as a whole."""
    enforced = {column.number for column in table.columns if column}
    kinds = {rule.kind for rule in table.rules if not rule.allow}
    kinds.update(column.kind for column in table.columns if column)
    for rule, grounds in table.rules.items():
        enforced.update(number for number, _, _ in grounds)
        if not rule.allow:
            continue
        ids = ", ".join(sorted({table.orders[n].id for n, _, _ in grounds}))
        shown = table.shown(rule)
        if table.has(rule.kind, rule.value):
            yield f"{shown} is both ordered and excepted (by {ids}): it is not blocked"
        elif not table.reaches(rule, kinds):
            yield f"the exception {shown} (by {ids}) has no effect: see what wins over what"
    for number, order in enumerate(table.orders):
        if number not in enforced:
            yield f"{order.id}: none of its targets is enforced; see the rejected targets"


def _why_empty(
    orders: Sequence[Order], skipped: Iterable[tuple[str, str]], rejected: Sequence[Rejected]
) -> str:
    reasons = [f"{order_id}: {reason}" for order_id, reason in skipped]
    reasons += map(str, rejected)
    bare = "there are only exceptions" if orders else "there is no order"
    shown = "; ".join(reasons[:3]) + ("; …" if len(reasons) > 3 else "")
    return "nothing would be blocked" + (f" ({shown})" if shown else f": {bare}")


def _as_error(rejected: Rejected) -> Exception:
    kind = _STRICT.get(rejected.code, UnsupportedTargetError)
    return kind(
        f"{rejected.text!r}: {rejected.reason}",
        path=rejected.path or None,
        line=rejected.line or None,
        order_id=rejected.order_id or None,
    )
