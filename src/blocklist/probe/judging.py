"""JUDGING: what an answer shows, and what the answers together say of an order.

A blocked name and one that does not exist both get NXDOMAIN, so a negative answer counts as a block
only if something shows that the resolver made it itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ConfigurationError, InvalidNameError
from ..model.addresses import Address, parse_address
from ..model.names import canonical_name
from .asking import Reply
from .fingerprints import Fingerprint, Fingerprints

if TYPE_CHECKING:
    from dns.message import Message

FORGED, BLOCKED, CENSORED, FILTERED, PROHIBITED = 4, 15, 16, 17, 18
_SAYS_BLOCKED = {
    FORGED: "Forged Answer",
    BLOCKED: "Blocked",
    CENSORED: "Censored",
    FILTERED: "Filtered",
}
_NOERROR, _NXDOMAIN, _REFUSED = 0, 3, 5


class Outcome(StrEnum):
    """What one answer shows of a name."""

    BLOCKED = "blocked"
    """The resolver answered in the place of the name's own servers."""
    RESOLVED = "resolved"
    """It gave the name's own records."""
    ABSENT = "absent"
    """It passed on that there is no such name, or no such record: nothing to reach."""
    UNKNOWN = "unknown"
    """No answer, a failure, or a negative answer of unknown origin."""


Tally = Counter[Outcome]
"""How many answers showed what."""


class Verdict(StrEnum):
    """What the answers together say of an order."""

    ENFORCED = "enforced"
    PARTLY = "partly"
    NOT_ENFORCED = "not enforced"
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """What an answer shows, and by which sign."""

    outcome: Outcome
    reason: str
    fingerprint: Fingerprint | None = None
    """Whose block page or sinkhole the answer leads to, if that is known."""


def verdict(outcomes: Mapping[Outcome, int]) -> Verdict:
    """Return what the outcomes of an order's names come to.

    One name that resolves is enough not to be enforced. A name that is absent beside others that
    are blocked was passed through, too; alone it shows nothing.
    """
    blocked, resolved, absent, unknown = (outcomes.get(outcome, 0) for outcome in Outcome)
    if blocked and (resolved or absent):
        return Verdict.PARTLY
    if resolved:
        return Verdict.NOT_ENFORCED
    return Verdict.ENFORCED if blocked and not unknown else Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class Sinkholes:
    """Where a resolver sends those who ask for a blocked name; 0.0.0.0 and :: always are."""

    addresses: frozenset[Address] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Sinkholes:
        """Read addresses, and names that a CNAME may lead to.

        Raises:
            ConfigurationError: one is neither.
        """
        addresses, names = set(), set()
        for text in texts:
            address = parse_address(text)
            try:
                if address is None:
                    names.add(canonical_name(text))
                else:
                    addresses.add(address)
            except InvalidNameError as error:
                raise ConfigurationError(
                    f"a sinkhole must be an address or a name: {error}"
                ) from error
        return cls(frozenset(addresses), frozenset(names))

    def hold(self, addresses: Collection[Address], aliases: Iterable[str]) -> bool:
        """Whether an answer leads there and nowhere else."""
        if any(alias in self.names for alias in aliases):
            return True
        return bool(addresses) and all(
            address in self.addresses or address.is_unspecified for address in addresses
        )


class Judge:
    """Tells what the answers of one resolver show.

    Attributes:
        trusts_signs: whether a negative answer that lacks the SOA of the zone (RFC 2308 §3), or is
            marked authoritative, was made by the resolver itself. Set by ``calibrate``.
        refuses_all: whether it refuses innocent questions as well.
    """

    def __init__(
        self,
        sinkholes: Sinkholes | None = None,
        *,
        silence_is_block: bool = False,
        fingerprints: Fingerprints | None = None,
    ) -> None:
        self._sinkholes = sinkholes or Sinkholes()
        self._fingerprints = fingerprints or Fingerprints()
        self._silence_is_block = silence_is_block
        self.trusts_signs: bool = False
        self.refuses_all: bool = False

    def calibrate(self, control: Reply) -> None:
        """Learn from the answer for a random name what an unblocked negative one looks like.

        Some forwarders strip the SOA from every answer: theirs say nothing then.
        """
        message = control.message
        if message is None:
            return
        self.refuses_all = message.rcode() == _REFUSED
        negative = not message.answer and message.rcode() in (_NOERROR, _NXDOMAIN)
        positive = bool(message.answer)
        self.trusts_signs = positive or (negative and not own_signs(message))

    def judge(self, reply: Reply, reference: Reply | None = None) -> Finding:
        """Return what an answer shows.

        Args:
            reply: of the resolver.
            reference: to the same question, of a resolver that blocks nothing.
        """
        message = reply.message
        if message is None:
            if reply.is_silence and self._silence_is_block:
                return Finding(
                    Outcome.BLOCKED, "no answer, which counts as blocked (--silence-is-block)"
                )
            return Finding(Outcome.UNKNOWN, reply.failure)
        if message.answer:
            addresses, aliases = _leads_to(message)
            known, is_block = self._fingerprints.find(addresses, aliases)
            finding = self._positive(message, addresses, aliases)
            if known is not None and is_block and finding.outcome is not Outcome.BLOCKED:
                finding = Finding(
                    Outcome.BLOCKED, f"leads to a known block page or sinkhole: {known}"
                )
            return finding._replace(fingerprint=known)
        return self._negative(message, reference)

    def _positive(
        self, message: Message, addresses: Collection[Address], aliases: Iterable[str]
    ) -> Finding:
        codes = [code for code, _ in extended_errors(message)]
        if self._sinkholes.hold(addresses, aliases):
            return Finding(Outcome.BLOCKED, "leads to a sinkhole")
        if FORGED in codes:
            return Finding(Outcome.BLOCKED, f"EDE {FORGED} {_SAYS_BLOCKED[FORGED]}")
        said = next((code for code in codes if code in _SAYS_BLOCKED), None)
        if said is not None:
            return Finding(
                Outcome.RESOLVED,
                f"records with EDE {said}: an old answer from a cache, or an unknown sinkhole "
                "(--sinkhole)",
            )
        return Finding(Outcome.RESOLVED, "records")

    def _negative(self, message: Message, reference: Reply | None) -> Finding:
        rcode = message.rcode()
        codes = [code for code, _ in extended_errors(message)]
        said = next((code for code in codes if code in _SAYS_BLOCKED), None)
        if said is not None:
            return Finding(Outcome.BLOCKED, f"EDE {said} {_SAYS_BLOCKED[said]}")
        if rcode == _REFUSED and not self.refuses_all and PROHIBITED not in codes:
            return Finding(Outcome.BLOCKED, "REFUSED, while other names are answered")
        if rcode not in (_NOERROR, _NXDOMAIN):
            return Finding(Outcome.UNKNOWN, f"{_rcode_text(message)} instead of an answer")
        signs = own_signs(message) if self.trusts_signs else []
        if signs:
            return Finding(Outcome.BLOCKED, f"made by the resolver itself: {', '.join(signs)}")
        if reference is not None and reference.message is not None and reference.message.answer:
            return Finding(Outcome.BLOCKED, "the reference resolves it")
        if own_signs(message):
            return Finding(
                Outcome.UNKNOWN, "a negative answer that may be genuine; compare with --reference"
            )
        return Finding(Outcome.ABSENT, "a negative answer with the SOA of its zone")

    def needs_reference(self, finding: Finding, reply: Reply) -> bool:
        """Whether the answer of a resolver that blocks nothing would tell more."""
        message = reply.message
        if message is None or message.answer or message.rcode() not in (_NOERROR, _NXDOMAIN):
            return False
        return finding.outcome in (Outcome.ABSENT, Outcome.UNKNOWN)


def own_signs(message: Message) -> list[str]:
    """Return what shows that a negative answer does not come from the zone's servers.

    Servers send the SOA of the zone with it, and resolvers pass that on without the AA bit (RFC
    2308 §§3, 5). The zone of a name that does not exist lies above it.
    """
    import dns.flags
    import dns.rdatatype

    signs = []
    if message.flags & dns.flags.AA:
        signs.append("authoritative")
    name = message.question[0].name if message.question else None
    owners = [r.name for r in message.authority if r.rdtype == dns.rdatatype.SOA]
    zones = [owner for owner in owners if name is not None and name.is_subdomain(owner)]
    if message.rcode() == _NXDOMAIN:
        zones = [owner for owner in zones if owner != name]
    if not zones:
        signs.append("the SOA of another zone" if owners else "no SOA")
    return signs


def extended_errors(message: Message) -> list[tuple[int, str]]:
    """Return INFO-CODE and EXTRA-TEXT of each Extended DNS Error (RFC 8914)."""
    import dns.edns

    return [
        (int(option.code), option.text or "")
        for option in message.options
        if isinstance(option, dns.edns.EDEOption)
    ]


def _leads_to(message: Message) -> tuple[set[Address], list[str]]:
    """Return the addresses of an answer, and the names that its CNAMEs lead to."""
    addresses, aliases = set(), []
    for record in (record for rrset in message.answer for record in rrset):
        address = parse_address(str(getattr(record, "address", "")))
        if address is not None:
            addresses.add(address)
        elif hasattr(record, "target"):
            aliases.append(record.target.to_text(omit_final_dot=True).lower())
    return addresses, aliases


def _rcode_text(message: Message) -> str:
    import dns.rcode

    return dns.rcode.to_text(message.rcode())
