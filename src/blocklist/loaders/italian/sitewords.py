"""SITEWORDS: nouns for what is blocked, and the words that join names to each other."""

from __future__ import annotations

import re

from .candidates import words
from .dehyphenation import FURNITURE

NOUNS = words(
    "sito siti dominio domini portale portali piattaforma piattaforme indirizzo indirizzi url ip "
    "risorsa risorse fqdn sottodominio sottodomini prefisso prefissi pagina pagine rete reti"
)
LINKS = NOUNS | words(
    "a ad ai al agli alla alle all o od ed e il i gli la le lo l d di del dei degli della delle "
    "dell nome nomi internet web seguente seguenti alias mirror denominato denominati denominata "
    "denominate raggiungibile raggiungibili corrispondente corrispondenti relativo relativi "
    "sola sole solo soli singole cioè ossia segnatamente precisamente "
    "nonché nonche anche altresì oppure oltre http https www n nr num data note dns pag"
)
WORD = re.compile(r"[^\W\d_]+")


def only_links(text: str) -> bool:
    """Whether no word stands there that would end an enumeration."""
    words = WORD.findall(FURNITURE.sub("", text))
    return all(len(word) == 1 or word.lower() in LINKS for word in words)


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last place where the pattern matches."""
    found = None
    for match in pattern.finditer(text):
        found = match
    return found
