"""Names of logs that are like ordered ones: relations, levels, reasons, and who is not shown."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from helpers import order
from scale import LONG, size
from shared_data import shared

from benchmarks.aliases import LISTS, measured
from blocklist import Blocklist, LogError, compile_orders
from blocklist.errors import ConfigurationError
from blocklist.logs import aliases
from blocklist.logs.aliascores import Cores, Relation
from blocklist.logs.aliasforms import bare, folded, is_one_letter_off, is_only_word, unleet
from blocklist.logs.engine import connection
from blocklist.logs.registrable import domains_of, prepare
from blocklist.model.suffixes import public_suffixes

pytestmark = pytest.mark.no_core

ORDERED = ["brandxyz.example", "brandxyz2.example", "brand-xyz7.test", "moviehall.example",
           "lonelyname.example", "streamtower.example", "streamtower1.example",
           "streamtower2.example", "harborline.example", "harborline1.example",
           "harborline2.example"]  # fmt: skip
BEGIN = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())


def log_of(path: Path, names: Iterable[str], *, clients: int = 12, day: int = 0) -> str:
    """An Unbound log in which each client asks for each name once."""
    line = "[{}] unbound[8:0] reply: {} {}. A IN NOERROR 0.0 1 83\n"
    with path.open("a", encoding="utf-8") as file:
        for name in names:
            file.writelines(
                line.format(BEGIN + day * 86_400 + n, f"198.51.100.{n}", name)
                for n in range(clients)
            )
    return str(path)


def image_of(*names: str, **fields: Any) -> Any:
    return compile_orders([order(*names, id="court:1", issued=date(2026, 11, 4), **fields)])


def found(log: str, *names: str, **options: Any) -> dict[str, dict[str, Any]]:
    options = {"level": "all", "log_zone": "UTC"} | options
    rows = aliases(image_of(*names or ORDERED), log, **options).candidates.to_pylist()
    return {row["name"]: row for row in rows}


def forms(*labels: str) -> list[tuple[str, str]]:
    wholes, shorter = folded(pa.array(labels, pa.string()))
    return list(zip(wholes.to_pylist(), shorter.to_pylist(), strict=True))


def test_how_labels_are_folded() -> None:
    assert forms("brand-x_y", "007brandxy24", "123", "--", "xn--brndxy-cua") == [
        ("brandxy", "brandxy"),
        ("007brandxy24", "brandxy"),
        ("123", "123"),
        ("--", "--"),
        ("brandxy", "brandxy"),
    ]
    assert forms("brаndxу") == [("brandxy", "brandxy")]  # two letters are Cyrillic
    assert [bare(text) for text in ("mybrandxyonline", "brandxytv", "newtv", "brandxy")] == [
        "brandxy", "brandxy", "newtv", "brandxy",
    ]  # fmt: skip
    assert unleet("br4ndxy") == "brandxy"
    assert [is_only_word(text) for text in ("movies", "movies24", "moviehall", "")] == [
        True, True, False, True,
    ]  # fmt: skip


def test_one_letter_off() -> None:
    near = ("brandx", "brndxy", "brandxyy", "xrandxy", "rbandxy", "brandyx")
    assert all(is_one_letter_off("brandxy", one) for one in near)
    far = ("brandxy", "brand", "bradxyn", "abrandx", "dnarbxy")
    assert not any(is_one_letter_off("brandxy", one) for one in far)


def test_registrable_domains_are_those_of_the_model() -> None:
    suffixes = public_suffixes()
    chance = random.Random(18)
    ends = [*sorted(suffixes.listed), *(f"some.{name}" for name in sorted(suffixes.wildcards)),
            "www.ck", "city.kobe.jp", "unlisted"]  # fmt: skip
    names = {
        f"{front}{end}"
        for end in chance.sample(ends, 1_500) + ends[-3:]
        for front in ("", "shop.", "a.b.shop.")
        if "." in f"{front}{end}"
    }
    with connection(1 << 28, 1, None) as link:
        prepare(link)
        link.from_arrow(pa.table({"name": sorted(names)})).create("names")
        domains = dict(link.sql(domains_of("names")).fetchall())
    assert domains == {name: suffixes.registrable_domain(name) for name in names}
    assert None in domains.values()


def test_relations_and_levels(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [
        "www.brandxyz.org", "brandxyz88.net", "moviehall.net", "lonelyname.org", "lonelyname4.org",
        "newstreamtower.test", "the-harborlinex.test", "br4ndxyz.org", "lonelynane.org",
        "brandxyz.proxyhost.test", "unrelated.test", "brandxyz.example", "m.brandxyz2.example",
    ])  # fmt: skip
    rows = found(log)
    assert {name: (row["relation"], row["level"]) for name, row in rows.items()} == {
        "brandxyz.org": ("suffix", "strong"),
        "brandxyz88.net": ("number", "strong"),
        "moviehall.net": ("suffix", "likely"),
        "lonelyname.org": ("suffix", "likely"),
        "lonelyname4.org": ("number", "all"),
        "newstreamtower.test": ("affix", "likely"),
        "the-harborlinex.test": ("contains", "likely"),
        "br4ndxyz.org": ("look-alike", "all"),
        "lonelynane.org": ("letter", "all"),
        "brandxyz.proxyhost.test": ("sub-label", "likely"),
    }
    assert set(found(log, level="strong")) == {"brandxyz88.net", "brandxyz.org"}
    assert {row["level"] for row in found(log, level="likely").values()} == {"strong", "likely"}
    assert rows["brandxyz.org"]["reason"] == (
        'same name, other suffix (.example → .org); 3 ordered names share "brandxyz"'
    )
    assert rows["lonelyname.org"]["reason"].endswith('1 ordered name shares "lonelyname"')


def test_what_many_others_have_in_their_name_is_no_brand(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["brandxyz.org"])
    others = ["mybrandxyzshop.test", "brandxyzcar.test"]
    assert found(log)["brandxyz.org"]["level"] == "strong"
    assert found(log, popular=others[:1])["brandxyz.org"]["level"] == "strong"
    assert found(log, popular=others)["brandxyz.org"]["level"] == "all"
    log_of(tmp_path / "log", ["abrandxyzshop.test", "brandxyzcar.test"])
    assert found(log)["brandxyz.org"]["level"] == "all"


def test_what_is_blocked_ordered_or_excepted_is_not_shown(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["brandxyz.org", "brandxyz.net", "www.brandxyz.dev"])
    log_of(tmp_path / "log", ["x.allowed.test", "allowed1.test"])
    names = [*ORDERED, "=brandxyz.dev", "allowed1.example", "allowed2.example"]
    blocked = image_of(*names, exceptions=["allowed1.test"])
    table = aliases(blocked, log, level="all", log_zone="UTC").candidates
    assert set(table["name"].to_pylist()) == {"brandxyz.org", "brandxyz.net", "allowed.test"}
    asked = Blocklist(blocked)
    assert not any(map(asked.is_blocked, table["name"].to_pylist()))


def test_a_blog_host_is_no_brand_for_its_tenants(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["other.bloghost.test", "bloghost.example"])
    rows = found(log, "one.bloghost.test", "two.bloghost.test", "three.bloghost.test")
    assert [(name, row["level"], row["ordered"]) for name, row in rows.items()] == [
        ("bloghost.example", "likely", 1)
    ]


def test_a_target_under_every_suffix_counts_once() -> None:
    made = compile_orders([order("brandxyz.{suffix}", "other.example")])
    cores = Cores(Blocklist(made))
    assert len(cores.names) > 500
    assert cores.count(Relation.SUFFIX, "brandxyz") == 1


def test_names_of_few_clients_are_summed(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log_of(path, ["brandxyz.org"], clients=9)
    log = log_of(path, ["brandxyz.net"], clients=10)
    result = aliases(image_of(*ORDERED), log, log_zone="UTC")
    assert result.candidates["name"].to_pylist() == ["brandxyz.net"]
    assert (result.other_names, result.other_queries) == (1, 9)
    assert "brandxyz.org" not in "".join(result.lines())
    assert "198.51.100" not in f"{list(result.lines())}{result}{result.candidates}"
    shown = aliases(image_of(*ORDERED), log, log_zone="UTC", min_clients=9)
    assert shown.candidates["clients"].to_pylist() == ["10", "9"]


def test_clients_are_counted_over_all_files(tmp_path: Path) -> None:
    logs = [log_of(tmp_path / f"{n}.log", ["www.brandxyz.org", "brandxyz.org"], clients=8 + 2 * n)
            for n in range(3)]  # fmt: skip
    rows = aliases(image_of(*ORDERED), logs, log_zone="UTC").candidates.to_pylist()
    assert [(row["name"], row["clients"], row["queries"]) for row in rows] == [
        ("brandxyz.org", "12", 60)
    ]
    with ThreadPoolExecutor(2) as pool:
        again = aliases(image_of(*ORDERED), logs[::-1], log_zone="UTC", map=pool.map)
    assert again.candidates.to_pylist() == rows


def test_a_log_without_clients_says_so(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("brandxyz.org\nFREE.test\n", "utf-8")
    rows = found(str(tmp_path / "names.txt"), format="plain")
    assert rows["brandxyz.org"]["clients"] is None


def test_since_and_the_date_of_the_order(tmp_path: Path) -> None:
    path = tmp_path / "log"
    log_of(path, ["brandxyz.org", "free.test"], day=0)
    log_of(path, ["brandxyz.net"], day=1)
    log_of(path, ["brandxyz.dev"], day=3)
    log = log_of(path, ["brandxyz.app", "brandxyz.org"], day=6)
    rows = found(log)
    said = {name: row["reason"].split("; ")[2:] for name, row in rows.items()}
    assert said == {
        "brandxyz.org": [],
        "brandxyz.net": ["first seen 2 days before the order of 4 November"],
        "brandxyz.dev": ["first seen on the day of the order of 4 November"],
        "brandxyz.app": ["first seen 3 days after the order of 4 November"],
    }
    assert next(iter(rows)) == "brandxyz.app"
    since = datetime(2026, 11, 4, tzinfo=UTC)
    assert set(found(log, since=since)) == {"brandxyz.dev", "brandxyz.app"}


def test_what_is_asked_more_and_more(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for day in range(20):
        log_of(path, ["brandxyz.org"], clients=10, day=day)
        log = log_of(path, ["brandxyz.net"], clients=10 if day < 13 else 40, day=day)
    rows = found(log)
    assert rows["brandxyz.net"]["reason"].endswith(
        "asked 4 times as often in the last week as in the one before"
    )
    assert "week" not in rows["brandxyz.org"]["reason"]


def test_confidential_orders_are_not_compared(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["veiledone.org", "brandxyz.org"])
    made = compile_orders([order(*ORDERED), order("veiledone.example", "veiledone.test",
                           id="veiled", confidential=True)])  # fmt: skip
    result = aliases(made, log, log_zone="UTC", level="all")
    assert result.candidates["name"].to_pylist() == ["brandxyz.org"]
    assert result.hidden == 2
    assert "veiled" not in f"{list(result.lines())}"
    shown = aliases(made, log, log_zone="UTC", confidential=True)
    assert shown.candidates["order"].to_pylist() == ["it:test:1", "veiled"]
    assert shown.rights.is_private


def test_odd_names_steer_nothing(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["\x1b[31m<script>.brandxyz.org", "=cmd().brandxyz.net",
                 "xn--brndxyz-exa.dev", "brandxyz.\x07bell", ".brandxyz.app", "brandxyz..app",
                 "..", "brandxyz.pro\\046x.test"])  # fmt: skip
    result = aliases(image_of(*ORDERED), log, log_zone="UTC", level="all", lenient=True)
    text = "\n".join(result.lines())
    assert {"brandxyz.org", "brandxyz.net"} <= set(result.candidates["name"].to_pylist())
    assert text.isprintable() or all(c.isprintable() or c in "\n\t" for c in text)


def test_what_is_refused(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["brandxyz.org"])
    with pytest.raises(ConfigurationError, match="level is strong, likely or all, not 'weak'"):
        aliases(image_of(*ORDERED), log, level="weak")
    with pytest.raises(LogError, match="no such file"):
        aliases(image_of(*ORDERED), str(tmp_path / "none"))
    (tmp_path / "odd.log").write_text("hello\n", "utf-8")
    with pytest.raises(LogError, match="its format is not known"):
        aliases(image_of(*ORDERED), str(tmp_path / "odd.log"))


def test_an_image_or_a_log_with_nothing_in_common(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", ["free.test"])
    assert not found(log)
    (tmp_path / "empty").write_text("", "utf-8")
    assert not found(str(tmp_path / "empty"), format="plain")
    assert not found(log, "http://shop.example/x", "192.0.2.7", "*kickass*")


@pytest.mark.parametrize("name", LISTS if LONG else ["Czech ministry", "Estonia"])
def test_strong_candidates_of_real_lists(tmp_path: Path, name: str) -> None:
    for file in (*LISTS[name].files, "benign/alexa-2016-top100k.txt.xz"):
        shared(file)
    split = measured(name, tmp_path, size(1, 30))
    assert split.precision >= 0.82
    assert split.right >= 0.9 * LISTS[name].right
    if LONG:
        assert split.per_100_000 <= 25
