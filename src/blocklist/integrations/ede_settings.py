"""EDE SETTINGS: what a resolver says to clients about a block apart from the orders; no DNS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..answers.disclosure import public_orders
from ..answers.ede import (
    MAX_EXTRA_TEXT,
    check_contacts,
    check_language,
    extended_error,
    extra_text,
)
from ..errors import ConfigurationError
from ..model.orders import Order
from .wire import EDE


@dataclass(frozen=True, slots=True)
class Telling:
    """The texts for clients apart from the orders; see ``Match.extra_text``.

    Attributes:
        contact: ``mailto:`` and ``tel:`` URIs of the contact; only in structured texts.
        organization: who runs the resolver; structured only.
        language: of ``organization``, and of the orders of a country with more than one language
            (BCP 47); structured only.
        sde_option: the EDNS option by which a client asks for structured text. Its number is still
            to be assigned (draft-ietf-dnsop-structured-dns-error-22); 0 means none. The sign of the
            older drafts, an Extended DNS Error with code 0 and no text, is always understood.
        incidents: by order id, public records about it by database (Lumen, say); structured only.
        max_octets: of EXTRA-TEXT.
        uniform_reason: the same text for every block, in place of the orders and incidents.
    """

    contact: tuple[str, ...] = ()
    organization: str = ""
    language: str = "en"
    sde_option: int = 0
    incidents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    max_octets: int = MAX_EXTRA_TEXT
    uniform_reason: str = ""

    def __post_init__(self) -> None:
        """Raise ``ConfigurationError`` for a value that cannot be sent."""
        check_contacts(self.contact)
        check_language(self.language)
        if not 0 <= self.sde_option < 1 << 16 or self.sde_option == EDE:
            raise ConfigurationError(
                "sde_option must be the number of an EDNS option other than 15, not "
                f"{self.sde_option}"
            )

    def code(self, orders: Collection[Order]) -> int:
        """Return the INFO-CODE."""
        return extended_error(orders, max_octets=0, uniform_reason=self.uniform_reason).code

    def text(self, orders: Collection[Order], *, structured: bool, max_octets: int) -> str:
        """Return EXTRA-TEXT of at most so many octets."""
        if not structured:
            return extra_text(orders, max_octets=max_octets, uniform_reason=self.uniform_reason)
        incidents = [
            record
            for order in public_orders(orders)
            for record in self.incidents.get(order.id, {}).items()
        ]
        return extra_text(
            orders, sde=True, max_octets=max_octets, contact=self.contact,
            organization=self.organization, language=self.language, incidents=incidents,
            uniform_reason=self.uniform_reason,
        )  # fmt: skip

    def is_asked_for(self, options: Iterable[tuple[int, bytes]]) -> bool:
        """Whether a client asks for structured text, by the EDNS options of its query."""
        signs = {(EDE, b"\0\0")} | ({(self.sde_option, b"")} if self.sde_option else set())
        return not signs.isdisjoint(options)
