"""BACKEND: whether the native or the pure twin of a module runs in this process.

``BLOCKLIST_PURE_PYTHON=1`` selects the pure twins. ``BLOCKLIST_REQUIRE_NATIVE=1`` makes a missing
native one an error, so that nothing is tested or served on the slow one by accident.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Literal

__version__ = "0.1.0"

Backend = Literal["native", "pure"]
GET_NATIVE = (
    "install a wheel for this platform, or install a C compiler and the Python headers and "
    "reinstall blocklist"
)
"""How to get the native twins, for messages."""


def is_pure_wanted() -> bool:
    """Whether the environment selects the pure twins (``BLOCKLIST_PURE_PYTHON=1``)."""
    return os.environ.get("BLOCKLIST_PURE_PYTHON") == "1"


def choose_backend(native: str) -> Backend:
    """Return ``"native"`` if the module of that name can be imported and is wanted.

    Raises:
        ImportError: it is required (``BLOCKLIST_REQUIRE_NATIVE=1``) but cannot be imported.
    """
    if is_pure_wanted():
        return "pure"
    try:
        import_module(native)
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise ImportError(
                f"{native} is required (BLOCKLIST_REQUIRE_NATIVE=1) but missing: {error}; "
                f"{GET_NATIVE}",
                name=native,
            ) from error
        return "pure"
    return "native"
