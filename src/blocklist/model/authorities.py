"""AUTHORITIES: who issues orders."""

from __future__ import annotations

from dataclasses import dataclass

from .references import slug


@dataclass(frozen=True, slots=True)
class Authority:
    """Who issued an order: a stable key (``agcom``) and the name for people."""

    key: str
    name: str

    @classmethod
    def named(cls, text: str) -> Authority:
        """Return the known authority of that key or name, else one made from the text."""
        wanted = " ".join(text.split())
        for key, name in KNOWN_AUTHORITIES.items():
            if wanted.casefold() in (key, name.casefold()):
                return cls(key, name)
        return cls(slug(wanted), wanted)


OPERATOR = "operator"  # the key of the operator's own policy
KNOWN_AUTHORITIES = {
    "agcom": "Autorità per le garanzie nelle comunicazioni",
    "adm": "Agenzia delle dogane e dei monopoli",
    "consob": "Commissione nazionale per le società e la borsa",
    "ivass": "Istituto per la vigilanza sulle assicurazioni",
    "cncpo": "Centro nazionale per il contrasto della pedopornografia online",
    OPERATOR: "the operator's own policy",
}
OPERATOR_POLICY = Authority(OPERATOR, KNOWN_AUTHORITIES[OPERATOR])
