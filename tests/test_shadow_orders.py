"""Shadow orders: left out of all that is enforced, compiled alone, enforced without the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cli_output import error
from click.testing import CliRunner, Result
from helpers import image, order

from blocklist import (
    Blocklist,
    CompileError,
    EmptyBlocklistError,
    ImageError,
    LiveBlocklist,
    Order,
    OrderError,
    ReloadRejectedError,
    check_edition,
    compile_orders,
    diff,
    load_orders,
)
from blocklist.cli.group import cli
from blocklist.exporters import FORMATS, export
from blocklist.history.history import History
from blocklist.history.recordedcycle import RecordedCycle
from blocklist.image.contents import Contents
from blocklist.model.orderdata import decode_order, encode_order

pytestmark = pytest.mark.no_core

Run = Callable[..., Result]
NOW = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = '[[order]]\nid = "own:1"\nissued = 2026-01-02\ntargets = ["first.example"]\n'
SECOND = (
    '[[order]]\nid = "own:2"\nissued = 2026-01-02\nshadow = true\ntargets = ["second.example"]\n'
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    orders = tmp_path / "orders"
    orders.mkdir()
    (orders / "first.toml").write_text(FIRST, "utf-8")
    (orders / "second.toml").write_text(SECOND, "utf-8")

    def run_(*words: object) -> Result:
        return CliRunner().invoke(cli, list(map(str, words)))

    return run_


# ---- compiling -----------------------------------------------------------------------------


def test_they_are_left_out_and_named() -> None:
    compiled = compile_orders([order("a.example"), order("b.example", id="s", shadow=True)])
    report = compiled.report
    assert report is not None
    assert (report.orders, report.shadow, report.skipped) == (("it:test:1",), ("s",), ())
    assert "0 orders not selected, 1 shadow order left out" in str(report)
    assert not Blocklist(compiled).is_blocked("b.example")
    assert compiled.octets == compile_orders([order("a.example")]).octets


def test_they_are_compiled_alone() -> None:
    orders = [order("a.example"), order("b.example", id="s", shadow=True)]
    compiled = compile_orders(orders, shadow=True)
    asked = Blocklist(compiled)
    assert [asked.is_blocked(name) for name in ("a.example", "x.b.example")] == [False, True]
    assert Contents(compiled).is_shadow
    assert [one.shadow for one in Contents(compiled).orders] == [True]
    assert not Contents(compile_orders(orders)).is_shadow
    assert asked.explain("b.example").startswith(
        "b.example would be blocked (by shadow orders, which are not enforced)\n"
    )


HARMFUL = {
    "supersedes": order("s.example", id="s", shadow=True, supersedes=("it:test:1",)),
    "a higher serial": order("s.example", id="s", shadow=True, series="x", serial=2),
    "a higher serial without a name": order(
        "s.example", id="s", shadow=True, series="x", serial=9, exceptions=("a.example",)
    ),
    "an exception": order("s.example", id="s", shadow=True, exceptions=("a.example",)),
    "the same id": order("s.example", shadow=True, revoked=date(2026, 1, 1)),
    "one that is revoked": order("a.example", id="s", shadow=True, revoked=date(2026, 1, 1)),
    "a draft": order("s.example", id="s", shadow=True, reviewed=False),
    "one that is to come": order("s.example", id="s", shadow=True, issued=date(2099, 1, 1)),
    "a refused target": order("com", id="s", shadow=True),
    "a confidential one": order("s.example", id="s", shadow=True, confidential=True),
}


@pytest.mark.parametrize("shadow", HARMFUL.values(), ids=HARMFUL.keys())
def test_a_shadow_order_changes_no_octet_of_what_is_enforced(shadow: Order) -> None:
    real = order("a.example", series="x", serial=1)
    alone = compile_orders([real], at=NOW)
    for orders in ([real, shadow], [shadow, real]):
        compiled = compile_orders(orders, at=NOW, strict=True)
        assert compiled.octets == alone.octets
        assert compiled.rights == alone.rights


def test_an_enforced_order_changes_no_octet_of_what_is_tried() -> None:
    tried = order("s.example", id="s", shadow=True, series="x", serial=1)
    alone = compile_orders([tried], shadow=True, at=NOW)
    for other in (
        order("o.example", supersedes=("s",)),
        order("o.example", series="x", serial=2),
        order("o.example", exceptions=("s.example",)),
        order("o.example", reviewed=False),
    ):
        assert compile_orders([tried, other], shadow=True, at=NOW).octets == alone.octets


def test_shadow_orders_alone_are_no_list() -> None:
    with pytest.raises(
        EmptyBlocklistError, match=r"nothing would be blocked \(s: a shadow order\)"
    ):
        compile_orders([order("s.example", id="s", shadow=True)])
    with pytest.raises(CompileError, match="is a draft"):
        compile_orders([order("s.example", shadow=True, reviewed=False)], shadow=True)
    with pytest.raises(EmptyBlocklistError):
        compile_orders([order("a.example")], shadow=True)


def test_the_two_kinds_are_no_editions_of_each_other(tmp_path: Path) -> None:
    real = image("a.example")
    tried = compile_orders([order("a.example", shadow=True)], shadow=True)
    with pytest.raises(ImageError, match="shadow orders, which block nothing"):
        compile_orders([order("a.example")], previous=tried)
    with pytest.raises(ImageError, match="an image of enforced orders"):
        compile_orders([order("a.example", shadow=True)], shadow=True, previous=real)
    for new, old in ((real, tried), (tried, real)):
        with pytest.raises(ImageError, match="is an image of"):
            check_edition(new, old)
    assert check_edition(tried, tried).changes == ()


def test_what_an_order_says_comes_back() -> None:
    said = encode_order(order("a.example", shadow=True))
    assert said["shadow"] is True
    assert decode_order(said).shadow
    assert "shadow" not in encode_order(order("a.example"))


# ---- files ---------------------------------------------------------------------------------


def test_order_file_sidecar_and_manifest_say_it(tmp_path: Path) -> None:
    def put(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    put("a.toml", SECOND)
    put("b.txt", "b.example\n")
    put("b.txt.toml", "shadow = true\n")
    put("c.txt", "c.example\n")
    put("d/d.txt", "d.example\n")
    put("d/e.txt", "e.example\n")
    put("d/manifest.toml", '[[file]]\npath = "d.txt"\nshadow = true\n')
    orders = load_orders(tmp_path)
    tried = Blocklist(compile_orders(orders, shadow=True))
    real = Blocklist(compile_orders(orders))
    names = ["second.example", "b.example", "c.example", "d.example", "e.example"]
    assert [tried.is_blocked(name) for name in names] == [True, True, False, True, False]
    assert [real.is_blocked(name) for name in names] == [False, False, True, False, True]


@pytest.mark.parametrize("value", ['"true"', "1", '""'])
def test_a_value_that_is_no_answer_is_refused(value: str) -> None:
    text = SECOND.replace("shadow = true", f"shadow = {value}")
    with pytest.raises(OrderError, match="shadow must be true or false"):
        load_orders(text.encode())


# ---- who does not take them ----------------------------------------------------------------


@pytest.fixture
def tried(tmp_path: Path) -> Path:
    path = tmp_path / "S.blk"
    compile_orders([order("s.example", id="s", shadow=True)], shadow=True).save(path)
    return path


@pytest.mark.parametrize("format_", list(FORMATS))
def test_no_export_takes_them(tried: Path, format_: str) -> None:
    with pytest.raises(ImageError, match="is an image of shadow orders, which block nothing"):
        export(tried, format_, tried.with_name("out"))
    assert not tried.with_name("out").exists()


def test_no_difference_and_no_audit_takes_them_for_blocks(tried: Path) -> None:
    real = image("a.example")
    for old, new in ((real, tried), (tried, real)):
        with pytest.raises(ImageError, match="is an image of"):
            diff(old, new)
    assert not diff(tried, tried)


@pytest.mark.parametrize("option", [(), ("--canary", "a.example")])
def test_no_probe_asks_whether_they_are_enforced(run: Run, tried: Path, option: tuple[str]) -> None:
    result = run("probe", str(tried), "--resolver", "127.0.0.1:1", *option)
    assert result.exit_code == 2
    assert "is an image of shadow orders" in result.stderr


def test_a_list_that_answers_does_not_take_them(tried: Path) -> None:
    with pytest.raises(ImageError, match="shadow orders"):
        LiveBlocklist(tried)
    path = tried.with_name("it.blk")
    image("a.example").save(path)
    live = LiveBlocklist(path)
    tried.replace(path)
    with pytest.raises(ReloadRejectedError, match="shadow orders"):
        live.reload(force=True)
    assert live.is_blocked("a.example")
    assert not live.is_blocked("s.example")
    assert LiveBlocklist(path, shadow=True).is_blocked("s.example")


def test_a_record_does_not_take_them(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    real, shadow = order("a.example"), order("s.example", id="s", shadow=True)
    with History.create(tmp_path / "history") as history:
        history.append(RecordedCycle(orders=[real, shadow], image=compile_orders([real, shadow])))
        entries = [entry.kind for entry in history.record.entries()]
        assert entries.count("order") == 1
        with pytest.raises(ImageError, match="shadow orders"):
            history.append(
                RecordedCycle(orders=[shadow], image=compile_orders([shadow], shadow=True))
            )
        assert [entry.kind for entry in history.record.entries()] == entries


# ---- commands ------------------------------------------------------------------------------


def test_the_report_of_compile_and_check_count_them(run: Run) -> None:
    done = run("compile", "orders", "-o", "it.blk", "--strict")
    assert done.exit_code == 0, done.output
    assert "1 rule from 1 target of 1 order;" in done.stderr
    assert "1 shadow order left out" in done.stderr
    told = json.loads(run("compile", "orders", "-o", "it.blk", "--json").stdout)
    assert told["shadow"] == ["own:2"]
    checked = run("check", "orders")
    assert checked.exit_code == 0
    assert "own:2: shadow order, not enforced, in force, 1 target" in checked.stdout
    assert "shadow, not enforced: own:2" in checked.stdout
    assert "1 shadow order left out" in checked.stdout
    alone = run("check", "orders/second.toml")
    assert (alone.exit_code, "0 rules" in alone.stdout) == (0, True)
    assert "1 rule from 1 target" in run("check", "orders", "--shadow").stdout


def test_promotion_is_the_removal_of_one_line(run: Run) -> None:
    assert run("compile", "orders", "-o", "it.blk").exit_code == 0
    done = run("compile", "orders", "--shadow", "-o", "S.blk")
    assert done.exit_code == 0
    assert "S.blk: shadow image, which blocks nothing: 1 rule" in done.stderr
    asked = run("query", "S.blk", "second.example", "first.example")
    assert (
        asked.stdout
        == "second.example\tblocked\tsecond.example\town:2\nfirst.example\tnot blocked\n"
    )
    assert "S.blk: a shadow image, which blocks nothing" in asked.stderr
    assert "a shadow image: its hits are counted" in run("verify", "S.blk").stdout
    path = Path("orders/second.toml")
    path.write_text(path.read_text("utf-8").replace("shadow = true\n", ""), "utf-8")
    done = run("compile", "orders", "-o", "it.blk", "--previous", "it.blk")
    assert done.exit_code == 0, done.output
    assert "shadow" not in done.stderr
    assert run("query", "-q", "it.blk", "second.example").exit_code == 0
    # Then nothing is tried any more: the last image of shadow orders is emptied, not kept.
    assert run("compile", "orders", "--shadow", "-o", "S.blk").exit_code == 0
    assert len(Blocklist.open("S.blk")) == 0


def test_an_image_of_one_kind_is_not_written_over_one_of_the_other(run: Run) -> None:
    assert run("compile", "orders", "-o", "it.blk").exit_code == 0
    before = Path("it.blk").read_bytes()
    assert error(run("compile", "orders", "--shadow", "-o", "it.blk")) == (
        "-o it.blk is an image of enforced orders; name another file"
    )
    assert Path("it.blk").read_bytes() == before
    assert run("compile", "orders", "--shadow", "-o", "S.blk").exit_code == 0
    assert error(run("compile", "orders", "-o", "S.blk")) == (
        "-o S.blk is an image of shadow orders, which is not enforced; name another file"
    )


@pytest.mark.parametrize("option", ["--history", "--previous"])
def test_a_record_and_a_comparison_are_not_for_them(run: Run, option: str) -> None:
    done = run("compile", "orders", "--shadow", "-o", "S.blk", option, "x")
    assert error(done) == f"{option} is for what is enforced; leave it out with --shadow"
    assert not Path("S.blk").exists()


def test_strict_asks_nothing_of_what_is_left_out(run: Run) -> None:
    Path("orders/second.toml").write_text(SECOND.replace('["', '["no name", "'), "utf-8")
    assert run("compile", "orders", "--strict", "-o", "it.blk").exit_code == 0
    assert "no name" in error(run("compile", "orders", "--strict", "--shadow", "-o", "S.blk"))
    assert run("compile", "orders", "--shadow", "-o", "S.blk").exit_code == 0


def test_turning_an_enforced_order_into_a_shadow_is_seen(run: Run) -> None:
    Path("orders/second.toml").write_text(SECOND.replace("shadow = true\n", ""), "utf-8")
    assert run("compile", "orders", "-o", "it.blk").exit_code == 0
    Path("orders/second.toml").write_text(SECOND, "utf-8")
    done = run("compile", "orders", "-o", "it.blk", "--previous", "it.blk")
    assert "own:2 is a shadow order now, which would lift 1 block" in error(done)
    assert Blocklist.open("it.blk").is_blocked("second.example")


def test_status_says_that_it_is_not_enforced_and_when_it_is_due(run: Run) -> None:
    due = (datetime.now(UTC) + timedelta(days=2)).date()
    Path("orders/second.toml").write_text(SECOND + f"deadline = {due}\n", "utf-8")
    done = run("status", "orders")
    assert done.exit_code == 1
    assert "shadow, in force" in done.stdout
    rows = [json.loads(line) for line in run("status", "orders", "--json").stdout.splitlines()]
    assert [row["shadow"] for row in rows] == [False, True]


def test_reports_leave_them_out(run: Run) -> None:
    done = run("report", "effect", "own:2", "orders")
    assert done.exit_code == 2
    assert "1 shadow order left out: nothing is blocked for a shadow order\n" in done.stderr
    assert run("report", "effect", "own:1", "orders").exit_code == 0


def test_a_confidential_one_is_not_shown(run: Run) -> None:
    secret = SECOND.replace("shadow = true", "shadow = true\nconfidential = true")
    Path("orders/second.toml").write_text(secret, "utf-8")
    for words in (("check", "orders"), ("check", "orders", "--shadow"), ("verify", "S.blk")):
        assert run("compile", "orders", "--shadow", "-o", "S.blk").exit_code == 0
        assert "second.example" not in run(*words).output
    assert Path("S.blk").stat().st_mode & 0o007 == 0
    assert run("compile", "orders", "-o", "it.blk").exit_code == 0
    assert Path("it.blk").stat().st_mode & 0o004


def test_it_stays_a_shadow_in_an_order_file_that_is_written(run: Run) -> None:
    assert run("import", "orders/second.toml", "-o", "again.toml").exit_code == 0
    assert [one.shadow for one in load_orders("again.toml")] == [True]
