"""Settings that all tests share, and the fixture that runs each on both cores."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import blocklist
from blocklist import _core, changes


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="long tests in full (else each tries a sample)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Set the size of long tests before their modules are read; see ``scale``."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Else each command that a test starts would compile the package anew: half a second.
        compiled = TemporaryDirectory(ignore_cleanup_errors=True)
        os.environ["PYTHONPYCACHEPREFIX"] = compiled.name
        config.add_cleanup(compiled.cleanup)
    if config.getoption("--long"):
        os.environ["BLOCKLIST_TEST_LONG"] = "1"
    from scale import size

    settings.register_profile(
        "blocklist",
        deadline=None,
        max_examples=size(100),
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    settings.load_profile("blocklist")


if blocklist.BACKEND == "pure":  # where there is no native core, commands would warn of that
    os.environ["BLOCKLIST_PURE_PYTHON"] = "1"
# Containers set it. Then each of some hundred commands would compile the sources for itself.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return two workers more than there are processors: many wait for a server."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take long, so that no processor waits for one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("begin") is None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test once on each core, but once in all if it is marked to ask none."""
    if metafunc.definition.get_closest_marker("no_core") is None:
        metafunc.parametrize("core", ["native", "pure"], indirect=True, scope="module")


@pytest.fixture(autouse=True)
def _loggers() -> Iterator[None]:
    """Give the loggers back as they were: what serves sets levels and handlers for its process."""
    loggers = [logging.getLogger(name) for name in ("blocklist", "blocklist.hits")]
    before = [(logger.level, logger.propagate, logger.handlers[:]) for logger in loggers]
    yield
    for logger, (level, propagate, handlers) in zip(loggers, before, strict=True):
        logger.propagate, logger.handlers = propagate, handlers
        logger.setLevel(level)  # forgets what was cached of it


@pytest.fixture(scope="module", autouse=True)
def core(request: pytest.FixtureRequest) -> Iterator[str]:
    """The core that ``Blocklist`` takes during the test, in this process and those it starts."""
    wanted: str | None = getattr(request, "param", None)
    if wanted is None:
        yield blocklist.BACKEND
        return
    if wanted == "native":
        try:
            import_module("blocklist._core._native")
            import_module("blocklist.changes._native")
        except ImportError as error:
            if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
                raise
            pytest.skip(f"no native core: {error}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_core, "BACKEND", wanted)
        patch.setattr(changes, "BACKEND", wanted)
        patch.setattr(blocklist, "BACKEND", wanted)
        if wanted == "pure":
            patch.setenv("BLOCKLIST_PURE_PYTHON", "1")
            patch.delenv("BLOCKLIST_REQUIRE_NATIVE", raising=False)
        yield wanted


def pytest_report_header() -> list[str]:
    return [f"blocklist: {blocklist.BACKEND} core by default"]


def pytest_make_parametrize_id(val: Any) -> str | None:
    return val if val in ("native", "pure") else None
