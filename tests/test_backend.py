from __future__ import annotations

import pytest

from blocklist.backend import choose_backend

pytestmark = pytest.mark.no_core


def test_what_can_be_imported_is_native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLOCKLIST_PURE_PYTHON", raising=False)
    assert choose_backend("json") == "native"
    monkeypatch.setenv("BLOCKLIST_PURE_PYTHON", "1")
    assert choose_backend("json") == "pure"


def test_what_cannot_is_pure_unless_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLOCKLIST_PURE_PYTHON", raising=False)
    monkeypatch.delenv("BLOCKLIST_REQUIRE_NATIVE", raising=False)
    assert choose_backend("blocklist.no_such_module") == "pure"
    monkeypatch.setenv("BLOCKLIST_REQUIRE_NATIVE", "1")
    with pytest.raises(ImportError, match=r"is required .*install a wheel") as caught:
        choose_backend("blocklist.no_such_module")
    assert caught.value.name == "blocklist.no_such_module"
