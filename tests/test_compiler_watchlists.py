"""Critical and popular names: what would block one is refused unless it is permitted by name."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest
from helpers import order
from shared_data import shared

from blocklist import (
    Blocklist,
    CompileError,
    ConfigurationError,
    Image,
    ProtectedNameError,
    compile_orders,
    load_orders,
)
from blocklist.compiler.watchlists import critical_names, popular_names, rows_of
from blocklist.model.report import Report

pytestmark = pytest.mark.no_core

FILE = """\
[[group]]
title = "the operator's own"
why = "customers reach their bills there"
accident = "a typing error in 2025"
subtree = ["bills.example"]
exact = ["host.example"]
"""
REGULATORS = {
    "formats/agcom_elenco_url_0000268_2023.21.07.txt": [
        "putlocker.is", "rarbg.to", "rutracker.org", "savefrom.net",
    ],
    "orders/cz-mfcr-v70.csv": [],
    "orders/ee-emta-blocklist.txt": [],
    "orders/it-adm-aams-2015.csv.xz": ["bet365.com"],
}  # fmt: skip
"""Lists of four regulators, and what the guard holds of each."""


def compiled(*targets: str, **options: object) -> Image:
    return compile_orders([order(*targets, "other.example")], **options)  # type: ignore[arg-type]


def report(*targets: str, **options: object) -> Report:
    found = compiled(*targets, **options).report
    assert found is not None
    return found


def refused(*targets: str, **options: object) -> list[tuple[str, str]]:
    return sorted((one.text, one.code) for one in report(*targets, **options).rejected)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "critical.toml"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize(
    "target",
    ["bills.example", "=bills.example", "*.bills.example", "pay.bills.example",
     "=a.b.bills.example", "*bills.example", "*.pay.bills.example", "bil*.example",
     "host.example", "=host.example", "=www.host.example", "www.host.example", "*.host.example",
     "*host.exam*", "ho*.example"],
)  # fmt: skip
def test_what_would_block_a_critical_name_is_refused(own: Path, target: str) -> None:
    ((text, code),) = refused(target, critical=own)
    assert code == "critical"
    (one,) = report(target, critical=own).rejected
    for part in ("customers reach their bills there", "a typing error in 2025", repr(text)):
        assert part in one.reason
    assert not refused(target, critical=own, permit=[target])
    assert not refused(target, critical=None)


@pytest.mark.parametrize(
    "target",
    ["name.host.example", "=name.host.example", "mybills.example", "ghost.example",
     "*.name.host.example", "http://bills.example/pirate/film", "bills.example.org",
     "*pirate*", "192.0.2.7"],
)  # fmt: skip
def test_others_pass(own: Path, target: str) -> None:
    assert refused(target, critical=own) == []


def test_a_name_above_takes_the_critical_one_along(tmp_path: Path) -> None:
    path = tmp_path / "critical.toml"
    path.write_text(FILE.replace("host.example", "deep.host.example"))
    assert refused("host.example", "=host.example", critical=path) == [("host.example", "critical")]
    assert refused("deep.host.example", critical=path) == [("deep.host.example", "critical")]


def test_names_of_long_lists_are_found(own: Path) -> None:
    """Plain names stay in columns until a guard asks for them."""
    names = "".join(f"n{number}.example.org\n" for number in range(3_000))
    orders = load_orders(f"{names}pay.bills.example\nhost.example\n".encode(), name="l.txt")
    found = compile_orders(orders, critical=own).report
    assert found is not None
    assert [(one.line, one.text) for one in found.rejected] == [
        (3_001, "pay.bills.example"), (3_002, "host.example"),
    ]  # fmt: skip


def test_strict_and_confidential(own: Path) -> None:
    with pytest.raises(ProtectedNameError, match=r"bills\.example"):
        compiled("bills.example", critical=own, strict=True)
    secret = order("bills.example", "other.example", confidential=True)
    found = compile_orders([secret], critical=own).report
    assert found is not None
    assert "bills" not in repr(found.rejected)
    assert [one.code for one in found.rejected] == ["critical"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"holds no \[\[group\]\]"),
        ("group = 1", "group"),
        ('[[group]]\ntitle = "x"\nwhy = "y"\nexact = ["a.example"]', "accident is missing"),
        (FILE.replace("exact", "exat"), "did you mean exact"),
        (FILE.replace("host.example", "a..b"), "exact"),
        (FILE.replace("host.example", "Bills.Example."), "stands twice"),
        ("a.example\nb.example\n", "not TOML"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(CompileError, match=message) as caught:
        critical_names(path)
    assert caught.value.path == str(path)


def test_each_critical_name_that_comes_along_has_reason_accident_and_source() -> None:
    file = resources.files("blocklist.compiler").joinpath("critical.toml")
    groups = tomllib.loads(file.read_text("utf-8"))["group"]
    for group in groups:
        assert all(group[key].strip() for key in ("title", "why", "accident"))
        assert group["source"].startswith("https://")
        assert not group["accident"].endswith(".")
    shipped = critical_names("default")
    assert len(shipped.reasons) == sum(
        len(group.get(key, ())) for group in groups for key in ("exact", "subtree")
    )
    assert len(shipped.reasons) > 100
    for name in ("github.com", "medium.com", "googleusercontent.com", "amazonaws.com"):
        assert name in shipped.reasons
        assert name not in shipped.below  # users have names below
    for name in ("drive.usercontent.google.com", "gutenberg.org", "root-servers.net"):
        assert name in shipped.below


@pytest.mark.parametrize(
    ("target", "is_refused"),
    [("medium.com", True), ("www.medium.com", True), ("pirate.medium.com", False),
     ("name.github.io", False), ("pirate.s3.amazonaws.com", False),
     ("http://medium.com/@pirate", False), ("drive.usercontent.google.com", True)],
)  # fmt: skip
def test_critical_names_come_along(target: str, is_refused: bool) -> None:
    assert [code for _, code in refused(target)] == ["critical"] * is_refused


class TestPopular:
    NAMES = ("first.example.org", "second.example.org", "third.example.org")

    def test_new_targets_need_a_permit(self) -> None:
        targets = ("first.example.org", "=www.second.example.org", "a.third.example.org")
        assert refused(*targets, popular=self.NAMES) == [
            ("=www.second.example.org", "popular"), ("first.example.org", "popular"),
        ]  # fmt: skip
        assert refused(*targets, popular=self.NAMES, hold=1) == [("first.example.org", "popular")]
        assert refused(*targets, popular=self.NAMES, hold=0) == []
        assert refused(*targets, popular=self.NAMES, permit=targets[:2]) == []
        (one,) = report("second.example.org", popular=self.NAMES).rejected
        assert "number 2 of the popularity list" in one.reason

    def test_what_the_previous_image_holds_is_not_new(self, tmp_path: Path) -> None:
        old = compiled("first.example.org")
        old.save(tmp_path / "old.blk")
        for previous in (old, tmp_path / "old.blk", Blocklist(old)):
            assert refused(
                "first.example.org", "second.example.org", popular=self.NAMES, previous=previous
            ) == [("second.example.org", "popular")]
        # Another width is another target.
        narrow = compiled("=first.example.org")
        assert refused("first.example.org", popular=self.NAMES, previous=narrow)

    def test_patterns_and_wide_names(self) -> None:
        assert refused("*irst.exam*", "example.org", popular=self.NAMES) == [
            ("*irst.exam*", "popular"), ("example.org", "popular"),
        ]  # fmt: skip

    def test_what_is_less_popular_is_mentioned(self) -> None:
        targets = ("first.example.org", "=www.second.example.org", "*hird.example*")
        found = report(*targets, popular=self.NAMES, hold=1, mention=2)
        assert [(one.text, one.code) for one in found.rejected] == [
            ("first.example.org", "popular")
        ]
        (said,) = found.warnings
        assert said.startswith("=www.second.example.org: it blocks second.example.org, number 2 of")
        assert len(report(*targets, popular=self.NAMES, hold=0).warnings) == 3
        assert report(*targets, popular=self.NAMES, hold=0, mention=0).warnings == ()
        assert report(*targets, popular=self.NAMES, hold=0, permit=targets).warnings == ()
        # What would block a held name as well is refused, and not mentioned besides.
        both = report("example.org", popular=self.NAMES, hold=1)
        assert [one.code for one in both.rejected] == ["popular"]
        assert both.warnings == ()

    def test_only_what_is_new_is_mentioned(self) -> None:
        old = compiled("first.example.org")
        targets = ("first.example.org", "second.example.org")
        (said,) = report(*targets, popular=self.NAMES, hold=0, previous=old).warnings
        assert said.startswith("second.example.org: it is not in the previous image, and it blocks")

    def test_a_confidential_target_is_not_named(self) -> None:
        orders = [order("first.example.org", confidential=True), order("a.example", id="b")]
        found = compile_orders(orders, popular=self.NAMES, hold=0).report
        assert found is not None
        (said,) = found.warnings
        assert "first" not in said
        assert said.startswith("(confidential): it blocks a name of the popularity list")

    def test_wrong_arguments(self) -> None:
        with pytest.raises(TypeError, match="popular"):
            popular_names("a.example", 10)
        with pytest.raises(ConfigurationError, match="hold"):
            popular_names(["a.example"], -1)
        with pytest.raises(ConfigurationError, match="mention"):
            popular_names(["a.example"], 1, -1)
        with pytest.raises(CompileError, match="none of its first entries"):
            popular_names(["a..b", "?"], 10)

    @pytest.mark.parametrize(
        "text",
        [
            "a.example\nb.example\n",
            "1,a.example\n2,b.example\n",
            "rank;name\r\n1;a.example\r\n2;b.example",
            "\ufeffdomain\na.example,x,y\nb.example,x\n",
            '# list\n"1","a.example"\n\n"2","b.example"\n',
        ],
    )
    def test_files(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "p.csv"
        path.write_text(text, "utf-8")
        assert list(rows_of(path)) == ["a.example", "b.example"]

    def test_a_packed_file(self, tmp_path: Path) -> None:
        path = tmp_path / "p.zip"
        path.write_bytes(b"PK\x03\x04\xff\xfe\x80")
        with pytest.raises(CompileError, match="unpack"):
            list(rows_of(path))


@pytest.mark.parametrize("path", REGULATORS)
def test_regulators_lists(path: str) -> None:
    """The critical names stop nothing; of 1,000 popular names five are held in all."""
    name = path.rpartition("/")[2].removesuffix(".xz")
    format_ = "ee-emta" if "emta" in name else None
    orders = load_orders(shared(path), name=name, format=format_)
    popular = shared("benign/alexa-2016-top100k.txt.xz").decode().split()
    without = compile_orders(orders, critical=None).report
    found = compile_orders(orders, popular=popular, hold=1_000).report
    assert found is not None
    assert without is not None
    assert len(found.rejected) == len(without.rejected) + len(REGULATORS[path])
    held = [one for one in found.rejected if one.code in ("critical", "popular")]
    assert {one.code for one in held} <= {"popular"}
    assert sorted(one.text.removeprefix("www.") for one in held) == REGULATORS[path]
