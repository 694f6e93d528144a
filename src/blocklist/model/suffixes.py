"""SUFFIXES: public suffix questions, answered from the list that tldextract ships.

No network and no cache file: the bundled snapshot of the Public Suffix List is all that is read.
Names are canonical, as in the rest of the library. Only this module imports tldextract, and only
the compile side imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from .names import canonical_name, superdomains


class PublicSuffixes:
    """Both parts of the Public Suffix List (publicsuffix.org): ICANN and private.

    Attributes:
        icann: suffixes of the ICANN part that are plain names, canonical.
        listed: every name that may be a public suffix by a rule without wildcard, both parts.
        wildcards: the ``x`` of each rule ``*.x``.
        risky: names that are listed or stand above a suffix of either part.
        joined: every suffix with a dot before it, a line each, to search for text in.
    """

    def __init__(self) -> None:
        # Here, for it imports an HTTP client, which takes as long as all of the loaders.
        from tldextract import TLDExtract

        both = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
        icann_rules = set(TLDExtract(suffix_list_urls=(), cache_dir=None).tlds)
        names = {rule: canonical_name(rule.lstrip("*.!")) for rule in both.tlds}
        icann = {rule: names[rule] for rule in icann_rules}
        self.icann: frozenset[str] = _plain(icann)
        self.listed: frozenset[str] = _plain(names)
        self.wildcards: frozenset[str] = _below_wildcards(names)
        self._rented = self.wildcards - _below_wildcards(icann)
        self._exceptions = frozenset(name for rule, name in names.items() if rule[0] == "!")
        self._above_icann = _names_above(icann) - self.icann
        self._above_any = _names_above(names) - self.listed
        self.risky: frozenset[str] = self.listed | self._above_any
        self.joined: str = "\n".join(
            f".{suffix}" for suffix in sorted(self.listed | self.wildcards)
        )

    def is_public_suffix(self, name: str) -> bool:
        """Whether ``name`` is a public suffix; so is every single label, listed or not."""
        parent = name.partition(".")[2]
        if not parent:
            return True
        return name not in self._exceptions and (name in self.listed or parent in self.wildcards)

    def landlord(self, name: str) -> str | None:
        """Return under which private wildcard a customer has ``name``: ``canva.site`` for ``x.``.

        Such a name is a public suffix by rule, and yet one customer's.
        """
        parent = name.partition(".")[2]
        rented = parent in self._rented and name not in self.listed and name not in self._exceptions
        return parent if rented else None

    def is_above_icann(self, name: str) -> bool:
        """Whether an ICANN suffix stands below ``name``, as ``pref.kobe.jp`` below ``kobe.jp``."""
        return name in self._above_icann

    def is_above_any(self, name: str) -> bool:
        """Whether a suffix of either part stands below ``name``, as below ``salesforce.com``."""
        return name in self._above_any

    def registrable_domain(self, name: str) -> str | None:
        """Return the public suffix with one more label; ``None`` for a suffix itself.

        It is what tldextract calls ``top_domain_under_public_suffix``. A TLD that the list does
        not know counts as a suffix (the list's own default rule ``*``).
        """
        below, rest = "", name
        while not self.is_public_suffix(rest):
            if rest in self._exceptions:
                return rest
            below, _, rest = rest.partition(".")
        return f"{below}.{rest}" if below else None


@cache
def public_suffixes() -> PublicSuffixes:
    """Return the list, read once in a process (about 0.2 s, of which half imports tldextract)."""
    return PublicSuffixes()


# Below, ``names`` has the canonical name of each rule, without its ``*.`` or ``!``.


def _plain(names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for rule, name in names.items() if rule[0] not in "*!")


def _below_wildcards(names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for rule, name in names.items() if rule.startswith("*."))


def _names_above(names: Mapping[str, str]) -> frozenset[str]:
    """Return the names of two labels and more above what the rules list; for ``*.x`` also ``x``."""
    above: set[str] = set()
    for rule, name in names.items():
        if rule[0] != "!":
            above.update(superdomains(f"*.{name}" if rule[0] == "*" else name))
    return frozenset(name for name in above if "." in name)
