"""MATCH: the evidence of a lookup, and what to tell the client about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

from .._core.lazyevidence import LazyEvidence
from ..answers.disclosure import CONFIDENTIAL, fit, ids, is_hidden
from ..answers.ede import MAX_EXTRA_TEXT, ExtendedError, extended_error, extra_text
from ..image.contents import Ground
from ..model.orders import Order
from ..model.targets import Rule

if TYPE_CHECKING:
    from ..answers.blockpage import HttpAnswer, PageKeys

_MAX_IDS = 3


@dataclass(frozen=True, slots=True)
class Match(LazyEvidence):
    """The evidence of a lookup.

    What ``Blocklist.match`` returns is made as it is read, from the blocklist: read what you need
    before you close that, else ``ValueError`` is raised. Pickling and comparing read all of it.

    Attributes:
        name: what was looked up, normalised.
        rule: the rule that covers it.
        grounds: every order that names the rule, in the sequence of order ids.
    """

    name: str
    rule: Rule
    grounds: tuple[Ground, ...]

    if not TYPE_CHECKING:

        def __getattr__(self, attribute: str) -> Any:
            """Make an attribute of evidence at its first use."""
            make = _MAKERS.get(attribute)
            if make is None:
                raise AttributeError(f"{type(self).__name__!r} has no attribute {attribute!r}")
            value = make(self)
            object.__setattr__(self, attribute, value)
            return value

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy as what is read from it."""
        return type(self), (self.name, self.rule, self.grounds)

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders behind the rule, each once."""
        try:
            finder = self._finder
            return finder.orders_of[finder.set_at(self._place)]
        except KeyError:
            return finder.orders(self._place)
        except AttributeError:  # made by hand
            return tuple({ground.order.id: ground.order for ground in self.grounds}.values())

    def __repr__(self) -> str:
        return f"<Match {self}>"

    def __str__(self) -> str:
        """Say it in short, without what may not be disclosed.

        Such as ``www.pirate.example: blocked by pirate.example (it:milan:1)``.
        """
        verdict = "excepted" if self.rule.allow else "blocked"
        if is_hidden(self.orders):
            return f"{CONFIDENTIAL}: {verdict}"
        named, more = ids(self.orders)[:_MAX_IDS], ids(self.orders)[_MAX_IDS:]
        told = ", ".join([*named, f"{len(more)} more"] if more else named)
        return f"{fit(self.name)}: {verdict} by {self.rule.text} ({told})"

    def ede(self, *, max_octets: int = MAX_EXTRA_TEXT, uniform_reason: str = "") -> ExtendedError:
        """Return the Extended DNS Error (RFC 8914) for the answer to a client.

        Code 16 (Censored) if an authority ordered the block, 15 (Blocked) if it is the operator's
        own policy; the text names the orders, as many as fit ``max_octets`` of UTF-8. Confidential
        orders are not named, and do not count for the code beside one that may be. With
        ``uniform_reason`` every block has code 16 and that text.
        """
        return extended_error(self.orders, max_octets=max_octets, uniform_reason=uniform_reason)

    def extra_text(
        self,
        *,
        sde: bool = False,
        max_octets: int = MAX_EXTRA_TEXT,
        contact: Sequence[str] = (),
        organization: str = "",
        language: str = "en",
        incidents: Iterable[tuple[str, str]] = (),
        uniform_reason: str = "",
    ) -> str:
        """Return the EXTRA-TEXT of an Extended DNS Error, plain or as structured JSON.

        Args:
            sde: structured, for clients that ask for it (draft-ietf-dnsop-structured-dns-error-22):
                I-JSON (RFC 7493) with ``c``, ``j``, ``o``, ``l`` and, after
                draft-nottingham-dnsop-censorship-transparency-01, ``fdbs``. There is no ``s``,
                which must not stand beside code 16. ``l`` is the language of ``j`` and ``o``:
                that of the orders' countries; ``mul`` if there are several.
            max_octets: of UTF-8. If the JSON is longer, ``j``, ``o`` and ``fdbs`` are dropped in
                turn; without a contact ``j`` stays, since clients discard JSON with neither. Then
                the text is empty.
            contact: ``mailto:`` and ``tel:`` URIs of whoever answers questions; structured only.
            organization: who runs the resolver; structured only.
            language: of ``organization``, and of orders of a country with more than one language
                (BCP 47); structured only.
            incidents: (database, id) of public records about the block; structured only.
            uniform_reason: what is told of every block, in ``language``, in place of the orders and
                incidents.

        Raises:
            ValueError: a contact is neither ``mailto:`` nor ``tel:``, or ``language`` is no tag.
        """
        return extra_text(
            self.orders,
            sde=sde,
            max_octets=max_octets,
            contact=contact,
            organization=organization,
            language=language,
            incidents=incidents,
            uniform_reason=uniform_reason,
        )

    def http451(self, *, accept_language: str = "", **settings: Unpack[PageKeys]) -> HttpAnswer:
        """Return the answer to an HTTP request: 451 with a page that names authority and order.

        Args:
            accept_language: the header of the request, to choose the language of the page.
            settings: what ``PageSettings`` takes: ``blocked_by``, ``organization``, ``contact``,
                ``objection``, ``default_language``, ``template``, ``uniform_reason``.

        The page has no script, loads nothing and is under 12,000 octets. 451 means a legal demand,
        so what only the operator's own policy blocks is answered 403.

        Raises:
            ConfigurationError: a setting cannot stand on a page.
        """
        from ..answers.blockpage import PageSettings, http_answer

        return http_answer(
            self.name, self.orders, PageSettings(**settings), accept_language=accept_language
        )


_MAKERS: dict[str, Callable[[Match], Any]] = {
    "name": lambda match: match._finder.name(match._asked),
    "rule": lambda match: match._finder.rule(match._asked, match._place),
    "grounds": lambda match: match._finder.grounds(match._place, match.rule),
}
"""What of evidence is made when it is first read."""
