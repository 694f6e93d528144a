"""What article 9 of the Digital Services Act wants of an order, and ``check --dsa``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from blocklist import Authority, Order, parse_target
from blocklist.cli.group import cli
from blocklist.reports.dsaarticle import Standing, elements_of

pytestmark = pytest.mark.no_core

COURT = Authority("court", "Tribunale di Prova")
WHOLE: dict[str, Any] = {
    "id": "it:1", "authority": COURT, "jurisdiction": "IT", "territory": ("IT",),
    "legal_basis": "law 1/2000", "reasons": True, "redress": True, "report_to": "the court",
    "language": "it", "received_at": "orders@operator.example",
    "targets": (parse_target("http://a.example/film"),),
}  # fmt: skip


def standing(**fields: Any) -> dict[str, Standing]:
    return {one.field: one.standing for one in elements_of(Order(**{**WHOLE, **fields}))}


def test_all_is_there() -> None:
    found = standing()
    assert len(found) == 9
    assert set(found.values()) == {Standing.THERE}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("legal_basis", "", Standing.MISSING),
        ("report_to", "", Standing.MISSING),
        ("language", "", Standing.MISSING),
        ("received_at", "", Standing.MISSING),
        ("targets", (), Standing.MISSING),
        ("reasons", None, Standing.PERSON),
        ("reasons", False, Standing.MISSING),
        ("redress", None, Standing.PERSON),
        ("redress", False, Standing.MISSING),
        ("territory", (), Standing.PERSON),
    ],
)
def test_each_element(field: str, value: object, expected: Standing) -> None:
    found = standing(**{field: value})
    assert found.pop(field) is expected
    assert set(found.values()) == {Standing.THERE}


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (["a.example"], "1 whole domain: wider"),
        (["a.example", "=b.example", "http://c.example/x"], "2 whole domains, 1 URL: wider"),
        (["*bad*"], "1 whole domain: wider"),
        (["192.0.2.1", "192.0.2.2"], "2 addresses or prefixes: wider"),
        (["http://c.example/x", "http://c.example/y"], "2 URLs"),
    ],
)
def test_what_is_wider_than_a_url_is_flagged(targets: list[str], said: str) -> None:
    order = Order(**{**WHOLE, "targets": tuple(map(parse_target, targets))})
    (found,) = (one for one in elements_of(order) if one.field == "targets")
    assert found.said.startswith(said)
    assert (found.standing is Standing.PERSON) == ("wider" in said)


def test_worldwide_is_flagged() -> None:
    order = Order(**{**WHOLE, "territory": (), "jurisdiction": ""})
    (found,) = (one for one in elements_of(order) if one.field == "territory")
    assert (found.standing, "worldwide" in found.said) == (Standing.PERSON, True)


def test_the_operators_own_policy_is_no_order() -> None:
    assert elements_of(Order(id="own", targets=(parse_target("a.example"),))) == ()


class TestCommand:
    FILE = """[[order]]
id = "it:1"
authority = "Tribunale di Prova"
jurisdiction = "IT"
legal_basis = "zqxcanary law"
targets = ["zqxcanary.example"]
"""

    def run(self, tmp_path: Path, text: str, *options: str) -> Result:
        (tmp_path / "order.toml").write_text(text)
        return CliRunner().invoke(cli, ["check", "--dsa", str(tmp_path / "order.toml"), *options])

    def test_text(self, tmp_path: Path) -> None:
        result = self.run(tmp_path, self.FILE)
        assert result.exit_code == 1
        assert "  + 2(a)(i)   legal basis in Union or national law: zqxcanary law" in result.stdout
        assert "  - 2(c)      a language that the provider declared: not stated" in result.stdout
        assert "  ? 2(a)(iv)  what identifies and locates" in result.stdout
        assert "does not free from enforcing" in result.stdout

    def test_json(self, tmp_path: Path) -> None:
        found = json.loads(self.run(tmp_path, self.FILE, "--json").stdout)
        standing = {one["field"]: one["standing"] for one in found["elements"]}
        assert (standing["legal_basis"], standing["reasons"]) == ("there", "for a person")
        assert "does not free from enforcing" in found["note"]

    @pytest.mark.parametrize("form", [(), ("--json",)])
    def test_confidential(self, tmp_path: Path, form: tuple[str, ...]) -> None:
        secret = self.FILE + "confidential = true\n"
        assert "zqxcanary" not in self.run(tmp_path, secret, *form).output
        assert "zqxcanary law" in self.run(tmp_path, secret, "--show-confidential", *form).output

    def test_exit_code_of_a_whole_one(self, tmp_path: Path) -> None:
        more = """territory = ["IT"]
reasons = true
redress = true
report_to = "the court"
language = "it"
received_at = "orders@operator.example"
"""
        text = self.FILE.replace('"zqxcanary.example"', '"http://a.example/x"') + more
        assert self.run(tmp_path, text).exit_code == 0

    def test_no_page(self, tmp_path: Path) -> None:
        result = self.run(tmp_path, self.FILE, "--html", "x.html")
        assert (result.exit_code, "leave out --html" in result.stderr) == (2, True)
