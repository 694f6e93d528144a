"""PROBING: the command that checks whether running resolvers enforce the orders of an image."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import click

from ..answers.check import CHECK_NAME, DIGITS
from ..errors import BlocklistError, ConfigurationError
from ..exporters.canary import file16_of
from ..image.container import Image
from ..image.contents import Contents, refuse_other_kind
from ..matcher.blocklist import Blocklist
from ..model.wording import plural
from ..probe import (
    Evidence,
    EvidenceSummary,
    Fingerprints,
    Resolver,
    Result,
    Settings,
    Verdict,
    probe,
)
from ..probe.asking import Asker, Pace, need_dnspython
from ..probe.canaries import Wanted, look
from ..probe.judging import Sinkholes
from ..probe.session import QTYPES
from .evidencing import Kept, say_changes, verify_evidence
from .group import EXIT_ERROR, EXIT_INTERRUPTED
from .printing import note
from .staleness import warn_if_stale
from .values import Duration

EXIT_NOT_ENFORCED = 1
_FEW = 20
_STANDARD = Settings()


@click.command("probe")
@click.argument("image", required=False)
@click.option(
    "--resolver", "resolvers", multiple=True, metavar="WHERE",
    help="Resolver to probe: 127.0.0.1:5353, tcp://…, tls://…, https://…/dns-query; may be "
    "repeated.",
)  # fmt: skip
@click.option("--reference", metavar="WHERE", help="Resolver that blocks nothing, for comparison.")
@click.option(
    "-o",
    "--output",
    default="-",
    help="New file for the evidence, as JSON lines (default: standard output).",
)
@click.option(
    "--order", "orders", multiple=True, metavar="ID", help="Probe only this order; may be repeated."
)
@click.option(
    "--per-order", type=click.IntRange(1), default=_STANDARD.per_order, show_default=True,
    help="Number of rules to probe per order, chosen at random.",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Probe every rule of each order.")
@click.option(
    "--qtype", "qtypes", multiple=True, default=_STANDARD.qtypes, show_default=True,
    type=click.Choice(QTYPES, case_sensitive=False),
    help="Query type for ordered names; may be repeated.",
)  # fmt: skip
@click.option(
    "--rate", type=click.FloatRange(0, min_open=True), default=_STANDARD.rate, show_default=True,
    help="Maximum number of queries per second.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=_STANDARD.timeout,
    show_default=True, help="Seconds to wait for an answer to one try.",
)  # fmt: skip
@click.option(
    "--tries", type=click.IntRange(1), default=_STANDARD.tries, show_default=True,
    help="Number of tries for each query.",
)  # fmt: skip
@click.option(
    "--sinkhole", "sinkholes", multiple=True, metavar="ADDRESS|NAME",
    help="Additional sinkhole address or name that counts as blocked; may be repeated.",
)  # fmt: skip
@click.option(
    "--fingerprints", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
    help="OONI's fingerprints_dns.csv: name whose block page or sinkhole answered, and count an "
    "answer that leads to one as blocked.",
)  # fmt: skip
@click.option(
    "--names-only", is_flag=True,
    help="URLs and addresses, for which no resolver can be asked, do not count: another program "
    "enforces them.",
)  # fmt: skip
@click.option("--silence-is-block", is_flag=True, help="Count a missing answer as blocked.")
@click.option(
    "--ca", type=click.Path(exists=True, dir_okay=False),
    help="File of trusted CA certificates (PEM), for a resolver with a private CA.",
)  # fmt: skip
@click.option(
    "--canary", "canaries", multiple=True, metavar="[NAME]", is_flag=False, flag_value=CHECK_NAME,
    help="Only ask for the canary of an export, and say whether it is that of the image (default: "
    f"{CHECK_NAME}); may be repeated.",
)  # fmt: skip
@click.option(
    "--file16", metavar="HEX|FILE", default="",
    help="Digest of the export that the canary must name, 16 hex digits as `export` prints them, "
    "or the exported file.",
)  # fmt: skip
@click.option(
    "--within", type=Duration(), default="0s",
    help="How long to wait for the canary (with --canary), such as 30s.",
)  # fmt: skip
@click.option(
    "--html", "page", metavar="FILE", type=click.Path(dir_okay=False),
    help="Also write a page for people: verdicts, answers and digest; it names no confidential "
    "order.",
)  # fmt: skip
@click.option(
    "--since", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
    help="Earlier evidence: say what changed since.",
)  # fmt: skip
@click.option(
    "--verify", "verified", multiple=True, metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Ask nothing; check that evidence is whole and agrees with its octets. May be repeated: "
    "each file must then follow (--since) one before it.",
)  # fmt: skip
@click.option(
    "--show-confidential",
    is_flag=True,
    help="Name confidential orders in the result; they are probed in any case.",
)
def probe_(
    image: str | None,
    resolvers: tuple[str, ...],
    reference: str | None,
    output: str,
    orders: tuple[str, ...],
    per_order: int,
    every: bool,
    qtypes: tuple[str, ...],
    rate: float,
    timeout: float,
    tries: int,
    sinkholes: tuple[str, ...],
    fingerprints: str | None,
    names_only: bool,
    silence_is_block: bool,
    ca: str | None,
    canaries: tuple[str, ...],
    file16: str,
    within: float,
    page: str | None,
    since: str | None,
    verified: tuple[str, ...],
    show_confidential: bool,
) -> None:
    """Query running resolvers, and report which orders they enforce.

    Queries only the resolvers that you name, for ordered names and for innocent ones. Exit code 0:
    every order is enforced and nothing else is blocked; 1: an order is not enforced, another name
    is blocked, the result is inconclusive, the image is stale, or it holds URLs or addresses, which
    cannot be asked for (without --names-only); 2: no verdict.

    With --canary it asks for nothing else. Exit code 0: every resolver serves the export of this
    image; 1: one does not, or the image is stale.

    With --verify it needs no image and no resolver. Exit code 0: the evidence is whole; 1: it was
    changed or is not complete.
    """
    if verified:
        if image is not None or resolvers or canaries:
            raise click.UsageError("--verify takes no image, --resolver or --canary")
        sys.exit(verify_evidence(verified, page, since))
    if image is None or not resolvers:
        raise click.UsageError("name an image and at least one --resolver, or --verify FILE")
    if canaries and (page or since or fingerprints):
        raise click.UsageError("--canary takes no --html, --since or --fingerprints")
    kept = Kept.of(page, since, (image, output))
    settings = Settings(
        per_order=None if every else per_order, orders=orders, qtypes=qtypes, rate=rate,
        timeout=timeout, tries=tries, sinkholes=sinkholes, silence_is_block=silence_is_block,
        ca=ca or "", names_only=names_only, confidential=show_confidential,
        fingerprints=Fingerprints.read(fingerprints) if fingerprints else Fingerprints(),
    )  # fmt: skip
    try:
        code = (
            _look(image, resolvers, canaries, file16, within, settings)
            if canaries
            else _probe(image, resolvers, reference, output, settings, kept)
        )
    except KeyboardInterrupt:
        note("interrupted: no verdict")
        code = EXIT_INTERRUPTED
    sys.exit(code)


def _probe(
    image: str, resolvers: tuple[str, ...], reference: str | None, output: str, settings: Settings,
    kept: Kept,
) -> int:  # fmt: skip
    """Probe all resolvers; return the exit code."""
    asked = [Resolver.parse(text) for text in resolvers]
    compared = None if reference is None else Resolver.parse(reference)
    blocked, pace = Blocklist.open(image), Pace(settings.rate)
    refuse_other_kind(blocked, shadow=False)
    stale = warn_if_stale(blocked.contents, image)
    with ExitStack() as stack:
        # Evidence of another day is never overwritten.
        file = sys.stdout if output == "-" else stack.enter_context(Path(output).open("x"))
        summary = EvidenceSummary()
        evidence = Evidence(file, summary.add)
        kept.begin(evidence)
        results = []
        for resolver in asked:
            try:
                result = probe(
                    blocked, resolver, reference=compared, settings=settings, evidence=evidence,
                    pace=pace,
                )  # fmt: skip
            except ConfigurationError:
                raise
            except BlocklistError as error:
                evidence.write("failure", {"resolver": str(resolver), "error": str(error)})
                note(f"Error: {error}")
            else:
                results.append(result)
                _summary(result)
        evidence.close({"asked": sum(probed.asked for probed in summary.probes)})
    name = "standard output" if output == "-" else Path(output).name
    if results:
        note(f"{name}: sha256 {evidence.sha256}")
    say_changes(kept.finish(summary, name, evidence.sha256), err=True)
    if len(results) < len(asked):
        return EXIT_ERROR
    is_good = not stale and all(result.is_good for result in results)
    return 0 if is_good else EXIT_NOT_ENFORCED


def _look(
    image: str,
    resolvers: tuple[str, ...],
    canaries: tuple[str, ...],
    file16: str,
    within: float,
    settings: Settings,
) -> int:
    """Look for all canaries at all resolvers; return the exit code."""
    need_dnspython()
    opened, pace = Image.open(image), Pace(settings.rate)
    refuse_other_kind(opened, shadow=False)
    stale, image16 = warn_if_stale(Contents(opened), image), opened.content_digest[:DIGITS]
    sinkholes, seen = Sinkholes.parse(settings.sinkholes), []
    for text in resolvers:
        asker = Asker(
            Resolver.parse(text), pace, ca=settings.ca, timeout=settings.timeout, tries=1
        )  # fmt: skip
        for name in canaries:
            wanted = Wanted(name, image16, file16 and file16_of(file16, name), sinkholes)
            found = look(asker, wanted, within)
            told = "seen" if found.is_seen else "NOT seen"
            note(f"{text}: canary {name} {told} after {found.seconds:.1f} s: {found.told}")
            seen.append(found.is_seen)
    return 0 if all(seen) and not stale else EXIT_NOT_ENFORCED


def _summary(result: Result) -> None:
    counts = Counter(result.verdicts.values())
    verdicts = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in Verdict if counts[verdict])
    asked = plural(result.asked, "query", "queries")
    note(f"{result.resolver}: orders: {verdicts}; {asked}")
    lacking = [(id_, v) for id_, v in result.verdicts.items() if v is not Verdict.ENFORCED]
    _list([f"{_shown(result, id_)}: {verdict}{_why(result, id_)}" for id_, verdict in lacking])
    _list([f"{name} is blocked, but no order names it: {why}" for name, why in result.overblocked])
    if result.unsure:
        note(f"no conclusive answer for {plural(len(result.unsure), 'innocent name')}")
    if result.secret:
        note(f"{plural(len(result.secret), 'confidential order')} among them, not named here")
    if result.not_asked:
        rules = plural(result.not_asked, "URL or address", "URLs and addresses")
        orders = plural(len(result.elsewhere), "order")
        note(
            f"{rules} NOT asked ({orders} of nothing else): a resolver cannot be asked for them"
            + ("" if result.names_only else "; say --names-only if another program enforces them")
        )


def _shown(result: Result, id_: str) -> str:
    return "a confidential order" if id_ in result.secret else id_


def _why(result: Result, id_: str) -> str:
    tally = result.tallies[id_]
    return ": " + ", ".join(f"{count:,} {outcome}" for outcome, count in tally.items())


def _list(lines: list[str]) -> None:
    for line in lines[:_FEW]:
        note(f"  {line}")
    if len(lines) > _FEW:
        note(f"  and {len(lines) - _FEW:,} more")
