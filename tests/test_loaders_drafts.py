"""Drafts: every name of an order in any language stands in one, and nothing in it is enforced."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from loading import VECTORS
from processortime import within

from blocklist import CompileError, OrderError, compile_orders, load_orders
from blocklist.cli.group import cli
from blocklist.documents import Document
from blocklist.loaders.drafts import draft_text
from blocklist.model.targets import parse_target

pytestmark = pytest.mark.no_core

ORDERS = sorted((VECTORS / "drafts").glob("*.txt"))
CANDIDATE = re.compile(r'  # ("(?:[^"\\\\]|\\\\.)*"),  # (line .*)')
GROUP = re.compile(r'  # (".*",)')


def draft(text: str) -> str:
    return draft_text([Document("order.txt", "order.txt", text.encode())])


def candidates(text: str) -> dict[str, str]:
    """Each candidate with its comment."""
    found = filter(None, map(CANDIDATE.fullmatch, text.splitlines()))
    return {parse_target(tomllib.loads(f"x = {one[1]}")["x"]).text: one[2] for one in found}


def uncommented(text: str, line: str) -> list[str]:
    """The targets of a draft after the mark of one line was removed."""
    assert text.count(f"\n{line}\n") == 1
    changed = text.replace(f"\n{line}\n", "\n" + line.replace("# ", "", 1) + "\n")
    targets: list[str] = tomllib.loads(changed)["order"][0]["targets"]
    return targets


@pytest.mark.parametrize("file", ORDERS, ids=lambda file: file.stem)
class TestCountries:
    def test_no_name_is_missing(self, file: Path) -> None:
        found = candidates(draft_text([Document(file.name, file.name, file.read_bytes())]))
        names = file.with_suffix(".names").read_text("utf-8").split()
        assert len(names) > 3
        assert [name for name in names if parse_target(name).text not in found] == []

    def test_nothing_is_enforced(self, file: Path) -> None:
        text = draft_text([Document(file.name, file.name, file.read_bytes())])
        (order,) = load_orders(text.encode(), name="draft.toml")
        assert order.targets == ()
        assert order.exceptions == ()
        assert order.reviewed is False
        assert hashlib.sha256(file.read_bytes()).hexdigest() in text
        with pytest.raises(CompileError, match=r"draft\.toml.*reviewed = false"):
            compile_orders([order])


def test_there_are_orders_of_eleven_places() -> None:
    assert len(ORDERS) == 11


def test_one_mark_accepts_a_list_and_nothing_doubtful() -> None:
    text = draft("The court orders:\n- a.example\n- b.example and x@c.example\n- d-\ne.example\n")
    (group,) = [line for line in text.splitlines() if GROUP.fullmatch(line)]
    assert uncommented(text, group) == ["a.example", "b.example"]
    assert {"d-e.example", "de.example", "c.example"} <= candidates(text).keys()


def test_columns_are_groups_apart() -> None:
    text = draft("Site  Host\na.example  h.example\nb.example  i.example\n")
    groups = [line for line in text.splitlines() if GROUP.fullmatch(line)]
    assert [uncommented(text, line) for line in groups] == [
        ["a.example", "b.example"], ["h.example", "i.example"],
    ]  # fmt: skip
    assert "column 2 “Host”" in text


def test_line_sentence_and_reason() -> None:
    found = candidates(draft("First.\nBlock hxxp://a[.]example/x now.\nWrite to b@c.example.\n"))
    assert found["a.example/x"] == (
        "line 2: as hxxp://a[.]example/x: “Block hxxp://a[.]example/x now.”"
    )
    assert "DOUBTFUL: the whole site of this page" in found["a.example"]
    assert "DOUBTFUL: behind an e-mail address" in found["c.example"]


def test_facts() -> None:
    text = draft("HIGH COURT OF EXAMPLE\nClaim No: AB-2026-000417\nDated 14 April 2026\n"
                 "within 10 days of service, or EUR 1,500.50 per day\n")  # fmt: skip
    order = tomllib.loads(text)["order"][0]
    assert (order["authority"], order["case_number"]) == ("HIGH COURT OF EXAMPLE", "AB-2026-000417")
    assert (str(order["issued"]), order["deadline"]["amount"]) == ("2026-04-14", 10)
    assert "penalty" not in order
    assert '# penalty = { amount = 1500.50, currency = "EUR", per = "day" }  # line 4' in text


def test_two_forms_fill_in_nothing() -> None:
    text = draft("COURT OF EXAMPLE\nHeard on 3 May 2026, ordered on 04/05/2026: a.example\n")
    assert "issued" not in tomllib.loads(text)["order"][0]
    for day in ("2026-05-03", "2026-05-04", "2026-04-05"):
        assert f"# issued = {day}  # line 2: " in text


def test_another_encoding_is_guessed_and_said() -> None:
    text = draft_text([Document("o.txt", "o.txt", "Sag: læs-nu.example".encode("windows-1252"))])
    assert "read as windows-1252" in text
    assert "xn--ls-nu-sra.example" in candidates(text)


def test_no_text() -> None:
    with pytest.raises(OrderError, match="no text to draft from"):
        draft(" \n")


@pytest.mark.parametrize(
    "text",
    ["a." * 50_000, "a" * 200_000, "a dot " * 20_000, "lorem ipsum " * 20_000, "a-" * 50_000,
     " " * 200_000 + "a.example", "1 " * 50_000, "EUR 1 " * 20_000, "a.example " * 4_000],
)  # fmt: skip
def test_in_little_time(text: str) -> None:
    with within(10):
        draft(text)


class TestCommand:
    def test_a_refusal_names_it_and_shows_what_there_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        text = "HIGH COURT\nClaim No: X-1/2026\nIt is ordered to block the following two sites:\n"
        Path("order.txt").write_text(text + "- a.example of some owner\n- b.example and others\n")
        result = CliRunner().invoke(cli, ["check", "order.txt"])
        assert result.exit_code == 2
        assert "'blocklist import --draft order.txt' writes a draft" in result.stderr
        assert "~~ 4 - [a.example] of some owner" in result.stdout
        assert "case_number: X-1/2026" in result.stdout
        assert "    line 5: b.example" in result.stdout

    def test_draft_review_compile(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("order.txt").write_bytes(ORDERS[0].read_bytes())
        run = CliRunner()
        result = run.invoke(cli, ["import", "--draft", "order.txt", "-o", "order.toml"])
        assert (result.exit_code, result.stdout) == (0, "")
        refused = run.invoke(cli, ["compile", "order.toml", "-o", "x.blk"])
        assert refused.exit_code == 2
        assert "order.toml" in refused.stderr
        assert "reviewed = true" in refused.stderr
        assert run.invoke(cli, ["check", "order.toml"]).exit_code == 1
        text = Path("order.toml").read_text("utf-8")
        group = next(line for line in text.splitlines() if GROUP.fullmatch(line))
        text = text.replace(group, group.replace("# ", "", 1)).replace("= false", "= true")
        Path("order.toml").write_text(text, "utf-8")
        assert run.invoke(cli, ["compile", "order.toml", "-o", "x.blk"]).exit_code == 0


def test_names_that_the_reader_of_the_format_does_not_take_are_doubtful() -> None:
    found = candidates(
        draft(
            "TRIBUNALE DI MILANO\nN. R.G. 12/2024\nORDINANZA\nLa ricorrente ha il sito voce.it.\n"
            "P.Q.M.\nordina a Rete S.p.A. di inibire l'accesso ai siti furto.it e preda.it, ad "
            "eccezione di blog.preda.it;\nrevoca il blocco del sito libero.it.\n"
            "Milano, 3 maggio 2024\n"
        )
    )
    assert "DOUBTFUL" not in found["furto.it"] + found["preda.it"]
    assert "DOUBTFUL: an exception of the order" in found["blog.preda.it"]
    assert "DOUBTFUL: only mentioned: in a clause that lifts a block" in found["libero.it"]
    assert "DOUBTFUL: only mentioned: outside the operative part" in found["voce.it"]
