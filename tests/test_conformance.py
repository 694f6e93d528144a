"""The vectors are the specification of matching; every core answers all of them, by every door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import image

from blocklist import Blocklist, Image

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "matching.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_matching(case: dict[str, Any], tmp_path: Path) -> None:
    compiled = image(
        *case["targets"],
        exceptions=case.get("exceptions", ()),
        protect=case.get("protect", ()),
        permit=case.get("permit", ()),
    )
    compiled.save(tmp_path / "x.blk")
    for blocked in (
        Blocklist(compiled),
        Blocklist(Image(bytes(compiled))),
        Blocklist.open(tmp_path / "x.blk", verify=False),
    ):
        names = case["blocked"] + case["free"]
        wanted = [True] * len(case["blocked"]) + [False] * len(case["free"])
        answers = {name: blocked.is_blocked(name) for name in names}
        assert answers == dict(zip(names, wanted, strict=True))
        assert blocked.is_blocked_many(iter(names)) == wanted
        assert [blocked.match(name) is not None for name in names] == wanted
        for name, is_blocked in zip(names, wanted, strict=True):
            covering = blocked.match_all(name)
            assert is_blocked == (bool(covering) and not covering[0].rule.allow)
            explained = " is blocked" in blocked.explain(name)
            assert explained == (blocked.lookup(name) is not None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_wire_format_gives_the_same(case: dict[str, Any]) -> None:
    blocked = Blocklist(
        image(
            *case["targets"],
            exceptions=case.get("exceptions", ()),
            protect=case.get("protect", ()),
            permit=case.get("permit", ()),
        )
    )
    for wanted in (True, False):
        for name in case["blocked" if wanted else "free"]:
            if name.isascii() and "\\" not in name and ".." not in name and name.strip("."):
                if name.startswith("."):
                    continue
                labels = name.removesuffix(".").encode("ascii").split(b".")
                wire = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
                assert blocked.is_blocked(wire) is wanted, name
