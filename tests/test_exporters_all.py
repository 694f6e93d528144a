"""What holds for each format: never wider, nothing secret, the same octets, no silent loss."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import exported
import pytest
import test_exporters_squid
from exported import Answer, loaded
from helpers import order
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scale import size
from test_exporters_lists import LISTS, QUESTIONS, program
from test_exporters_powerdns import run_script

from blocklist import Authority, Blocklist, Image, Order, compile_orders
from blocklist.errors import ExportError
from blocklist.exporters import FORMATS, ExportOptions, ExportReport, export

pytestmark = pytest.mark.no_core

OPTIONS = ExportOptions(at=datetime(2026, 11, 28, tzinfo=UTC))
SECRET = "zq"
"""Stands in all that only the confidential order names, and in nothing else."""
COMMENTS = ("# ", "! ", "// ", "; ", "-- ")

_LABELS = ("a", "b", "ab")
_SECRET_LABELS = (*_LABELS, SECRET)
_ADDRESSES = [f"198.51.100.{i}" for i in range(0, 256, 5)] + ["198.50.0.1", "192.0.2.75"]
_ADDRESSES += ["2001:db8::7", "2001:db8:1::7"]
_SECRET_PARTS = {
    "198.50.0.0/15": "198.51.100.77",
    "198.51.100.0/24": "198.51.100.240",
    "192.0.2.75": "192.0.2.80",
    "2001:db8::/32": "2001:db8:77::77",
}
_SECRET_ADDRESSES = tuple(_SECRET_PARTS.values())
_ASKED = (
    *QUESTIONS,
    *(f"{above}{SECRET}.{name}" for above in ("", "b.") for name in QUESTIONS[:80]),
    *(f"{SECRET}{name}" for name in QUESTIONS[::3]),
    "abzq.d.it",
    "bzq.d.it",
    "a.b.zq",
    "zqab.a.org",
    "zqab.a.d.it",
)


def _names(labels: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda mark, parts, base: mark + ".".join([*parts, base]),
        st.sampled_from(["", "", "=", "*."]),
        st.lists(st.sampled_from(labels), max_size=3),
        st.sampled_from(["d.it", "e.it"]),
    )


_SHOWN = st.lists(
    _names(_LABELS)
    | _names(_LABELS)
    | st.sampled_from(["*ab.a*", "a.b.*", "*a.d.it", "b*.d.it", "*.a.*.it", "*b.e.i*", "*.ab.*"])
    | st.sampled_from(list(_SECRET_PARTS))
    | st.sampled_from(["http://d.it/x", "http://a.e.it/x/y", "http://d.it/x/y/z"]),
    max_size=8,
)
_HIDDEN = st.lists(
    _names(_SECRET_LABELS).filter(lambda name: SECRET in name)
    | st.sampled_from([f"*{SECRET}*", f"a.{SECRET}.*", f"*.{SECRET}.d.it", f"*b{SECRET}*it"])
    | st.sampled_from(_SECRET_ADDRESSES)
    | st.sampled_from([f"http://d.it/x/{SECRET}", f"http://{SECRET}.e.it/"]),
    max_size=5,
)


def _within(target: str) -> str:
    """Return a secret part of what is blocked."""
    if target.startswith("http"):
        return f"{target}/{SECRET}"
    if target in _SECRET_PARTS:
        return _SECRET_PARTS[target]
    if "*" in target.removeprefix("*."):
        return target.replace("*", SECRET, 1)
    return f"{SECRET}.{target.lstrip('=*.')}"


def _three(
    targets: list[str], exceptions: list[str], hidden: list[str], unhidden: list[str]
) -> list[Order]:
    """Return two orders that may be told, and one that may not."""
    half = len(targets) // 2
    court = Authority("court", "Court")
    return [
        order("innocent.org", *targets[:half], id="x:1", authority=court, exceptions=exceptions),
        order("innocent.org", *targets[half:], id="own"),
        order(f"{SECRET}.innocent.org", *hidden, id=f"{SECRET}:1", confidential=True,
              authority=Authority(SECRET, f"{SECRET} Office"), number=f"{SECRET}-7",
              title=f"about {SECRET}", exceptions=unhidden),
    ]  # fmt: skip


@st.composite
def _orders(draw: st.DrawFn) -> list[Order]:
    """Draw orders; the one that may not be told names and excepts parts of the others' targets."""
    targets, exceptions = draw(_SHOWN), draw(_SHOWN)
    known = st.lists(st.sampled_from(targets), max_size=3) if targets else st.just([])
    hidden = [*draw(_HIDDEN), *draw(known)]
    return _three(targets, exceptions, hidden, [*draw(_HIDDEN), *map(_within, draw(known))])


_ALL = ["a.d.it", "=e.it", "*ab.a*", "a.b.*", "http://d.it/x", *_SECRET_PARTS]


def _files(image: Image, name: str, **options: bool) -> tuple[dict[str, bytes], ExportReport, str]:
    """Export, and return each file by its name, the report, and all that was lost."""
    lost: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        report = export(
            image, name, Path(folder) / "out", OPTIONS,
            each_loss=lambda _, text: lost.append(text), **options,
        )  # fmt: skip
        files = {
            path.name if FORMATS[name].is_folder else "": path.read_bytes()
            for path in map(Path, report.paths)
        }
    return files, report, "\n".join([*lost, *map(str, report.losses)])


def _loader(file: str, name: str) -> Callable[[dict[str, str]], Answer]:
    def answer(files: dict[str, str]) -> Answer:
        found = loaded(files[file], name)
        return found.is_blocked if found else lambda _: False

    return answer


def _zones(files: dict[str, str]) -> Answer:
    found = [loaded(text, "rpz") for name, text in files.items() if name.endswith(".rpz")]
    return lambda name: any(each is not None and each.is_blocked(name) for each in found)


def _script(files: dict[str, str]) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.lua"
        script.write_text(files[""])
        said = run_script(script, list(_ASKED))
    blocked = {name for name, (done, *_) in zip(_ASKED, said, strict=True) if done == "true"}
    return blocked.__contains__


ANSWERS: dict[str, Callable[[dict[str, str]], Answer]] = {
    **{name: lambda files, name=name: program(files, name) for name in LISTS},  # type: ignore[misc]
    "bind": _loader("blocklist.conf", "bind"),
    "haproxy": lambda files: lambda name: bool(exported.haproxy(files, name)),
    "nginx": lambda files: lambda name: bool(exported.nginx(files, name)),
    "powerdns": _zones,
    "powerdns-lua": _script,
    "rpz": _loader("", "rpz"),
    "squid": test_exporters_squid.reading,
}
"""How names are answered; knot is powerdns-lua's rules, and dnsdist has tests of its own."""


def _addresses(files: dict[str, str], name: str) -> Answer | None:
    """Return how addresses are answered, by the formats that know any."""
    if name in ("prefixes", "routes"):
        return exported.prefixes(files[""])
    if name == "dnscrypt":
        return exported.dnscrypt_addresses(files["blocked-ips.txt"])
    texts = [text for file, text in files.items() if file.endswith(".rpz") or not file]
    if name not in ("adblock", "plain", "powerdns", "rpz"):
        return None
    found = [loaded(text, "rpz" if name == "powerdns" else name) for text in texts]
    return lambda address: any(each and each.is_blocked_address(address) for each in found)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=size(30))
@given(orders=_orders(), tell=st.booleans())
@example(orders=_three(_ALL, [], _ALL, []), tell=False)
@example(orders=_three(["*ab.a*"], [], [], [f"{SECRET}ab.a*"]), tell=False)
@example(orders=_three(_ALL, [], [], [_within(target) for target in _ALL]), tell=False)
def test_each_format(name: str, orders: list[Order], tell: bool) -> None:
    image = compile_orders(orders)
    blocked = Blocklist(image)
    files, report, lost = _files(image, name, confidential=tell)

    again, _, lost_again = _files(compile_orders(orders[::-1]), name, confidential=tell)
    assert (files, lost) == (again, lost_again)

    for octets in files.values():
        text = octets.decode("utf-8", "replace")
        if text.startswith(COMMENTS):
            assert image.digest in text.splitlines()[0]
    assert any(octets.startswith(tuple(c.encode() for c in COMMENTS)) for octets in files.values())

    told = b"\n".join(files.values()).decode("latin-1") + lost
    if not tell:
        assert SECRET not in told.lower()
        assert not [address for address in _SECRET_ADDRESSES if address in told]
        assert "confidential" in {loss.code for loss in report.losses}

    if report.losses:
        with pytest.raises(ExportError) as refused:
            _files(image, name, confidential=tell, strict=True)
        assert refused.value.losses == report.losses
    else:
        _files(image, name, confidential=tell, strict=True)

    if name in ANSWERS:
        texts = {file: octets.decode() for file, octets in files.items()}
        says = ANSWERS[name](texts)
        for question in _ASKED:
            assert blocked.is_blocked(question) or not says(question), question
            assert report.losses or says(question) == blocked.is_blocked(question), question
    texts = {file: octets.decode("latin-1") for file, octets in files.items()}
    if answers := _addresses(texts, name):
        for address in (*_ADDRESSES, *_SECRET_ADDRESSES):
            assert blocked.is_blocked_address(address) or not answers(address), address


def test_a_decision_on_confidential_orders_is_demanded(tmp_path: Path) -> None:
    """Nothing is left out in silence; without such orders there is nothing to decide."""
    secret = [order("a.d.it", id="a"), order("b.d.it", id="b", confidential=True)]
    for path in (tmp_path / "it.txt", tmp_path / "again.txt"):
        with pytest.raises(ExportError, match=r"1 confidential order: .*confidential=True") as told:
            export(compile_orders(secret), "plain", path)
        assert "b.d.it" not in str(told.value)
        assert not path.exists()
    for decision, expected in ((True, True), (False, False)):
        path = tmp_path / f"{decision}.txt"
        export(compile_orders(secret), "plain", path, confidential=decision)
        assert ("b.d.it" in path.read_text()) is expected
    assert export(compile_orders(secret[:1]), "plain", tmp_path / "open.txt").losses == ()
