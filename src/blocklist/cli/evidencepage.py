"""EVIDENCE PAGE: what a probe found, as one page of HTML that a person reads, prints and signs.

It loads nothing and runs nothing, and names no confidential order. A verdict is told by a sign as
well as by a colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from xml.etree.ElementTree import Element

from ..backend import __version__
from ..model.wording import plural
from ..probe import EvidenceChange, EvidenceSummary, ProbeSummary, Verdict
from ..probe.evidencesummary import OrderSummary, Shown
from ..review.elements import Child, document_of, element

_SIGNS = {
    Verdict.ENFORCED: ("good", "✓"), Verdict.PARTLY: ("bad", "◐"),
    Verdict.NOT_ENFORCED: ("bad", "✗"), Verdict.UNKNOWN: ("doubt", "?"),
}  # fmt: skip
_MOST = 2_000  # rows of a list; a page of more is of no use to a reader


@dataclass(frozen=True, slots=True)
class EvidenceDescription:
    """What the page says of the file itself.

    Attributes:
        name: of the file, without folders.
        sha256: of the file.
        faults: what is wrong with it.
        changes: since an earlier probe; ``None`` if none was given.
        before: of the earlier probe, when it was.
    """

    name: str
    sha256: str
    faults: Sequence[str] = ()
    changes: Sequence[EvidenceChange] | None = None
    before: str = field(default="")


def evidence_page(summary: EvidenceSummary, about: EvidenceDescription) -> str:
    """Return the page."""
    style = resources.files(__package__).joinpath("evidence.css").read_text("utf-8")
    title = _title(summary, about)
    body = element(
        "body",
        element(
            "header",
            element("p", "blocklist probe", class_="kind"),
            element("h1", title),
            _faults(about),
        ),
        element(
            "main",
            *(_probe(number, probe) for number, probe in enumerate(summary.probes, 1)),
            _changes(about),
        ),
        element("footer", *_footer(about)),
    )
    return document_of(title, style, body)


def _title(summary: EvidenceSummary, about: EvidenceDescription) -> str:
    if about.faults:
        return "The evidence was changed or is not complete"
    if any(probe.failure or not probe.verdicts for probe in summary.probes):
        return "There is no verdict on every resolver"
    count = sum(probe.verdicts.total() for probe in summary.probes)
    enforced = sum(probe.verdicts[Verdict.ENFORCED] for probe in summary.probes)
    if count == enforced:
        beside = any(probe.overblocked_count for probe in summary.probes)
        orders = "The order is enforced" if count == 1 else f"All {count:,} orders are enforced"
        return f"{orders}, but other names are blocked too" if beside else orders
    return f"{enforced:,} of {plural(count, 'order')} {'is' if enforced == 1 else 'are'} enforced"


def _faults(about: EvidenceDescription) -> Element | None:
    if not about.faults:
        return None
    items = (element("li", fault) for fault in about.faults)
    return element("ul", *items, class_="faults")


def _probe(number: int, probe: ProbeSummary) -> Element:
    return element(
        "section",
        element("h2", probe.resolver),
        element("p", probe.failure, class_="faults") if probe.failure else None,
        _counts(probe),
        _facts(probe),
        *_orders(probe),
        *_beside(probe),
        id=f"resolver-{number}",
    )


def _counts(probe: ProbeSummary) -> Element | None:
    verdicts = probe.verdicts
    if not verdicts:
        return None
    items = (
        element("li", _sign(one), element("b", f"{verdicts[one]:,}"), f" {one}")
        for one in Verdict
        if verdicts[one]
    )
    return element("ul", *items, class_="counts")


def _sign(verdict: Verdict) -> Element:
    kind, sign = _SIGNS[verdict]
    return element("span", sign, class_=f"sign {kind}", aria_hidden="true")


def _facts(probe: ProbeSummary) -> Element:
    start = probe.start
    per_order = start.get("rules_per_order")
    rows: list[tuple[str, Child]] = [
        ("Asked", f"{_instant(probe.first)} to {_instant(probe.last)}"),
        ("Queries", f"{probe.asked:,}"),
        (
            "Sample",
            "all rules of each order" if per_order is None
            else f"{plural(int(per_order), 'rule')} of each order, chosen at random",
        ),
        ("Reference", str(start.get("reference") or "none")),
        ("Image", element("code", str(start.get("image", "")))),
        ("Program", str(start.get("program", ""))),
    ]  # fmt: skip
    rows += (
        [("Known block page or sinkhole", _tally(probe.fingerprints))] if probe.fingerprints else []
    )
    rows += [("Seen to be blocked by", _tally(probe.reasons))] if probe.reasons else []
    cells = (cell for term, said in rows for cell in (element("dt", term), element("dd", said)))
    return element("dl", *cells, class_="facts")


def _instant(text: str) -> str:
    """Return a time of the evidence as people write it."""
    return f"{text[:10]} {text[11:19]} UTC" if text.endswith("Z") else text or "unknown"


def _tally(counts: dict[str, int]) -> Element:
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:12]
    return element("ul", *(element("li", f"{said}: {count:,}") for said, count in largest))


def _orders(probe: ProbeSummary) -> Iterator[Element | None]:
    lacking = [o for o in probe.orders.values() if o.verdict is not Verdict.ENFORCED]
    enforced = [o for o in probe.orders.values() if o.verdict is Verdict.ENFORCED]
    if lacking:
        yield element("h3", "Not enforced, or not certain")
        yield _table(lacking)
    if enforced:
        yield element(
            "details",
            element("summary", plural(len(enforced), "order"), " enforced"),
            _table(enforced),
            open="" if lacking else "open",
        )
    if probe.secret:
        items = (
            element("li", _sign(one), f"{probe.secret[one]:,} {one}")
            for one in Verdict
            if probe.secret[one]
        )
        yield element("h3", "Confidential orders")
        yield element("p", "They are counted, and not named on this page.")
        yield element("ul", *items, class_="counts")


def _table(orders: Sequence[OrderSummary]) -> Element:
    head = element("tr", *(element("th", t, scope="col") for t in ("Verdict", "Order", "Answers")))
    rows = [_row(order) for order in orders[:_MOST]]
    if len(orders) > _MOST:
        rows.append(element("tr", element("td", f"and {len(orders) - _MOST:,} more", colspan=3)))
    return element("table", element("thead", head), element("tbody", *rows))


def _row(order: OrderSummary) -> Element:
    answers = ", ".join(f"{count:,} {outcome}" for outcome, count in order.answers.items() if count)
    said = " · ".join(filter(None, (order.authority, order.category)))
    return element(
        "tr",
        element("td", _sign(order.verdict), str(order.verdict), class_="verdict"),
        element("td", element("span", order.id, class_="id"), element("span", said, class_="said")),
        element("td", answers, _names(order.examples)),
    )


def _names(shown: Sequence[Shown]) -> Element | None:
    if not shown:
        return None
    items = (
        element("li", element("code", one.name), f" {one.qtype}: {one.outcome}, {one.reason}")
        for one in shown
    )
    return element("ul", *items, class_="names")


def _beside(probe: ProbeSummary) -> Iterator[Element | None]:
    if probe.overblocked_count:
        yield element("h3", f"Blocked without an order: {probe.overblocked_count:,}")
        yield element("p", "A rule is too wide, or another list of this resolver blocks them.")
        yield _names(probe.overblocked)
        if probe.overblocked_count > len(probe.overblocked):
            yield element("p", f"and {probe.overblocked_count - len(probe.overblocked):,} more")
    if probe.unsure:
        names = plural(probe.unsure, "innocent name")
        yield element("p", f"No conclusive answer for {names}.", class_="said")
    if probe.not_asked:
        rules = plural(probe.not_asked, "URL or address", "URLs and addresses")
        elsewhere = probe.start.get("orders_no_resolver_sees")
        orders = plural(len(elsewhere), "order") if isinstance(elsewhere, list) else "0 orders"
        said = f"{rules} not asked ({orders} of nothing else): a resolver cannot be asked for them."
        yield element("p", said, class_="said")


def _changes(about: EvidenceDescription) -> Element | None:
    if about.changes is None:
        return None
    items = [
        element(
            "li",
            element("span", "✗" if c.is_worse else "·", class_="sign bad" if c.is_worse else "sign",
                    aria_hidden="true"),
            element("b", c.resolver), f" {c.text}",
        )
        for c in about.changes[:_MOST]
    ]  # fmt: skip
    more = len(about.changes) - _MOST
    return element(
        "section",
        element("h2", f"Since the probe of {_instant(about.before)}"),
        element("ul", *items, class_="names") if items else element("p", "Nothing changed."),
        element("p", f"and {more:,} more") if more > 0 else None,
        id="since",
    )


def _footer(about: EvidenceDescription) -> Iterator[Element]:
    yield element(
        "p", "Every question and answer is in ", element("code", about.name), ", octet for octet. "
        "Its SHA-256:",
    )  # fmt: skip
    yield element("p", element("code", about.sha256))
    yield element("p", "To check it: ", element("code", f"blocklist probe --verify {about.name}"))
    words = ("Name", "Date", "Signature")
    yield element("p", *(element("span", said) for said in words), class_="sign-here")
    yield element("p", f"blocklist {__version__}", class_="kind")
