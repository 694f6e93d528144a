"""REACH: what a target would take down, as far as lists and a month of queries show it.

A log shows how far a target reaches, how many share it, and who depends on it; never whether an
order is right. So there are levels and reasons, and a person decides.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import ip_network
from pathlib import Path

from ..compiler.watchednames import WatchedNames
from ..compiler.watchlists import popular_names
from ..errors import CompileError, ConfigurationError
from ..model.addresses import Network, parse_network
from ..model.suffixes import PublicSuffixes, public_suffixes
from ..model.targets import Rule, TargetError, TargetKind, parse_target
from ..model.wording import plural

_FEW = 3


class Level(StrEnum):
    """How much a finding weighs, the gravest first."""

    STOP = "stop"
    """Such a target took down innocent sites before, or would take down what many use."""
    LOOK = "look"
    """A person should see it before it is enforced."""
    NOTE = "note"
    """Worth knowing; no reason to wait."""


LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True)
class ReachFinding:
    """One reason, in words."""

    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something counts. What fits depends on the network: none is proven.

    Attributes:
        stop_rank: popularity rank up to which a target is at *stop*.
        look_rank: up to which it is at *look*.
        reach: share of the clients from which on a target has reach.
        owners: registrable domains that depend on a target.
        tenants: labels directly below a target, each with clients that ask for no other.
    """

    stop_rank: int = 1_000
    look_rank: int = 5_000
    reach: float = 0.0025
    owners: int = 3
    tenants: int = 10

    def __post_init__(self) -> None:
        for name in ("stop_rank", "look_rank"):
            if getattr(self, name) < 0:
                raise ConfigurationError(f"{name} is at least 0")
        for name in ("owners", "tenants"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} is at least 1")
        if not 0 < self.reach <= 1:
            raise ConfigurationError("reach is a share, more than 0 and at most 1")


USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Traffic:
    """What logs hold for one target.

    Attributes:
        queries: for names that it would block; ``None`` if logs of names say nothing of it.
        share: of all clients, those that asked for one, from 0 to 1; ``None`` if not known.
        tenants: labels directly below it with clients that asked for no other one.
        owners: registrable domains of names that depend on it; ``None`` if no log holds answers.
        mail: whether it is asked for where mail goes, or who may send it.
    """

    queries: int | None = None
    share: float | None = None
    tenants: int = 0
    owners: Sequence[str] | None = None
    mail: bool = False


class Watched:
    """Lists that a target is held against.

    Attributes:
        has_popular: whether there is a popularity list.
        has_networks: whether there are prefixes of shared networks.
    """

    def __init__(
        self,
        *,
        popular: Iterable[str] = (),
        protect: Iterable[str] = (),
        networks: Iterable[tuple[Network, str]] = (),
        limits: Limits = USUAL_LIMITS,
    ) -> None:
        """Take the lists.

        Args:
            popular: names, the most popular first.
            protect: names (each with all below) and prefixes whose owners are known to be innocent.
            networks: prefixes in which many sites share an address, each with what it is.
            limits: from where on something counts.

        Raises:
            CompileError: an entry of ``protect`` is neither, or no name is in ``popular``.
        """
        self.limits: Limits = limits
        held, mentioned = popular_names(popular, limits.stop_rank, limits.look_rank)
        self._held, self._mentioned = held, mentioned
        names, prefixes = _protected(protect)
        self._protected = WatchedNames(dict.fromkeys(names, "protected"), names)
        self._own = _Prefixes((prefix, "") for prefix in prefixes)
        self._shared = _Prefixes(networks)
        self.has_popular: bool = bool(held.reasons or mentioned.reasons)
        self.has_networks: bool = bool(self._shared)

    def judge(
        self,
        rules: Iterable[Rule],
        traffic: Callable[[Rule], Traffic],
        withheld: Mapping[Rule, str] | None = None,
    ) -> dict[Rule, list[ReachFinding]]:
        """Return what is found of each target that has findings, the gravest first.

        Args:
            rules: the targets.
            traffic: what logs hold for one.
            withheld: why the guards of a compilation refuse one.
        """
        rules = list(rules)
        suffixes = public_suffixes()
        protected = self._protected.blocked_by(rules)
        held, mentioned = self._held.blocked_by(rules), self._mentioned.blocked_by(rules)
        judged: dict[Rule, list[ReachFinding]] = {}
        for rule in rules:
            found: list[ReachFinding] = []
            if withheld and rule in withheld:
                found.append(ReachFinding(Level.STOP, withheld[rule]))
            if rule in protected:
                what = f"blocks {protected[rule]} or is part of it, which is protected"
                found.append(ReachFinding(Level.STOP, what))
            if rule in held:
                what = f"blocks {held[rule]}, {self._held.reasons[held[rule]]}"
                found.append(ReachFinding(Level.STOP, what))
            elif rule in mentioned:
                what = f"blocks {mentioned[rule]}, {self._mentioned.reasons[mentioned[rule]]}"
                found.append(ReachFinding(Level.LOOK, what))
            asked = traffic(rule)
            if rule.kind is TargetKind.ADDRESS:
                found += self._of_address(rule, asked)
            elif rule.kind is TargetKind.URL:
                found.append(
                    ReachFinding(Level.NOTE, "a URL: not judged, a log of names shows no URLs")
                )
            else:
                found += self._of_name(rule, asked, suffixes)
                found += self._of_traffic(asked)
            if found:
                judged[rule] = sorted(found, key=lambda one: LEVELS.index(one.level))
        return judged

    def _of_name(
        self, rule: Rule, asked: Traffic, suffixes: PublicSuffixes
    ) -> Iterator[ReachFinding]:
        if rule.kind is TargetKind.PATTERN:
            return
        name = rule.value
        if rule.kind is not TargetKind.EXACT:
            if suffixes.is_above_any(name) and not suffixes.is_above_icann(name):
                yield ReachFinding(Level.STOP, "sites of its owner's customers are below it: names "
                              "there are public suffixes")  # fmt: skip
            if suffixes.landlord(name):
                what = "a private wildcard of the Public Suffix List says so"
                yield ReachFinding(Level.LOOK, f"several customers may have names below it: {what}")
        domain = suffixes.registrable_domain(name)
        reason = self._held.reasons.get(domain or "")
        if reason and domain != name and self.reaches(asked):
            yield ReachFinding(
                Level.STOP,
                f"part of {domain}, {reason}, and at least {self._share} of the clients ask for it",
            )
        top = name.rpartition(".")[2]
        if top not in _top_levels():
            yield ReachFinding(Level.NOTE, f"there is no top-level domain {top}")

    def reaches(self, asked: Traffic) -> bool:
        """Whether a target has reach."""
        return asked.share is not None and asked.share >= self.limits.reach

    @property
    def _share(self) -> str:
        return f"{self.limits.reach:.4%}".rstrip("0%").rstrip(".") + "%"

    def _of_traffic(self, asked: Traffic) -> Iterator[ReachFinding]:
        if self.reaches(asked):
            yield ReachFinding(Level.LOOK, f"at least {self._share} of the clients ask for it")
        if asked.tenants >= self.limits.tenants:
            yield ReachFinding(
                Level.LOOK,
                f"many share it: at least {self.limits.tenants} names directly below it have "
                "clients that ask for no other one",
            )
        yield from self._of_owners(asked, "answers lead to it")
        if asked.mail:
            yield ReachFinding(
                Level.NOTE, "mail is in use below it: keep mail out of the response policy"
            )
        if asked.queries == 0:
            yield ReachFinding(Level.NOTE, "no query in the logs: dead, or not yet known")

    def _of_owners(self, asked: Traffic, how: str) -> Iterator[ReachFinding]:
        owners = asked.owners or ()
        if len(owners) >= self.limits.owners:
            named = ", ".join(owners[:_FEW])
            yield ReachFinding(
                Level.LOOK, f"{how} for {plural(len(owners), 'other domain')}: {named}"
                f"{', …' if len(owners) > _FEW else ''}",
            )  # fmt: skip

    def _of_address(self, rule: Rule, asked: Traffic) -> Iterator[ReachFinding]:
        network = ip_network(rule.value)
        own = self._own.touching(network)
        if own is not None:
            yield ReachFinding(Level.STOP, f"holds or lies in {own[0]}, which is protected")
        shared = self._shared.touching(network)
        if shared is not None:
            prefix, label = shared
            what = f"{prefix}{f' ({label})' if label else ''}"
            yield ReachFinding(
                Level.STOP, f"holds or lies in {what}, where many sites share an address"
            )
        yield from self._of_owners(asked, "it is in the answers")
        if asked.owners is None:
            said = "names on it not judged: no log holds answers"
            yield ReachFinding(
                Level.NOTE, said if self.has_networks else f"{said}, and no prefixes are given"
            )


@cache
def _top_levels() -> frozenset[str]:
    """All top-level domains; the list has some, such as ``za``, only below a name."""
    suffixes = public_suffixes()
    return frozenset(name.rpartition(".")[2] for name in suffixes.icann | suffixes.wildcards)


class _Prefixes:
    """Prefixes with a label each."""

    def __init__(self, networks: Iterable[tuple[Network, str]]) -> None:
        self._labels = dict(networks)
        starts: dict[int, list[tuple[int, Network]]] = {4: [], 6: []}
        for network in self._labels:
            starts[network.version].append((int(network.network_address), network))
        self._starts = {
            version: sorted(pairs, key=lambda pair: pair[0]) for version, pairs in starts.items()
        }

    def __bool__(self) -> bool:
        return bool(self._labels)

    def touching(self, network: Network) -> tuple[Network, str] | None:
        """Return a prefix that the network lies in or holds."""
        if not self._labels:
            return None
        above: Network = network
        while above not in self._labels and above.prefixlen:
            above = above.supernet()
        if above in self._labels:
            return above, self._labels[above]
        first, last = int(network.network_address), int(network.broadcast_address)
        pairs = self._starts[network.version]
        at = bisect_left(pairs, first, key=lambda pair: pair[0])
        if at < len(pairs) and pairs[at][0] <= last:
            return pairs[at][1], self._labels[pairs[at][1]]
        return None


def _protected(entries: Iterable[str]) -> tuple[set[str], set[Network]]:
    names: set[str] = set()
    networks: set[Network] = set()
    for text in entries:
        try:
            target = parse_target(text)
        except TargetError as error:
            raise CompileError(f"protect={text!r}: {error}") from error
        if target.kind is TargetKind.ADDRESS:
            networks.add(ip_network(target.value))
        elif target.kind is TargetKind.SUBTREE:
            names.update(filter(None, (target.value, target.alternate)))
        else:
            raise CompileError(f"protect={text!r}: give a name, an address or a prefix")
    return names, networks


def networks_in(path: str | os.PathLike[str]) -> Iterator[tuple[Network, str]]:
    """Yield the prefixes in a file, one a line, with what is said after each; ``#`` is a comment.

    Raises:
        ConfigurationError: a line is no prefix; ``OSError`` passes through.
    """
    text = Path(path).read_text("utf-8-sig", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        prefix, _, label = line.partition("#")[0].strip().replace(",", " ", 1).partition(" ")
        if not prefix:
            continue
        try:
            network = parse_network(prefix)
        except ValueError as error:
            raise ConfigurationError(str(error), path=str(path), line=number) from error
        if network is None:
            raise ConfigurationError(
                f"{prefix!r} is no address or prefix", path=str(path), line=number
            )
        yield network, label.strip()


def gravest(findings: Iterable[ReachFinding]) -> Level | None:
    """Return the gravest level, ``None`` without findings."""
    return min((one.level for one in findings), key=LEVELS.index, default=None)


def at_least(level: Level | None, limit: Level) -> bool:
    """Whether a level is as grave as a limit."""
    return level is not None and LEVELS.index(level) <= LEVELS.index(limit)
