"""What ``blocklist export`` wrote is read back: no canary, exceptions, no empty companion."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from helpers import image
from servers.rulesets import names_around, random_image

from blocklist import Blocklist, Image, OrderSyntaxError, compile_orders, load_orders
from blocklist.exporters import ExportOptions, export

RULES = ["d.it", "=e.it", "*.f.it", "192.0.2.7", "198.51.0.0/16", "2001:db8:5::/48"]
READ_BACK = ["adblock", "dnsmasq", "dnscrypt", "plain", "rpz", "squid"]


def back(folder: Path) -> Image:
    orders = load_orders(folder)
    assert not [refused for order in orders for refused in order.rejected]
    return compile_orders(orders)


def rules(compiled: Image) -> set[str]:
    return {("!" if m.rule.allow else "") + m.rule.text for m in Blocklist(compiled).rules()}


@pytest.mark.parametrize("canary", ["", "list.isp.example", None])
@pytest.mark.parametrize("name", [*READ_BACK, "coredns", "unbound", "hosts"])
def test_no_canary_comes_back(name: str, canary: str | None, tmp_path: Path) -> None:
    compiled = image(*RULES)
    export(compiled, name, tmp_path / "list", ExportOptions(canary=canary))
    path = tmp_path / "list"
    orders = load_orders(path)
    named = [target.value for order in orders for target in order.targets]
    assert not [value for value in named if "check" in value or "isp" in value]
    told = [refused.text for order in orders for refused in order.rejected]
    assert not [text for text in told if "check" in text or "blocklist" in text]
    if path.is_file():
        octets = path.read_bytes()
        assert {order.source.sha256 for order in orders} == {hashlib.sha256(octets).hexdigest()}


@pytest.mark.parametrize("name", ["squid", "dnscrypt"])
@pytest.mark.parametrize("exceptions", [[], ["h.d.it", "=e2.it", "*.g.d.it"]])
def test_a_folder_is_loaded_back(name: str, exceptions: list[str], tmp_path: Path) -> None:
    compiled = image(*RULES, "e2.it", exceptions=exceptions)
    export(compiled, name, tmp_path / "list")
    again = back(tmp_path / "list")
    lost = {"192.0.2.7", "198.51.0.0/16", "2001:db8:5::/48"} if name == "squid" else set()
    meant, found = Blocklist(compiled), Blocklist(again)
    for asked in ("d.it", "x.d.it", "e.it", "x.e.it", "f.it", "x.f.it", "h.d.it", "x.h.d.it",
                  "e2.it", "x.e2.it", "g.d.it", "x.g.d.it"):  # fmt: skip
        assert found.is_blocked(asked) is meant.is_blocked(asked), asked
    if name == "dnscrypt":
        for address in ("192.0.2.7", "192.0.2.8", "198.51.3.4", "2001:db8:5::1", "2001:db8:6::1"):
            assert found.is_blocked_address(address) is meant.is_blocked_address(address)
    assert lost.isdisjoint(rules(again))


@pytest.mark.parametrize("seed", range(6))
def test_random_exceptions_within_blocks(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    compiled = random_image(chance, "sentinel.example")
    lost: list[str] = []
    export(compiled, "squid", tmp_path / "list", each_loss=lambda _, text: lost.append(text))
    meant, found = Blocklist(compiled), Blocklist(back(tmp_path / "list"))
    ends = tuple(text.lstrip("=*.") for text in lost)
    for asked in names_around(chance, [m.rule.value for m in meant.rules()], 400):
        if not ends or not asked.endswith(ends):
            assert found.is_blocked(asked) is meant.is_blocked(asked), asked


def test_an_empty_file_alone_or_of_another_is_an_error(tmp_path: Path) -> None:
    """Only beside another file of ours it is known that nothing is meant."""
    export(image("d.it"), "squid", tmp_path / "list")
    main = tmp_path / "list" / "blocked"
    head = [line for line in main.read_text().splitlines() if line.startswith("#")]
    main.write_text("\n".join(head) + "\n")
    with pytest.raises(OrderSyntaxError):
        load_orders(tmp_path / "list")
    (tmp_path / "foreign").write_text("# nothing\n")
    with pytest.raises(OrderSyntaxError, match="every line is a comment"):
        load_orders(tmp_path / "foreign")


def test_a_real_name_like_a_canary_stays(tmp_path: Path) -> None:
    name = "0123456789abcdef.check.rpz.blocklist"
    (tmp_path / "list.txt").write_text(f"a.example\n{name}\n")
    (order,) = load_orders(tmp_path / "list.txt")
    assert [target.text for target in order.targets] == ["a.example", name]
