"""``blocklist import``: what was read, as an order file that gives the same orders again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cli_output import error
from click.testing import CliRunner, Result
from helpers import order
from hypothesis import given
from hypothesis import strategies as st
from prose_cases import Case
from prose_genres import ORDERS
from prose_rendering import RENDERINGS
from strategies import names, u_names
from test_model_orderdata import orders as metadata

from blocklist import Authority, Order, UnsupportedTargetError, load_orders
from blocklist.cli.group import cli
from blocklist.errors import OrderError, missing_extra
from blocklist.loaders.ordertext import order_text
from blocklist.model.orders import Source
from blocklist.model.targets import Mention, Rejected, Target, TargetError, TargetKind, parse_target

pytestmark = pytest.mark.no_core

COURT = Authority("tribunale", "Tribunale di Esempio")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run_(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, ["import", *map(str, arguments)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run_


def read(text: str, line: int) -> Target | None:
    try:
        return parse_target(text, line=line)
    except TargetError:
        return None


def notations(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            name,
            f"={name}",
            f"*.{name}",
            f"*{name}*",
            f"{name}.{{suffix}}",
            f"http://{name}:8080/a?b=c",
            f"hxxps://{name.replace('.', '[.]')}/",
            "192.0.2.7",
            "2001:db8::/48",
        ]
    )


targets = st.lists(
    st.builds(read, (names | u_names).flatmap(notations), st.integers(0, 10**6)), max_size=8
).map(lambda read_: tuple(target for target in read_ if target))
refused = st.builds(
    Rejected, st.integers(0, 9), st.text(max_size=9), st.text(max_size=9), st.just("x")
)
mentions = st.builds(Mention, st.text(max_size=9), st.integers(0, 9), st.text(max_size=9))
whole_orders = st.builds(
    lambda order_, targets_, exceptions, rejected, mentions_: replace(
        order_,
        targets=targets_,
        exceptions=exceptions,
        rejected=tuple(rejected),
        mentions=tuple(mentions_),
    ),
    metadata,
    targets.filter(bool),
    targets,
    st.lists(refused, max_size=3),
    st.lists(mentions, max_size=3),
)


def expressible(order_: Order) -> Order:
    """What an order file holds: not where it was read from, nor what was no target."""
    return replace(
        order_,
        targets=tuple(replace(t, raw="", line=0, note="") for t in order_.targets),
        exceptions=tuple(replace(t, raw="", line=0, note="") for t in order_.exceptions),
        rejected=(),
        mentions=(),
        warnings=(),  # of the text: a comment; of the fields: made again
        source=Source(),
    )


class TestRoundTrip:
    @given(st.lists(whole_orders, min_size=1, max_size=3))
    def test_load_of_save(self, orders: Sequence[Order]) -> None:
        text = order_text(orders)
        again = load_orders(text.encode(), scope="exact")  # what the file says goes before
        assert list(map(expressible, again)) == list(map(expressible, orders))
        assert all(not order_.rejected for order_ in again)

    @given(st.lists(whole_orders, min_size=1, max_size=2))
    def test_saving_again_keeps_what_is_no_comment(self, orders: Sequence[Order]) -> None:
        once = order_text(load_orders(order_text(orders).encode()))
        twice = order_text(load_orders(once.encode()))
        assert uncommented(once) == uncommented(twice)

    @pytest.mark.parametrize("case", ORDERS, ids=lambda case: case.name)
    def test_orders_in_prose(self, case: Case) -> None:
        orders = load_orders(RENDERINGS["text"](case), name="order.txt")
        again = load_orders(order_text(orders).encode())
        assert list(map(expressible, again)) == list(map(expressible, orders))

    def test_a_long_list_in_little_time(self) -> None:
        many = load_orders("\n".join(f"name{n}.example" for n in range(20_000)).encode())
        text = order_text(many)
        (again,) = load_orders(text.encode())
        assert len(again.targets) == 20_000
        assert again.targets[-1].line == len(text.splitlines()) - 1


def uncommented(text: str) -> list[str]:
    return [line.partition("  #")[0] for line in text.splitlines() if line.lstrip()[:1] != "#"]


class TestText:
    def test_comments_say_where(self) -> None:
        given_ = order("hxxp://a[.]example/", "b.example:8080", id="it:x:1")
        given_ = replace(
            given_,
            rejected=(Rejected(7, "no\nname", "white space inside", "white-space"),),
            mentions=(Mention("c.example", 9, "outside the operative part"),),
            source=Source("order.pdf", "ab" * 32, 3, "court"),
        )
        assert order_text([given_]).splitlines() == [
            "[[order]]",
            "# Read from order.pdf, line 3 (court); SHA-256 of the source:",
            "# " + "ab" * 32,
            'id = "it:x:1"',
            'authority = { key = "operator", name = "the operator\'s own policy" }',
            'scope = "subtree"',
            "targets = [",
            '  "a.example",  # line 1: as hxxp://a[.]example/',
            '  "b.example",  # line 2: as b.example:8080: ' + given_.targets[1].note,
            "  # REFUSED line 7: no name: white space inside",
            "  # mentioned line 9: c.example: outside the operative part",
            "]",
        ]

    def test_nothing_to_save(self) -> None:
        bad = Order(id="it:x:1", rejected=(Rejected(1, "x y", "no", "white-space"),))
        with pytest.raises(OrderError, match="no target could be read; 1 refused"):
            order_text([bad])

    def test_a_target_that_has_no_notation(self) -> None:
        odd = Target(TargetKind.PATTERN, "*.a.example", "*.a.example")  # reads as below
        with pytest.raises(OrderError, match="cannot be written"):
            order_text([Order(id="x", targets=(odd,))])

    def test_without_the_library(self) -> None:
        code = (
            "import sys; sys.modules['tomlkit'] = None\n"
            "from blocklist import load_orders\n"
            "from blocklist.loaders.ordertext import order_text\n"
            "order_text(load_orders(b'a.example'))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(sys.path)},
        )  # fmt: skip
        assert done.stderr.splitlines()[-1].endswith(missing_extra("writing order files", "cli"))


class TestCommand:
    def test_from_pdf_to_the_same_image(self, run: Run) -> None:
        Path("order.pdf").write_bytes(RENDERINGS["pdf"](ORDERS[0]))
        result = run("order.pdf", "-o", "order.toml")
        assert result.exit_code == 0, result.output
        assert result.stderr == (
            "order.toml: 3 targets of 1 order\n"
            "it:tribunale-di-milano:rg:12345/2022:ordinanza:2022-07-11: no end date was found\n"
        )
        (before,), (after,) = load_orders("order.pdf"), load_orders("order.toml")
        assert expressible(before) == expressible(after)
        assert b"\r" not in Path("order.toml").read_bytes()

    def test_standard_output_by_default(self, run: Run) -> None:
        Path("list.txt").write_text("a.example\nb.example\n")
        result = run("list.txt")
        assert [t.text for t in load_orders(result.stdout.encode())[0].targets] == [
            "a.example", "b.example",
        ]  # fmt: skip
        assert result.stderr == ""

    def test_never_over_a_file_unless_forced(self, run: Run) -> None:
        Path("list.txt").write_text("a.example\n")
        Path("order.toml").write_text("mine")
        result = run("list.txt", "-o", "order.toml")
        assert error(result) == "order.toml exists; use --force to overwrite it"
        assert Path("order.toml").read_text() == "mine"
        assert run("list.txt", "-o", "order.toml", "--force").exit_code == 0
        assert "a.example" in Path("order.toml").read_text()

    def test_confidential_names_only_when_asked(self, run: Run) -> None:
        Path("secret.toml").write_text(
            '[[order]]\nid = "it:x:1"\nconfidential = true\ntargets = ["secret.example"]\n'
        )
        result = run("secret.toml", "-o", "order.toml")
        assert error(result) == (
            "it:x:1 is confidential; use --show-confidential to write its names"
        )
        assert result.stdout == ""
        assert not Path("order.toml").exists()
        assert "secret.example" in run("secret.toml", "--show-confidential").stdout

    def test_what_cannot_be_read_writes_nothing(self, run: Run) -> None:
        Path("bad.toml").write_text("[[order]]\nid = 1\n")
        result = run("bad.toml", "-o", "order.toml")
        assert error(result) == "bad.toml:1: order[1] names no targets"
        assert not Path("order.toml").exists()

    def test_what_was_left_out_wants_a_look(self, run: Run) -> None:
        Path("list.txt").write_text("a.example\nno name\nb.example\n")
        result = run("list.txt", "-o", "order.toml")
        assert result.exit_code == 1
        assert result.stderr.splitlines() == [
            "order.toml: 2 targets of 1 order",
            "left out: list.txt:2: 'no name': white space inside [white-space]",
        ]
        assert len(load_orders("order.toml")[0].targets) == 2

    def test_warnings_of_the_text_are_comments_and_those_of_fields_are_made_again(self) -> None:
        given_ = order("a.example", id="it:x:1", warnings=("line 3: look",), authority=COURT)
        text = order_text([given_])
        assert "# WARNING: line 3: look" in text
        (again,) = load_orders(text.encode())
        assert again.warnings == (
            "no date of the order is stated: it counts as in force at any time",
        )


DOUBTFUL = """TRIBUNALE DI ESEMPIO
R.G. 7/2026
P.Q.M.
ordina alla resistente di inibire l'accesso ai siti uno-finto.to e due-finto.to, come indicato nel
portale notizie-finte.to della ricorrente.
Esempio, 11 luglio 2026
"""


class TestDoubtfulNames:
    """A name of an ordering clause that is no target makes every strict way fail."""

    def test_strict(self) -> None:
        (read_,) = load_orders(DOUBTFUL.encode())
        doubts = [mention.text for mention in read_.mentions if mention.doubtful]
        assert doubts == ["notizie-finte.to"]
        with pytest.raises(UnsupportedTargetError, match=r"notizie-finte\.to.* is no target") as e:
            load_orders(DOUBTFUL.encode(), name="o.txt", strict=True)
        assert (e.value.path, e.value.line) == ("o.txt", 5)

    def test_check_and_import(self, run: Run) -> None:
        Path("o.txt").write_text(DOUBTFUL)
        result = run("o.txt", "-o", "o.toml")
        assert result.exit_code == 1
        assert "left out: o.txt:5: 'notizie-finte.to': " in result.stderr
        assert CliRunner().invoke(cli, ["check", "o.txt"]).exit_code == 1
