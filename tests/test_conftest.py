"""The tests themselves: each that asks a core runs on the one that its name says."""

from __future__ import annotations

import subprocess
import sys

import pytest
from helpers import blocklist_of

from blocklist import _core

CODE = "import blocklist; print(blocklist.BACKEND)"


def test_a_test_that_does_not_name_the_fixture_runs_on_its_core(
    request: pytest.FixtureRequest,
) -> None:
    wanted = request.node.callspec.params["core"]
    assert wanted == _core.BACKEND
    kind = type(blocklist_of("a.example")._core).__name__
    assert kind == {"native": "NativeCore", "pure": "PureCore"}[wanted]
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == wanted
