from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import account, check_vector, only, values, vectors
from shared_data import shared
from strategies import any_text, mixed_case, names, u_names

from blocklist import Blocklist, TargetKind, compile_orders, load_orders, parse_target
from blocklist.documents import Document
from blocklist.loaders.targetreader import TargetReader, readable_share
from blocklist.model.targets import TargetError

pytestmark = pytest.mark.no_core


@pytest.mark.parametrize("vector", vectors("lists", "plain"))
def test_vector(vector: Path) -> None:
    check_vector(vector)


def test_order() -> None:
    order = only(b"a.example\n", name="mine.txt")
    assert (order.title, order.authority.key, order.series, order.serial) == (
        "mine.txt", "operator", "", None,
    )  # fmt: skip
    assert order.id == f"list:mine.txt:{order.source.sha256[:8]}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a.example # why", ["a.example"]),
        ("a.example\t#why", ["a.example"]),
        ("#a.example", []),
        (" # a.example", []),
        ("http://a.example/x#part", ["a.example/x"]),
        ("http://a.example/#part", []),
        ("http://a.example/x #part", ["a.example/x"]),
    ],
)
def test_comments(line: str, expected: list[str]) -> None:
    order = only(f"z.example\n{line}\n".encode(), format="plain")
    assert [target.value for target in order.targets[1:]] == expected


def test_raw_text_is_kept() -> None:
    order = only(b"a.example \nA.example\n\xc2\xa0a.example\n http://a.example\n")
    assert [target.raw for target in order.targets] == [
        "a.example", "A.example", "\u00a0a.example", " http://a.example",
    ]  # fmt: skip
    assert {target.value for target in order.targets} == {"a.example"}


def test_version_line_is_the_number() -> None:
    octets = b"a.example\n0000311_2024.06.06\nb.example\n"
    order = only(octets, format="plain", authority="adm")
    assert (order.number, order.authority.key, order.serial) == ("0000311_2024.06.06", "adm", None)
    assert [(t.line, t.value) for t in order.targets] == [(1, "a.example"), (3, "b.example")]


@given(st.lists(any_text | names | mixed_case() | u_names | names.map("*.{}".format), max_size=20))
def test_same_as_reading_each_line_alone(lines: list[str]) -> None:
    document = Document("x", "x.txt", b"")
    reader = TargetReader(document)
    reader.read_all(enumerate(lines, 1))
    targets, refused = [], []
    for number, line in enumerate(lines, 1):
        try:
            targets.append(parse_target(line, line=number))
        except TargetError as error:
            if line and not line.isspace():
                refused.append((number, line.strip(), error.code))
    assert [(t.line, t.kind, t.value, t.alternate, t.note) for t in reader.targets] == [
        (t.line, t.kind, t.value, t.alternate, t.note) for t in targets
    ]
    assert [(r.line, r.text, r.code) for r in reader.rejected] == refused
    assert len(reader) == len(targets) + len(refused)


@given(st.lists(names, min_size=1, max_size=30))
def test_nothing_is_lost(read: list[str]) -> None:
    text = "\n".join(read)
    assert values(text.encode(), format="plain") == read


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        ([], 0.0),
        (["a.example", "two words"], 0.5),
        (["word", "localhost"], 0.0),
        (["a.example", "192.0.2.1", "::1", "2001:db8::/32", "*word*", "http://a.example/x"], 1.0),
    ],
)
def test_readable_share(texts: list[str], share: float) -> None:
    assert readable_share(texts) == share


class TestRealLists:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("formats/adm_giochi_sample.txt", (4, 4, 0)),
            ("formats/constructed_ps_fqdn_get_all.txt", (3, 3, 0)),
            ("formats/constructed_ps_ipv4_get_all.txt", (2, 2, 0)),
            ("formats/constructed_url_entries.txt", (4, 4, 0)),
            ("formats/court_milano_cloudflare_2022.txt", (3, 3, 0)),
            ("formats/ee_emta_pdf_extract_excerpt.txt", (5, 5, 1)),
            ("lists/large-union.txt.xz", (721_049, 604_984, 0)),
            ("lists/wildcard-scams.txt.xz", (18_254, 18_254, 0)),
            ("orders/cz-mfcr-blacklist.txt", (721, 721, 0)),
            ("orders/ee-emta-blocklist.txt", (1_893, 1_893, 0)),
            # 472 lines of which 15 repeat.
            ("orders/in-blocked-websites-MSM-world-cup.txt", (472, 457, 0)),
            ("orders/in-court_order_jab_harry_met_sejal.txt.xz", (2_650, 2_649, 0)),
            # 434 different lines, of which some differ in case or a final slash alone; four name
            # a fragment of a start page (``http://www.google.co.in/#q=…``).
            ("orders/in-kafila.txt", (430, 425, 4)),
            ("orders/in-madras_court_order_kabali_streaming_sites.txt", (152, 152, 0)),
            ("orders/in-madras_court_order_kabali_torrent_sites.txt", (52, 52, 0)),
            ("orders/in-youbroadband.txt", (573, 427, 4)),
        ],
    )
    def test_account(self, path: str, expected: tuple[int, int, int]) -> None:
        octets = shared(path)
        order = only(octets)
        assert order.source.format == "plain"
        assert account(order) == expected
        lines = [line.partition("#")[0].strip() for line in octets.decode().splitlines()]
        assert len(order.targets) + len(order.rejected) == sum(map(bool, lines))

    def test_line_number_of_a_pdf_is_refused(self) -> None:
        order = only(shared("formats/ee_emta_pdf_extract_excerpt.txt"))
        assert [(r.line, r.code) for r in order.rejected] == [(1, "white-space")]
        assert "'m.fezbet641.com' meant" in order.rejected[0].reason

    @pytest.mark.parametrize(
        "path",
        [
            "formats/constructed_url_entries.txt",
            "orders/in-blocked-websites-MSM-world-cup.txt",
            "orders/in-kafila.txt",
            "orders/in-youbroadband.txt",
        ],
    )
    def test_urls_are_never_widened(self, path: str) -> None:
        order = only(shared(path))
        whole = {t.value for t in order.targets if t.kind is TargetKind.SUBTREE}
        pages = [t for t in order.targets if t.kind is TargetKind.URL]
        assert pages
        blocked = Blocklist(compile_orders([order]))
        for target in order.targets:
            after = target.raw.partition("://")[2].strip()
            assert bool(after.partition("/")[2]) == (target.kind is TargetKind.URL), after
        for page in pages:
            host = page.value.partition("/")[0].partition(":")[0]
            above = {host.split(".", i)[-1] for i in range(host.count(".") + 1)}
            if not above & whole:
                assert not blocked.is_blocked(host), host
            assert blocked.is_blocked_url(page.raw.strip())

    @pytest.mark.parametrize("path", ["orders/in-kafila.txt", "orders/in-youbroadband.txt"])
    def test_fragment_is_never_widened(self, path: str) -> None:
        order = only(shared(path))
        assert {rejected.text.partition("#")[0] for rejected in order.rejected} == {
            "http://www.google.co.in/", "http://www.facebook.com/", "http://facebook.com/",
        }  # fmt: skip
        blocked = Blocklist(compile_orders([order]))
        assert not blocked.is_blocked("www.google.co.in")
        assert not blocked.is_blocked("facebook.com")
        assert not blocked.is_blocked_url("https://www.facebook.com/")

    def test_medium_stays_reachable(self) -> None:
        blocked = Blocklist(
            compile_orders(load_orders(shared("formats/constructed_url_entries.txt")))
        )
        assert not blocked.is_blocked("medium.com")
        assert blocked.is_blocked_url("https://medium.com/@casinoduende")
        assert not blocked.is_blocked_url("https://medium.com/@someone")
        assert blocked.is_blocked("mw.nimitv.net")
