"""Exports for intrusion detection: Suricata's rules, Zeek's intelligence file."""

from __future__ import annotations

import random
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path

import pytest
from helpers import blocklist_of, image
from servers.rulesets import names_around, random_image

from blocklist import Blocklist, Image
from blocklist.exporters import ExportOptions, ExportReport, export

pytestmark = pytest.mark.no_core

_CONTENT = re.compile(r'content:(!?)"([^"]*)";( nocase;)?( startswith;)? endswith;')
ODD = ("_dmarc.example", "a-.example", "-b.example", "12345.example", "xn--bcher-kva.example",
       "*.below.example", "=only.example", f"{'x' * 63}.example")  # fmt: skip


def exported(list_: Image, name: str, path: Path) -> tuple[list[str], ExportReport]:
    report = export(list_, name, path, ExportOptions(canary=None))
    lines = path.read_text("ascii").splitlines()
    return [line for line in lines if not line.startswith("# ")], report


def alerts(rules: list[str], name: str, protocol: str = "dns") -> bool:
    """Whether a rule matches, read as Suricata's documentation says."""
    seen = f".{name}"
    for rule in rules:
        if not rule.startswith(f"alert {protocol} "):
            continue
        found = _CONTENT.findall(rule)
        assert found, rule
        if all(
            (seen == text if start else seen.endswith(text)) is not bool(negated)
            for negated, text, _, start in found
        ):
            return True
    return False


@pytest.mark.parametrize("seed", range(6))
def test_rules_say_what_the_image_says(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    list_ = random_image(chance, "sentinel.example", size=40)
    rules, report = exported(list_, "suricata", tmp_path / "r")
    assert {loss.code for loss in report.losses} <= {"pattern", "url"}
    blocked = Blocklist(list_)
    names = names_around(chance, {match.rule.value for match in blocked.rules()}, 300)
    patterns = any(loss.code == "pattern" for loss in report.losses)
    for name in names:
        for protocol in ("dns", "tls", "http"):
            said = alerts(rules, name.lower(), protocol)
            assert said == blocked.is_blocked(name) or (patterns and not said), name


def test_exceptions_are_in_the_rule(tmp_path: Path) -> None:
    list_ = image(
        "a.example", "deep.good.a.example", "=one.example", "*.sub.example", "192.0.2.0/30",
        exceptions=("good.a.example", "192.0.2.1"),
    )  # fmt: skip
    rules, report = exported(list_, "suricata", tmp_path / "r")
    assert not report.losses
    for name, expected in {
        "a.example": True, "x.a.example": True, "nota.example": False, "good.a.example": False,
        "x.good.a.example": False, "deep.good.a.example": True, "x.deep.good.a.example": True,
        "one.example": True, "x.one.example": False, "sub.example": False, "x.sub.example": True,
    }.items():  # fmt: skip
        assert alerts(rules, name) is expected, name
    addresses = [found for rule in rules for found in re.findall(r"-> \[(.*?)\]", rule)]
    assert addresses == ["192.0.2.0", "192.0.2.2/31"]
    sids = [int(number) for rule in rules for number in re.findall(r"sid:(\d+)", rule)]
    assert len(set(sids)) == len(sids) == len(rules)


def test_zeek(tmp_path: Path) -> None:
    list_ = image(
        "a.example", "=b.example", "*.c.example", "192.0.2.1", "2001:db8::/32", "*kickass*",
        exceptions=("good.a.example",),
    )  # fmt: skip
    lines, report = exported(list_, "zeek", tmp_path / "intel.dat")
    assert lines == [
        "#fields\tindicator\tindicator_type\tmeta.source",
        "a.example\tIntel::DOMAIN\tblocklist",
        "b.example\tIntel::DOMAIN\tblocklist",
        "192.0.2.1\tIntel::ADDR\tblocklist",
        "2001:db8::/32\tIntel::SUBNET\tblocklist",
    ]
    assert {loss.code: loss.count for loss in report.losses} == {
        "children": 2, "pattern": 1
    }  # fmt: skip


def pcap(path: Path, names: list[str]) -> None:
    """Write a query of DNS for each name, as they lie on an Ethernet."""
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number, name in enumerate(names):
            labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
            query = struct.pack("!6H", number & 0xFFFF, 0x0100, 1, 0, 0, 0)
            query += labels + b"\0" + struct.pack("!2H", 1, 1)
            udp = struct.pack("!4H", 1024 + number, 53, 8 + len(query), 0) + query
            ends = socket.inet_aton("198.51.100.1") + socket.inet_aton("198.51.100.53")
            head = struct.pack("!2B3H2BH", 0x45, 0, 20 + len(udp), number & 0xFFFF, 0, 64, 17, 0)
            total = sum(struct.unpack("!10H", head + ends))
            total = (total & 0xFFFF) + (total >> 16)
            check = struct.pack("!H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF)
            frame = b"\2" * 12 + b"\x08\0" + head[:10] + check + ends + udp
            file.write(struct.pack("<4I", number, 0, len(frame), len(frame)) + frame)


def suricata(folder: Path, rules: Path, names: list[str]) -> set[str]:
    """Return the names that the real program alerts on."""
    program = shutil.which("suricata")
    if program is None:
        pytest.skip("no Suricata here: Debian has it from 13 on")
    pcap(folder / "p.pcap", names)
    done = subprocess.run(
        [program, "-r", folder / "p.pcap", "-S", rules, "-l", folder, "-k", "none",
         "--set", "outputs.0.fast.enabled=yes", "--init-errors-fatal"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    ports = re.findall(r"198\.51\.100\.1:(\d+) ->", (folder / "fast.log").read_text())
    return {names[int(port) - 1024] for port in ports}


def test_the_real_suricata(tmp_path: Path) -> None:
    chance = random.Random(3)
    list_ = random_image(chance, "sentinel.example", size=200)
    rules, _ = exported(list_, "suricata", tmp_path / "r.rules")
    blocked = Blocklist(list_)
    names = sorted(names_around(chance, {m.rule.value for m in blocked.rules()}, 2_000))
    names = [name.swapcase() if chance.random() < 0.3 else name for name in names]
    expected = {name for name in names if alerts(rules, name.lower())}
    assert len(expected) > 100
    assert suricata(tmp_path, tmp_path / "r.rules", names) == expected


def test_the_real_suricata_takes_odd_names(tmp_path: Path) -> None:
    list_ = image(*ODD, "192.0.2.0/24", "2001:db8::/32", "192.0.2.77")
    report = export(list_, "suricata", tmp_path / "r.rules")
    assert not report.losses
    (canary,) = report.canaries
    asked = ["_dmarc.example", "x.a-.example", "-b.example", "12345.example", "below.example",
             "y.below.example", "only.example", "z.only.example", canary]  # fmt: skip
    blocked = blocklist_of(*ODD)
    expected = {name for name in asked if blocked.is_blocked(name)} | {canary}
    assert suricata(tmp_path, tmp_path / "r.rules", asked) == expected
