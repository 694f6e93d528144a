"""Builds the native cores and the README of a package index; the rest is in pyproject.toml.

Without a compiler the package installs all the same and runs on its pure cores. With
``BLOCKLIST_REQUIRE_NATIVE=1`` a failure to build ends the installation, and with
``BLOCKLIST_PURE_PYTHON=1`` nothing is built.
"""

import os
import re
import sys
from pathlib import Path

from setuptools import Extension, setup

LINK = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]+\)")
HEADERS = sorted(map(str, Path("src/blocklist").rglob("*.h")))


def native(package: str) -> Extension:
    """Return the extension ``_native`` of a package of ours."""
    return Extension(
        f"blocklist.{package}._native",
        [f"src/blocklist/{package}/_native.c"],
        depends=HEADERS,
        extra_compile_args=["/std:c11"] if sys.platform == "win32" else ["-std=c11", "-O3"],
        optional=os.environ.get("BLOCKLIST_REQUIRE_NATIVE") != "1",
    )


def index_readme() -> str:
    """Return the README without its links to files, which lead nowhere on a package index.

    When the repository has a public address, make them absolute instead.
    """
    text = LINK.sub(r"\1", Path("README.md").read_text("utf-8"))
    return f"{text}\nThe pages named above are in the folder `docs` of the source distribution.\n"


is_pure = os.environ.get("BLOCKLIST_PURE_PYTHON") == "1"
setup(
    ext_modules=[] if is_pure else [native("_core"), native("_columns"), native("changes")],
    long_description=index_readme(),
    long_description_content_type="text/markdown",
)
