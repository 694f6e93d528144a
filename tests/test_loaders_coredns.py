from __future__ import annotations

from pathlib import Path

import pytest
from loading import check_vector, only, vectors

from blocklist.documents import Document
from blocklist.loaders.lists.coredns import CorednsLoader

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("coredns"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (". {\n hosts {\n 0.0.0.0 a\n }\n}", True),
        ("a.example:53 {\n template IN ANY a { # x\n }\n}", True),
        (". {\n forward . 192.0.2.1\n}", False),
        ("hosts {\n}", False),
        ("0.0.0.0 a.example", False),
        ("", False),
    ],
)
def test_recognised(text: str, expected: bool) -> None:
    assert CorednsLoader().recognises(Document("x", "x", text.encode())) is expected


@pytest.mark.parametrize(
    ("zones", "settings", "targets"),
    [
        ("a.example", "match ^a[.]example[.]$; fallthrough", ["=a.example"]),
        ("a.example", r"match ^.+\.a\.example\.$; fallthrough", ["*.a.example"]),
        (".", "match ^ads[.].*[.]$; match ^.*kick.*[.]$; fallthrough", ["ads.*", "*kick*"]),
        ("a.example b.example", "", ["a.example", "b.example"]),
        ("a.example", "match ^a[.]example[.]$", []),  # the rest gets NXDOMAIN, too
        ("a.example", "match ^a[.]example[.]$; fallthrough b.example", []),
        ("a.example", "match ^b[.]example[.]$; fallthrough", []),  # never matches there
        ("a.example", "match ^(x|y)[.]a[.]example[.]$; fallthrough", []),
        ("a.example", "match ^a[.]example[.]$; fallthrough; answer x", []),
    ],
)
def test_expressions(zones: str, settings: str, targets: list[str]) -> None:
    lines = [f"template IN ANY {zones} {{", "rcode NXDOMAIN", *settings.split("; "), "}"]
    order = only("\n".join([". {", *lines, "}"]).encode(), format="coredns")
    assert [target.text for target in order.targets] == targets
    assert [refused.code for refused in order.rejected] == ([] if targets else ["redirect"])


HOSTS = "hosts {\n0.0.0.0 %s\nfallthrough\n}\n"
VIEW = "view staff {\nexpr incidr(client_ip(), '192.0.2.0/24')\n}\n"


@pytest.mark.parametrize("inside", [VIEW + HOSTS % "b.example", HOSTS % "b.example" + VIEW])
def test_a_view_blocks_nothing_for_all(inside: str) -> None:
    text = f". {{\n{inside}template IN ANY c.example {{\nrcode NXDOMAIN\n}}\n}}\n"
    order = only(f"{text}. {{\n{HOSTS % 'a.example'}}}\n".encode())
    assert [t.text for t in order.targets] == ["a.example"]
    assert {r.code for r in order.rejected} == {"modifier"}
    assert "0.0.0.0 b.example" in [r.text for r in order.rejected]


@pytest.mark.parametrize(
    ("others", "targets"), [("", []), (". {\nimport list\n}\n", ["a.example"])]
)
def test_a_snippet_is_for_those_who_import_it(others: str, targets: list[str]) -> None:
    text = f"(list) {{\n{HOSTS % 'a.example'}}}\n. {{\n{VIEW}import list\n}}\n{others}"
    order = only(text.encode(), format="coredns")
    assert [t.text for t in order.targets] == targets


def test_zones_of_other_servers_are_open() -> None:
    other = "dns://ok.a.example:53 {\nforward . 192.0.2.53\n}\n"
    order = only(f". {{\n{HOSTS % 'a.example'}}}\n{other}".encode())
    assert [e.text for e in order.exceptions] == ["ok.a.example"]
