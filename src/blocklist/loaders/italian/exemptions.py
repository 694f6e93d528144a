"""EXEMPTIONS: where an exception begins, and where the sites to be blocked go on after it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .cues import EXCEPT
from .deferredpattern import deferred
from .sitewords import in_short, last_match, only_links

# "Ad eccezione del sottodominio" names one; a comma behind it ends the exception.
_SINGULAR = deferred(r"\b(?:sottodominio|dominio|sito|portale|indirizzo|hostname|host|nome)\b")
_OF = deferred(r"\b(?:di|da|per|del|dei|della|delle|degli|dal|dai|dell|dall)\b", re.IGNORECASE)
_TO = deferred(r"\b(?:al|ai|agli|alla|alle|all)\b", re.IGNORECASE)
_ON_TO = deferred(
    r"(?:[,;)]\s*(?:ed?\s+|nonché\s+)?|\b(?:ed?|nonché)\s+)(?:altresì\s+|anche\s+|inoltre\s+)?"
    r"(?:(?:al|ai|agli|alla|alle)\s+|all'\s?)(?=(?:\w+\s+)?(?:sit[oi]|domini\w?|nom[ei]|portal[ei]"
    r"|piattaform[ae]|indirizz[oi]|risors[ae]|url)\b)",
    re.IGNORECASE,
)
_UNFIT = deferred(r"[;:]|\.\s|\b(?:che|cui|quale|quali|non)\b", re.IGNORECASE)
_GOES_ON = deferred(r"\s*[,)–—]\s*(?:ed?|nonché)\b|[\s,)]*;|[\s,)]*\bnonché\b", re.IGNORECASE)
_COMMA = deferred(r"\s*[,)–—]\s*")
_AND = deferred(r"\b(?:ed?|nonché)\s*\Z", re.IGNORECASE)


@dataclass(slots=True)
class Exemption:
    """The exception that is being read.

    Attributes:
        active: whether names are exceptions now.
        in_list: whether a colon announced a list of them.
        phrase: the words between *ad eccezione* and the first of them.
        hosts: those read so far.
        closed: whether *e* stands before the last of several.
    """

    active: bool = False
    in_list: bool = False
    phrase: str = ""
    hosts: list[str] = field(default_factory=list)
    closed: bool = False

    def begins(self, before: str, *, heads: bool = False) -> bool | None:
        """Begin if words before a name except it; ``None`` if none of them excepts anything.

        Args:
            before: the words.
            heads: whether the name leads its line, so that words above it head a list.
        """
        found = last_match(EXCEPT, before)
        if found is None:
            return None
        phrase = before[found.end() :]
        if self.hosts_follow(phrase):
            return True
        if not only_links(re.sub(r"\bper\b", "", phrase)):
            return False
        self.active, self.in_list = True, ":" in phrase or (heads and "\n" in phrase)
        self.phrase, self.hosts, self.closed = phrase, [], False
        return True

    @staticmethod
    def hosts_follow(phrase: str) -> bool:
        """Whether access goes on: *con esclusione del dominio … e* (l'accesso) *al sito*."""
        on_to = last_match(_ON_TO, phrase)
        if on_to is None or not only_links(in_short(phrase[on_to.start() :])):
            return False
        excepted = phrase[: on_to.start()]
        return not _TO.search(excepted) and not _UNFIT.search(excepted)

    def add(self, host: str, gap: str) -> None:
        """Take a name with what stands before it."""
        self.closed = bool(self.hosts) and _AND.search(gap) is not None
        self.hosts.append(host)

    def ends(self, gap: str, hosts: Collection[str], host: str) -> bool:
        """Whether a name after exceptions is one of the sites to be blocked again.

        It is below no target, as all exceptions are; so it would be no exception.

        Args:
            gap: what stands between the last exception and the name.
            hosts: what is to be blocked.
            host: the name.
        """
        if not self.active or not self.hosts or is_below(host, hosts):
            return False
        said = in_short(gap)
        if self.hosts_follow(self.phrase + said):
            return True
        if not all(is_below(one, hosts) for one in self.hosts) or not only_links(said):
            return False
        if _OF.search(said):
            return False
        if _GOES_ON.match(said):
            return True
        one = len(self.hosts) == 1 and _SINGULAR.search(self.phrase.lower()) is not None
        return (one or self.closed) and _COMMA.fullmatch(said) is not None


def excepted_in_remark(before: str) -> bool:
    """Whether a name stands in a remark that excepts it: *a.example (salvo b.a.example)*."""
    opening = before.rfind("(")
    if opening <= before.rfind(")"):
        return False
    remark = before[opening + 1 :]
    return EXCEPT.match(remark.lstrip()) is not None


def is_below(host: str, hosts: Collection[str]) -> bool:
    """Whether a name is one of the hosts, or below one of them."""
    labels = host.split(".")
    return any(".".join(labels[i:]) in hosts for i in range(len(labels)))


def is_of(host: str, hosts: Collection[str]) -> bool:
    """Whether a name is below one of the hosts, or below what one of them is without *www*."""
    labels = host.split(".")
    parents = (".".join(labels[i:]) for i in range(len(labels)))
    return any(parent in hosts or f"www.{parent}" in hosts for parent in parents)
