"""PAGE WORDS: what the page of a block says, in each language."""

from __future__ import annotations

from typing import NamedTuple


class PageWords(NamedTuple):
    """The words of a page in one language; ``{name}`` is what was asked for."""

    own_name: str
    title: str
    own_title: str
    by_order: str
    by_policy: str
    asked: str
    orders: str
    law: str
    subject: str
    document: str
    unnamed: str
    blocker: str
    questions: str
    objection: str
    languages: str


WORDS = {
    "en": PageWords(
        "English",
        "Unavailable for legal reasons",
        "Blocked on this network",
        "Access to this address is blocked because an authority ordered it.",
        "Access to this address is blocked by the policy of this network.",
        "Address", "Ordered by", "Legal basis", "Subject", "Read the order",
        "The order is confidential. It cannot be named here.",
        "Who enforces this block", "Questions", "How to object", "Language",
    ),
    "it": PageWords(
        "Italiano",
        "Non disponibile per motivi legali",
        "Bloccato su questa rete",
        "L’accesso a questo indirizzo è bloccato per ordine di un’autorità.",
        "L’accesso a questo indirizzo è bloccato dalle regole di questa rete.",
        "Indirizzo", "Disposto da", "Base giuridica", "Oggetto", "Leggi il provvedimento",
        "Il provvedimento è riservato e non può essere indicato.",
        "Chi attua il blocco", "Domande", "Come opporsi", "Lingua",
    ),
    "de": PageWords(
        "Deutsch",
        "Aus rechtlichen Gründen nicht verfügbar",
        "In diesem Netz gesperrt",
        "Der Zugang zu dieser Adresse ist auf Anordnung einer Behörde gesperrt.",
        "Der Zugang zu dieser Adresse ist durch die Regeln dieses Netzes gesperrt.",
        "Adresse", "Angeordnet von", "Rechtsgrundlage", "Gegenstand", "Anordnung lesen",
        "Die Anordnung ist vertraulich und kann hier nicht genannt werden.",
        "Wer die Sperre umsetzt", "Fragen", "Widerspruch", "Sprache",
    ),
    "fr": PageWords(
        "Français",
        "Indisponible pour des raisons juridiques",
        "Bloqué sur ce réseau",
        "L’accès à cette adresse est bloqué sur ordre d’une autorité.",
        "L’accès à cette adresse est bloqué par les règles de ce réseau.",
        "Adresse", "Ordonné par", "Base juridique", "Objet", "Lire la décision",
        "La décision est confidentielle et ne peut être citée ici.",
        "Qui applique ce blocage", "Questions", "Comment contester", "Langue",
    ),
    "es": PageWords(
        "Español",
        "No disponible por motivos legales",
        "Bloqueado en esta red",
        "El acceso a esta dirección está bloqueado por orden de una autoridad.",
        "El acceso a esta dirección está bloqueado por las normas de esta red.",
        "Dirección", "Ordenado por", "Base jurídica", "Objeto", "Leer la orden",
        "La orden es confidencial y no puede indicarse aquí.",
        "Quién aplica este bloqueo", "Preguntas", "Cómo oponerse", "Idioma",
    ),
}  # fmt: skip
LANGUAGES = tuple(WORDS)
"""The languages that pages are written in (BCP 47), English first."""
