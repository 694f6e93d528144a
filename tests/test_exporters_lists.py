"""Exports of lists of names: the same as the image where the format can say it, never wider."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from itertools import product
from pathlib import Path

import exported
import pytest
from exported import Answer, loaded, written
from helpers import image, order
from hypothesis import given, settings
from hypothesis import strategies as st
from scale import size
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from shared_data import shared

from blocklist import Blocklist, Image, Response, compile_orders, load_orders
from blocklist.errors import ExportError
from blocklist.exporters import FORMATS, ExportOptions, export
from blocklist.exporters.coredns import SNIPPET

pytestmark = [pytest.mark.begin, pytest.mark.no_core]

LISTS = ("adblock", "coredns", "dnscrypt", "dnsmasq", "hosts", "plain", "unbound")
ADDRESSES = ("prefixes", "routes")
PAGES = Path(__file__).parents[1] / "docs" / "how-to"
_LABELS = ("a", "b", "ab")
_BASES = ("d.it", "e.it")
QUESTIONS = (
    *(
        ".".join([*labels, base])
        for base in _BASES
        for depth in range(5)
        for labels in product(_LABELS, repeat=depth)
    ),
    "it", "xd.it", "a.xd.it", "d.it.org", "aba.org", "ab.ab.org", "a.b.org", "org",
)  # fmt: skip


@st.composite
def names(draw: st.DrawFn) -> str:
    labels = draw(st.lists(st.sampled_from(_LABELS), max_size=3))
    mark = draw(st.sampled_from(["", "", "=", "*."]))
    return mark + ".".join([*labels, draw(st.sampled_from(_BASES))])


patterns = st.sampled_from(
    ["*ab.a*", "a.b.*", "*a.d.it", "b*.d.it", "*.a.*.it", "*bab*", "ab.*.e.it", "*.ab.*", "*b.e.i*"]
)
rules = st.lists(names() | names() | names() | patterns, max_size=7)


@cache
def compiled(targets: tuple[str, ...], exceptions: tuple[str, ...]) -> Image:
    return image("innocent.org", *targets, exceptions=exceptions)


def program(files: dict[str, str], name: str) -> Answer:
    """What the program of the format blocks, by a model of it or else by our loader."""
    if name == "dnscrypt":
        return exported.dnscrypt(files["blocked-names.txt"], files["allowed-names.txt"])
    if name in ("adblock", "coredns", "hosts"):
        model: Answer = getattr(exported, name)(files[""])
        return model
    return reading(files, name)


def reading(files: dict[str, str], name: str) -> Answer:
    """What our loader makes of it."""
    if name == "dnscrypt":
        allowed = "\n".join(exported.lines_of(files["allowed-names.txt"]))
        found = loaded(files["blocked-names.txt"], name, allowed)
    else:
        found = loaded(files[""], name, **({"scope": "exact"} if name == "hosts" else {}))
    return found.is_blocked if found else lambda _: False


@pytest.mark.parametrize("name", LISTS)
@settings(max_examples=size(60))
@given(targets=rules, exceptions=rules)
def test_load_after_export_is_identity(
    name: str, targets: list[str], exceptions: list[str]
) -> None:
    """A loss may take with it what lies below the name that it names, and nothing else."""
    source = compiled(tuple(targets), tuple(exceptions))
    lost: list[str] = []
    files, _ = written(source, name, each_loss=lambda _, text: lost.append(text))
    meant, does, read = Blocklist(source).is_blocked, program(files, name), reading(files, name)
    gone = [found.is_blocked for text in lost if (found := loaded(text, "plain"))]
    below = tuple(f".{text.lstrip('=*.')}" for text in lost if "*" not in text.lstrip("*."))
    for question in QUESTIONS:
        assert does(question) == read(question), question
        assert meant(question) or not does(question), question
        if meant(question) and not does(question):
            assert question.endswith(below or "\0") or any(g(question) for g in gone), question


@pytest.mark.parametrize("name", [*LISTS, *ADDRESSES])
def test_same_image_same_octets(name: str) -> None:
    at = ExportOptions(at=datetime(2026, 11, 28, tzinfo=UTC))
    orders = [
        order("b.it", "a.it", "=z.a.it", "198.51.100.8", exceptions=["x.a.it"]),
        order("y.b.it", "*torrentz*", "198.51.100.0/29", id="it:test:2"),
    ]
    one, other = (
        written(compile_orders(each), name, options=at)[0] for each in (orders, orders[::-1])
    )
    assert one == other


FORMS = {
    "adblock": (
        (
            "||d.it^ @@||h.d.it^ ||b.h.d.it^$important @@||o.b.h.d.it^$important "
            "|e.it^ *.f.it^ |*sexx^ ||198.51.100.7^"
        ),
        "prefix url",
    ),
    "dnsmasq": (
        (
            "server=/d.it/ server=/h.d.it/# server=/b.h.d.it/ server=/o.b.h.d.it/# "
            "server=/e.it/ server=/*.e.it/# server=/*.f.it/"
        ),
        "address pattern url",
    ),
    "plain": (
        "=d.it =b.h.d.it =e.it *.f.it *sexx x.it/p?q=1 198.51.100.7 2001:db8:5::/48",
        "exception",
    ),
    "routes": (
        "route replace blackhole 198.51.100.7/32 route replace blackhole 2001:db8:5::/48",
        "name pattern url",
    ),
    "prefixes": ("198.51.100.7/32 2001:db8:5::/48", "name pattern url"),
    "hosts": (
        "0.0.0.0 d.it :: d.it 0.0.0.0 b.h.d.it :: b.h.d.it 0.0.0.0 e.it :: e.it",
        "address children pattern url",
    ),
    "unbound": (
        (
            'server: local-zone: "d.it." always_nxdomain local-zone: "h.d.it." transparent '
            'local-zone: "b.h.d.it." always_nxdomain local-zone: "o.b.h.d.it." transparent '
            'local-data: "e.it. 60 IN A 0.0.0.0" local-data: "e.it. 60 IN AAAA ::"'
        ),
        "address below pattern url",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    lines, losses = FORMS[name]
    source = image(
        "d.it", "b.h.d.it", "=e.it", "*.f.it", "*sexx", "http://x.it/p?q=1", "198.51.100.7",
        "2001:db8:5::/48", exceptions=["h.d.it", "o.b.h.d.it"],
    )  # fmt: skip
    files, report = written(source, name)
    comment = "!" if name == "adblock" else "#"
    assert " ".join(exported.lines_of(files[""], comment)) == lines
    assert [loss.code for loss in report.losses] == losses.split()
    assert source.digest in files[""].splitlines()[0]
    with pytest.raises(ExportError):
        written(source, name, strict=True)


def test_coredns_form() -> None:
    files, _ = written(image("d.it", "=e.it", "*.f.it", "*sexx"), "coredns")
    assert exported.lines_of(files[""]) == [
        "(blocklist) {",
        "template IN ANY e.it {", "match ^e[.]it[.]$", "fallthrough", "rcode NXDOMAIN", "}",
        "template IN ANY f.it {", "match ^.+[.]f[.]it[.]$", "fallthrough", "rcode NXDOMAIN", "}",
        "template IN ANY d.it {", "rcode NXDOMAIN", "}",
        "template IN ANY . {", "match ^.*sexx[.]$", "fallthrough", "rcode NXDOMAIN", "}",
        "}",
    ]  # fmt: skip


def test_many_zones_are_spread_over_templates() -> None:
    files, report = written(image(*(f"n{i}.it" for i in range(120))), "coredns")
    assert files[""].count("template IN ANY") == 3
    assert report.losses == ()
    assert exported.coredns(files[""])("x.n119.it")


def test_dnscrypt_form() -> None:
    source = image(
        "d.it", "b.h.d.it", "=e.it", "*.f.it", "*sexx", "pl*.d2.me", "kick*", "198.51.0.0/23",
        "198.51.100.0/25", "2001:db8:5::/48", "2001:db8:6::/47", "2001:db8::1", "2001:db8:9:0::/64",
        exceptions=["h.d.it", "198.51.100.0/26", "198.51.100.64/27", "198.51.100.96/28"],
    )  # fmt: skip
    files, report = written(source, "dnscrypt")
    assert {name: exported.lines_of(text) for name, text in files.items()} == {
        "blocked-names.txt": ["d.it", "=e.it", "**.f.it", "pl*.d2.me", "**sexx", "kick*"],
        "allowed-names.txt": ["h.d.it"],
        "blocked-ips.txt": [
            "198.51.0.*", "198.51.1.*", *(f"198.51.100.{i}" for i in range(112, 128)),
            "2001:db8::1", "2001:db8:5:*",
        ],
    }  # fmt: skip
    assert [(loss.code, loss.examples) for loss in report.losses] == [
        ("nested", ("b.h.d.it",)), ("prefix", ("2001:db8:6::/47", "2001:db8:9::/64")),
    ]  # fmt: skip


def test_dnscrypt_says_itself_which_file_is_which() -> None:
    files, _ = written(image("d.it", exceptions=["h.d.it"]), "dnscrypt")
    (blocked,) = load_orders(files["blocked-names.txt"].encode())
    (allowed,) = load_orders(files["allowed-names.txt"].encode())
    assert blocked.source.format == allowed.source.format == "dnscrypt"
    assert [target.text for target in blocked.targets] == ["d.it"]
    assert (len(allowed.targets), [e.text for e in allowed.exceptions]) == (0, ["h.d.it"])
    foreign = files["allowed-names.txt"].replace("made by blocklist export", "")
    (allowed,) = load_orders(foreign.encode())
    assert (len(allowed.targets), allowed.rejected[0].code) == (0, "allowed")


def test_hosts_names_what_a_wider_rule_covers() -> None:
    """It cannot block below a name, so each name that was ordered counts."""
    files, report = written(image("d.it", "www.d.it", exceptions=["=h.d.it"]), "hosts")
    assert exported.hosts(files[""])("www.d.it")
    assert [(loss.code, loss.count) for loss in report.losses] == [("children", 1)]


@pytest.mark.parametrize(
    ("name", "response", "line"),
    [
        ("unbound", "nodata", 'local-zone: "d.it." always_nodata'),
        ("unbound", "refused", 'local-zone: "d.it." always_refuse'),
        ("unbound", "drop", 'local-zone: "d.it." always_deny'),
        ("unbound", "sinkhole 192.0.2.1", 'local-data: "d.it. 60 IN A 192.0.2.1"'),
        ("unbound", "sinkhole 192.0.2.1", 'local-data: "e.it. 60 IN A 192.0.2.1"'),
        ("dnsmasq", "sinkhole 192.0.2.1", "address=/d.it/192.0.2.1"),
        ("dnsmasq", "sinkhole 192.0.2.1", "address=/d.it/::"),
        ("dnsmasq", "sinkhole 2001:db8::1", "address=/d.it/0.0.0.0"),
        ("hosts", "sinkhole 192.0.2.1", "192.0.2.1 d.it"),
        ("coredns", "refused", "rcode REFUSED"),
        ("coredns", "notimp", "rcode NOTIMP"),
        ("coredns", "nodata", "rcode NOERROR"),
    ],
)
def test_responses(name: str, response: str, line: str) -> None:
    options = ExportOptions(response=Response.parse(response))
    files, _ = written(image("d.it", "=e.it"), name, options=options)
    assert line in exported.lines_of(files[""])


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("unbound", "passthru"),
        ("dnsmasq", "refused"),
        ("hosts", "nodata"),
        ("coredns", "drop"),
        ("adblock", "nodata"),
        ("dnscrypt", "nodata"),
        ("plain", "refused"),
        ("routes", "drop"),
        ("prefixes", "sinkhole"),
    ],
)
def test_a_response_that_the_program_cannot_give(name: str, response: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    old = target / "blocked-names.txt" if FORMATS[name].is_folder else target
    old.parent.mkdir(exist_ok=True)
    old.write_text("old")
    words = "sinkhole 192.0.2.1" if response == "sinkhole" else response
    with pytest.raises(ExportError, match=f"cannot answer {response}"):
        export(image("d.it"), name, target, ExportOptions(response=Response.parse(words)))
    assert old.read_text() == "old"


_V4 = [str(ip_address(f"198.51.100.{i}")) for i in range(256)] + ["198.51.99.255", "198.51.101.0"]
_V6 = [str(ip_address(f"2001:db8:{a}:{b}::{c}")) for a in (1, 2) for b in range(4) for c in (1, 2)]
_V6 += ["2001:db8:1:0:1:1:1:1", "2001:db8:2:0:1:1:1:1"]  # a lone zero is written


@st.composite
def networks(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        length = draw(st.integers(24, 32))
        start = draw(st.integers(0, 255)) >> 32 - length << 32 - length
        return f"198.51.100.{start}/{length}"
    length = draw(st.sampled_from([47, 48, 63, 64, 127, 128]))
    value = int(ip_address(draw(st.sampled_from(_V6)))) >> 128 - length << 128 - length
    return f"{ip_address(value)}/{length}"


@pytest.mark.parametrize("name", [*ADDRESSES, "plain", "dnscrypt", "adblock"])
@settings(max_examples=size(30))
@given(
    targets=st.lists(networks(), min_size=1, max_size=5), excepted=st.lists(networks(), max_size=4)
)
def test_addresses(name: str, targets: list[str], excepted: list[str]) -> None:
    source = compiled(tuple(targets), tuple(excepted))
    files, report = written(source, name)
    blocked = Blocklist(source).is_blocked_address
    if name == "dnscrypt":
        does = exported.dnscrypt_addresses(files["blocked-ips.txt"])
    elif name in ADDRESSES:
        does = exported.prefixes(files[""])
    else:
        found = loaded(files[""], name)
        does = found.is_blocked_address if found else lambda _: False
    lost = {"prefix", "address"} & {loss.code for loss in report.losses}
    for address in (*_V4, *_V6):
        assert blocked(address) or not does(address), address
        assert lost or does(address) == blocked(address), address


def test_prefixes_are_never_joined() -> None:
    source = image("198.51.100.0/25", "198.51.100.128/25")
    files, _ = written(source, "prefixes")
    assert exported.lines_of(files[""]) == ["198.51.100.0/25", "198.51.100.128/25"]


def test_urls_with_an_exception_below_are_lost() -> None:
    source = image(
        "http://x.it/a", "http://x.it/a/b/c", "http://y.it/p", exceptions=["http://x.it/a/b"]
    )
    files, report = written(source, "plain")
    assert exported.lines_of(files[""]) == ["x.it/a/b/c", "y.it/p"]
    assert [(loss.code, loss.examples) for loss in report.losses] == [("exception", ("x.it/a",))]


SECRETS = [
    "secret.it",
    "*hidden*",
    "http://secret.it/x",
    "203.0.113.9",
    "=quiet.d.it",
    "h.torrentz.it",
]


@pytest.mark.parametrize("name", [*LISTS, *ADDRESSES])
def test_confidential_orders_are_not_named(name: str) -> None:
    public = order("d.it", "*torrentz*", "203.0.113.0/24", "http://x.it/a", id="it:test:1")
    secret = order(
        *SECRETS, id="it:test:2", confidential=True,
        exceptions=["mine.d.it", "mine.torrentz.it", "*minetorrentz*", "203.0.113.77", "http://x.it/a/m"],
    )  # fmt: skip
    source = compile_orders([public, secret])
    each: list[str] = []
    files, _ = written(source, name, each_loss=lambda _, text: each.append(text))
    shown = "\n".join([*files.values(), *each])
    for word in ("secret", "hidden", "quiet", "mine", "h.torrentz", "203.0.113.9", "203.0.113.77"):
        assert word not in shown
    blocked = Blocklist(source)
    if name in LISTS:
        does = program(files, name)
        for question in (
            "d.it",
            "mine.d.it",
            "x.mine.d.it",
            "mine.torrentz.it",
            "aminetorrentz.org",
        ):
            assert blocked.is_blocked(question) or not does(question)
    if name in ADDRESSES:
        assert not exported.prefixes(files[""])("203.0.113.77")
    told = "\n".join(written(source, name, confidential=True)[0].values())
    assert ("203.0.113.9" if name in ADDRESSES else "secret.it") in told


@pytest.mark.parametrize("name", ["adblock", "coredns", "dnscrypt", "plain"])
@pytest.mark.parametrize(
    "hidden", ["mine.torrentz.it", "=mine.torrentz.it", "*minetorrentz*", "*.torrentz.it"]
)
def test_a_pattern_around_a_confidential_exception_is_lost(name: str, hidden: str) -> None:
    secret = order("secret.it", id="it:test:2", confidential=True, exceptions=[hidden])
    source = compile_orders([order("d.it", "*torrentz*", "torrentz*.org", id="it:test:1"), secret])
    files, report = written(source, name)
    losses = {loss.code: loss.examples for loss in report.losses}
    assert losses["exception"] == ("*torrentz*",)
    does = program(files, name)
    assert [does(q) for q in ("d.it", "mine.torrentz.it", "torrentzs.org")] == [True, False, True]


@pytest.mark.parametrize("name", LISTS)
def test_founding_case(name: str) -> None:
    files, report = written(founding_image(), name)
    does = program(files, name)
    for question in MUST_BLOCK:
        below = question.lower() not in {
            "corsaronero.pro",
            "limetorrents.pro",
            "kickasstorrents.to",
        }
        assert does(question.lower()) is not (name == "hosts" and below), question
    assert not any(map(does, MUST_RESOLVE))
    assert [loss.code for loss in report.losses] == (["children"] if name == "hosts" else [])


SDNS = "lists/adblock-adguard-sdns.txt.xz"
REAL: dict[str, dict[str, dict[str, int]]] = {
    SDNS: {
        "coredns": {"address": 64, "exception": 102},
        "dnsmasq": {"address": 64, "pattern": 259},
        "hosts": {"address": 64, "children": 26_800, "pattern": 259},
        "plain": {"exception": 102},
        "unbound": {"address": 64, "below": 71, "pattern": 259},
    },
    "lists/adblock-scams.txt.xz": {"hosts": {"children": 18_249}},
    "lists/hosts-stevenblack-2019.txt.xz": {
        "coredns": {"address": 2},
        "dnsmasq": {"address": 2},
        "hosts": {"address": 2, "children": 34_809},
        "unbound": {"address": 2},
    },
    "lists/unbound-jawz101.conf.xz": {"hosts": {"children": 10_768}},
    "orders/in-kafila.txt": {
        name: {"url": 64} | ({"children": 343} if name == "hosts" else {})
        for name in LISTS
        if name != "plain"
    },
    "orders/it-adm-aams-2015.csv.xz": {"hosts": {"children": 2_609}},
}
"""Of the data folder: how much of each is lost in which format, where any is."""


@cache
def real(path: str) -> Image:
    return compile_orders(load_orders(shared(path), name=Path(path).name))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("path", REAL)
def test_real_lists(path: str, name: str) -> None:
    source = real(path)
    blocked = Blocklist(source)
    files, report = written(source, name)
    assert {loss.code: loss.count for loss in report.losses} == REAL[path].get(name, {})
    read = reading(files, name)
    values = [rule.value.strip("*.") for rule in blocked.contents.rules()]
    questions = values[:: size(1, 6)] if len(values) > 6_000 else values
    questions += [f"www.{question}" for question in questions]
    assert [q for q in questions if read(q) and not blocked.is_blocked(q)] == []
    missing = [q for q in questions if blocked.is_blocked(q) and not read(q)]
    if not {"children", "exception", "below", "pattern"} & set(REAL[path].get(name, {})):
        assert missing == []
    assert len(missing) < len(questions) / (1 if name == "hosts" else 50)


def test_the_coredns_page_imports_what_is_written() -> None:
    page = (PAGES / "coredns.md").read_text("utf-8")
    assert f"    import {SNIPPET}\n" in page
    files, _ = written(image("d.it", "=e.it"), "coredns")
    corefile = page.partition("```text\n")[2].partition("```")[0]
    found = loaded(files[""] + corefile.partition("\n")[2], "coredns")
    assert found is not None
    assert [found.is_blocked(q) for q in ("x.d.it", "e.it", "x.e.it")] == [True, True, False]


def test_the_dnscrypt_page_names_the_files_that_are_written() -> None:
    page = (PAGES / "dnscrypt-proxy.md").read_text("utf-8")
    settings = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    named = {Path(value).name for table in settings.values() for value in table.values()}
    assert named == set(written(image("d.it"), "dnscrypt")[0])


def test_brave_blocks_the_same() -> None:
    """A reader by other authors, of browsers: || and ^ mean the same there, and three ranks."""
    adblock = pytest.importorskip("adblock")
    source = image(
        "d.it", "b.h.d.it", "e.it", "a.b.e.it", "a.ab.e.it", exceptions=["h.d.it", "ab.e.it"]
    )
    files, report = written(source, "adblock")
    assert report.losses == ()
    filters = adblock.FilterSet()
    filters.add_filter_list(files[""], format="standard")
    engine = adblock.Engine(filters, optimize=False)
    blocked = Blocklist(source).is_blocked
    for question in (*QUESTIONS, "h.d.it", "x.h.d.it", "b.h.d.it", "x.b.h.d.it"):
        found = engine.check_network_urls(
            f"https://{question}/", "https://origin.example/", "image"
        )
        assert found.matched == blocked(question), question
