"""KEY SETTINGS: whose images are taken, as configuration files say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.typedtoml import TypedTable

if TYPE_CHECKING:
    from ..signing.notekeys import VerifierKey


def read_keys(table: TypedTable, standard: tuple[VerifierKey, ...] = ()) -> tuple[VerifierKey, ...]:
    """Return the verifier keys that ``key`` names, a text or a list of texts of one name.

    Args:
        table: the settings.
        standard: what holds without the setting; empty: images need no signature.

    Raises:
        ConfigurationError: a text is no verifier key; in a table of another kind, its error.
    """
    if "key" not in table:
        return standard
    from ..signing.notekeys import origin_keys  # seldom needed, and resolvers start

    value = table.value("key")
    texts = (value,) if isinstance(value, str) else table.texts("key")
    return table.check("key", origin_keys, texts)
