"""BACKEND: whether the native twin of a module or the pure one runs in this process.

``BLOCKLIST_PURE_PYTHON=1`` takes the pure ones; ``BLOCKLIST_REQUIRE_NATIVE=1`` makes a missing
native one an error, so that nothing is tested or served on the slow one by accident.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Literal

__version__ = "0.1.0"

Backend = Literal["native", "pure"]


def choose_backend(native: str) -> Backend:
    """Return ``"native"`` if the module of that name can be imported and is wanted.

    Raises:
        ImportError: it is required (``BLOCKLIST_REQUIRE_NATIVE=1``) and cannot be imported.
    """
    if os.environ.get("BLOCKLIST_PURE_PYTHON") == "1":
        return "pure"
    try:
        import_module(native)
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise ImportError(
                f"{native} is required (BLOCKLIST_REQUIRE_NATIVE=1) and not there: {error}; "
                "install a wheel for this platform, or a C compiler and the headers of Python, "
                "and reinstall",
                name=native,
            ) from error
        return "pure"
    return "native"
