"""Builds the native cores; everything else is in pyproject.toml.

Without a compiler the package installs all the same and runs on its pure cores. With
``BLOCKLIST_REQUIRE_NATIVE=1`` a failure to build ends the installation, and with
``BLOCKLIST_PURE_PYTHON=1`` nothing is built.
"""

import os
import sys
from pathlib import Path

from setuptools import Extension, setup

KERNEL = Path("src/blocklist/_core")
HEADERS = [*sorted(map(str, KERNEL.rglob("*.h"))), "src/blocklist/_columns/builder.h"]


def native(package: str) -> Extension:
    """Return the extension ``_native`` of a package of ours."""
    return Extension(
        f"blocklist.{package}._native",
        [f"src/blocklist/{package}/_native.c"],
        depends=HEADERS,
        extra_compile_args=["/std:c11"] if sys.platform == "win32" else ["-std=c11", "-O3"],
        optional=os.environ.get("BLOCKLIST_REQUIRE_NATIVE") != "1",
    )


is_pure = os.environ.get("BLOCKLIST_PURE_PYTHON") == "1"
setup(ext_modules=[] if is_pure else [native("_core"), native("_columns")])
