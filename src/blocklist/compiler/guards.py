"""GUARDS: what no order should block, checked once when orders are compiled.

Each guard answers an accident that happened: blocking a public suffix takes every customer's site
with it, a shared address takes thousands, and a protected name is one whose owner the operator
knows to be innocent. What a guard refuses is reported, never dropped in silence; ``permit`` lets a
target through by name.

Critical and popular names are guards as well (``watchlists``): what would block one needs a permit.

To add a guard, give ``_breadth_refusal`` one more reason to return and a code of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from ..errors import CompileError
from ..image.contents import Contents, ImageSource, contents_of
from ..model import addresses
from ..model.addresses import Network
from ..model.names import superdomains
from ..model.orders import Order
from ..model.patterns import PatternSet, literal, matches
from ..model.suffixes import PublicSuffixes, public_suffixes
from ..model.targets import NAME_KINDS, Rule, Target, TargetError, TargetKind, parse_target
from .ruletable import RuleTable
from .watchednames import WatchedNames
from .watchlists import DEFAULT, HOLD, MENTION, critical_names, popular_names

_MIN_LITERAL = 3
_PROBE = "\0"  # a label that no pattern holds: what matches it matches every name there


@dataclass(frozen=True)
class Guards:
    """What the caller protects and permits, read once.

    Attributes:
        protected: canonical names; each guards itself and all below.
        networks: prefixes that no address rule may touch.
        permitted: targets, in order notation, that pass the guards.
        critical: names that no target may take down.
        popular: names that no new target may take down.
        mentioned: names of which a new target that takes one down is told.
        previous: what is in use, whose targets are not new; ``None``: every target is new.
    """

    protected: frozenset[str]
    networks: tuple[Network, ...]
    permitted: frozenset[str]
    critical: WatchedNames
    popular: WatchedNames
    mentioned: WatchedNames
    previous: Contents | None = None

    @classmethod
    def read(
        cls,
        protect: Iterable[str],
        permit: Iterable[str],
        *,
        critical: str | os.PathLike[str] | None = DEFAULT,
        popular: Iterable[str] = (),
        hold: int = HOLD,
        mention: int = MENTION,
        previous: ImageSource | None = None,
    ) -> Guards:
        """Read the caller's lists; ``CompileError`` names an entry that is no name or prefix."""
        if isinstance(protect, str) or isinstance(permit, str):
            raise TypeError("protect and permit must be lists of texts, not a single text")
        names: set[str] = set()
        networks: list[Network] = []
        permitted: set[str] = set()
        for text in protect:
            target = _read("protect", text)
            if target.kind is TargetKind.ADDRESS:
                networks.append(ip_network(target.value))
            elif target.kind is TargetKind.SUBTREE:
                names.update(filter(None, (target.value, target.alternate)))
            else:
                raise CompileError(f"protect={text!r}: give a name, an address or a prefix")
        for text in permit:
            target = _read("permit", text)
            permitted.add(target.text)
        return cls(
            frozenset(names),
            tuple(networks),
            frozenset(permitted),
            critical_names(critical),
            *popular_names(popular, hold, mention),
            None if previous is None else contents_of(previous),
        )


def _read(option: str, text: str) -> Target:
    try:
        return parse_target(text)
    except TargetError as error:
        raise CompileError(f"{option}={text!r}: {error}") from error


def apply_guards(table: RuleTable, guards: Guards) -> None:
    """Take out of ``table`` what must not be blocked, and put protected names above the rest."""
    suffixes = public_suffixes()
    table.single_out(_questions(table, guards, suffixes))
    for rule in [rule for rule in table.rules if not rule.allow]:
        _judge(table, rule, guards, suffixes)
    _hold(table, guards)
    _carve_out(table, guards)


def _questions(table: RuleTable, guards: Guards, suffixes: PublicSuffixes) -> Iterator[Rule]:
    """Yield what covers the names that a guard must look at; they are few among many."""
    around = [rule.value for rule in table.rules if rule.kind in NAME_KINDS]
    for name in {*suffixes.risky, *around, *guards.protected}:
        if "." in name:  # columns hold names of two labels or more
            yield Rule(TargetKind.EXACT, name)
    for name in suffixes.wildcards:
        yield Rule(TargetKind.BELOW, name)
    for name in guards.protected:
        yield Rule(TargetKind.SUBTREE, name)
    yield from guards.critical.questions()
    yield from guards.popular.questions()
    yield from guards.mentioned.questions()
    excepted = {rule.value for rule in table.rules if rule.allow and rule.kind in NAME_KINDS}
    for above in {above for name in excepted | guards.protected for above in superdomains(name)}:
        if "." in above:
            yield Rule(TargetKind.EXACT, above)


def _protector(name: str, guards: Guards) -> str | None:
    """Return the protected name at or above ``name``."""
    if guards.protected:
        for above in (name, *superdomains(name)):
            if above in guards.protected:
                return above
    return None


def _judge(table: RuleTable, rule: Rule, guards: Guards, suffixes: PublicSuffixes) -> None:
    refusal = _protected_refusal(rule, guards)
    if refusal is None and rule.text not in guards.permitted:
        refusal = _breadth_refusal(table, rule, suffixes)
    if refusal is not None:
        code, reason = refusal
        table.refuse(rule, code, reason)


def _hold(table: RuleTable, guards: Guards) -> None:
    """Take out what would block a critical name, and what is new and would block a popular one.

    What is new and would block a name that is somewhat less popular stays, with a warning.
    """
    asked = [r for r in table.rules if not r.allow and r.text not in guards.permitted]
    for rule, name in guards.critical.blocked_by(asked).items():
        table.refuse(rule, *_critical_refusal(rule, name, guards.critical.reasons[name]))
    asked = [rule for rule in asked if rule in table.rules]
    popular, mentioned = guards.popular.blocked_by(asked), guards.mentioned.blocked_by(asked)
    if (popular or mentioned) and guards.previous is not None:
        for rule in guards.previous.rules():
            popular.pop(rule, None)
            mentioned.pop(rule, None)
    for rule, name in mentioned.items():
        if rule not in popular:
            table.warnings.append(_popular_warning(table, rule, name, guards))
    for rule, name in popular.items():
        table.refuse(rule, *_popular_refusal(rule, name, guards))


def _critical_refusal(rule: Rule, name: str, why: str) -> tuple[str, str]:
    does = "is below" if rule.value.endswith(f".{name}") else "would block"
    return "critical", f"it {does} {name}, a critical name ({why}); {_permit(rule)}"


def _popular_refusal(rule: Rule, name: str, guards: Guards) -> tuple[str, str]:
    new = "" if guards.previous is None else "it is not in the previous image, and "
    what = f"{new}it would block {name}, {guards.popular.reasons[name]}"
    return "popular", f"{what}; {_permit(rule)}"


def _popular_warning(table: RuleTable, rule: Rule, name: str, guards: Guards) -> str:
    new = "it" if guards.previous is None else "it is not in the previous image, and it"
    if table.is_hidden(rule):
        return f"{table.shown(rule)}: {new} blocks a name of the popularity list; look at its order"
    reason = guards.mentioned.reasons[name]
    return f"{table.shown(rule)}: {new} blocks {name}, {reason}; look at its order"


def _protected_refusal(rule: Rule, guards: Guards) -> tuple[str, str] | None:
    if rule.kind is TargetKind.URL:  # a page of a protected site may be ordered blocked
        return None
    if rule.kind is TargetKind.ADDRESS:
        if not guards.networks:
            return None  # they are many, and reading one takes longer than all else
        network = ip_network(rule.value)
        for protected in guards.networks:
            if protected.version == network.version and protected.overlaps(network):
                return "protected", f"holds or lies in {protected}, which is protected"
        return None
    # What a pattern ends in says where it can match; wider ones are cut out around the name.
    protector = _protector(rule.value.rpartition("*")[2].lstrip("."), guards)
    if protector is None:
        return None
    return "protected", f"{protector} is protected, with every name below it"


def _breadth_refusal(
    table: RuleTable, rule: Rule, suffixes: PublicSuffixes
) -> tuple[str, str] | None:
    if rule.kind is TargetKind.URL:
        return None
    if rule.kind is TargetKind.ADDRESS:
        reason = addresses.refusal(ip_network(rule.value))
        return None if reason is None else ("address", f"{reason}; {_permit(rule)}")
    if rule.kind is TargetKind.PATTERN:
        return _pattern_refusal(rule.value, suffixes)
    if "." not in rule.value and rule.value not in suffixes.listed:
        return "public-suffix", "a single word, not a name"
    landlord = suffixes.landlord(rule.value)
    if landlord is not None:
        if rule.kind is not TargetKind.EXACT:
            table.warnings.append(
                f"{table.shown(rule)}: it is blocked with all below it, where several customers "
                "may have names; a private wildcard of the Public Suffix List says so"
            )
        return None
    if suffixes.is_public_suffix(rule.value):
        what = "a public suffix" if "." in rule.value else "a top-level domain"
        return "public-suffix", (
            f"{rule.value} is {what}: unrelated owners share it; {_permit(rule)}"
        )
    if rule.kind is TargetKind.EXACT:
        return None
    if suffixes.is_above_icann(rule.value):
        return "public-suffix", (
            f"there are public suffixes below {rule.value}: unrelated owners share it; "
            f"{_permit(rule)}"
        )
    if suffixes.is_above_any(rule.value):
        table.warnings.append(
            f"{table.shown(rule)}: it is blocked together with the sites of its owner's "
            "customers: private public suffixes are below it"
        )
    return None


def _permit(rule: Rule) -> str:
    """Say how to get the rule through, in the text that ``permit`` takes."""
    return f"to block it anyway, permit {rule.text!r} (--permit)"


def _pattern_refusal(pattern: str, suffixes: PublicSuffixes) -> tuple[str, str] | None:
    if len(literal(pattern).strip(".")) < _MIN_LITERAL:
        reason = f"a pattern needs {_MIN_LITERAL} octets together that are not *"
        return "broad-pattern", f"{reason}; {_permit(Rule(TargetKind.PATTERN, pattern))}"
    # A pattern that does not begin with * cannot match an unknown label.
    if not pattern.startswith("*") or literal(pattern) not in suffixes.joined:
        return None
    for suffix in sorted(suffixes.listed | suffixes.wildcards):
        if matches(pattern, f"{_PROBE}.{suffix}"):
            reason = f"it would block every name under {suffix}"
            return "broad-pattern", f"{reason}; {_permit(Rule(TargetKind.PATTERN, pattern))}"
    return None


def _carve_out(table: RuleTable, guards: Guards) -> None:
    """Allow each protected name that a block above it, or a pattern, would otherwise reach."""
    texts = sorted(r.value for r in table.rules if r.kind is TargetKind.PATTERN and not r.allow)
    patterns = PatternSet(texts) if texts else None
    reached = []
    for name in sorted(guards.protected):
        by = _reaching(table, name, patterns)
        if by:
            what = f"{by.text} is blocked, but not {name}, which is protected"
            hidden = "a confidential target is blocked around a name that is protected"
            table.warnings.append(hidden if table.is_hidden(by) else what)
        if by or patterns:  # a pattern may match a name below, whatever that is
            reached.append(name)
    table.protect(PROTECTION, reached)


def _reaching(table: RuleTable, name: str, patterns: PatternSet | None) -> Rule | None:
    """Return the block that reaches a protected name itself."""
    for above in superdomains(name):
        for kind in (TargetKind.SUBTREE, TargetKind.BELOW):
            if table.has(kind, above):
                return Rule(kind, above)
    matching = patterns.matching(name) if patterns else []
    return Rule(TargetKind.PATTERN, patterns.texts[matching[0]]) if patterns and matching else None


PROTECTION = Order(id="operator:protected", title="names that the operator protects")
