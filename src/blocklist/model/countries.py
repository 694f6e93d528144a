"""COUNTRIES: the codes of countries, and the time zones that dates from them mean."""

from __future__ import annotations

from datetime import UTC, tzinfo

from ..errors import ConfigurationError, OrderError

ZONES = {
    "AT": "Europe/Vienna", "BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn", "FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London",
    "GR": "Europe/Athens", "HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata", "IT": "Europe/Rome", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga", "MT": "Europe/Malta", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw", "RO": "Europe/Bucharest", "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava",
}  # fmt: skip
"""The time zone of countries that have one; dates from elsewhere need ``timezone``."""

LANGUAGES = {
    "AT": "de", "BG": "bg", "CZ": "cs", "DE": "de", "DK": "da", "EE": "et", "ES": "es", "FR": "fr",
    "GB": "en", "GR": "el", "HR": "hr", "HU": "hu", "IE": "en", "IN": "en", "IT": "it", "LT": "lt",
    "LV": "lv", "NL": "nl", "NO": "no", "PL": "pl", "PT": "pt", "RO": "ro", "RU": "ru", "SE": "sv",
    "SI": "sl", "SK": "sk", "TR": "tr", "UA": "uk", "US": "en",
}  # fmt: skip
"""The language (BCP 47) in which a country's authorities order, where there is one."""


def country(code: str) -> str:
    """Return an ISO 3166-1 alpha-2 code in upper case; ``ConfigurationError`` for what is none."""
    if not isinstance(code, str):
        raise TypeError(f"a country code must be str, such as 'IT', not {type(code).__name__}")
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ConfigurationError(f"{code!r} is not a country code (ISO 3166-1 alpha-2, such as IT)")
    return code.upper()


def time_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name; ``OrderError`` says what to do if it is missing."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise OrderError(
            f"no time zone {name!r}: it is not an IANA name, or this machine has no time zone "
            "data (pip install tzdata)"
        ) from error
