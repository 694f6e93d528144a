"""Evidence that was kept: checked, compared, shown; and whose block page answered."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.edns
import dns.message
import dns.rdatatype
import dns.rrset
import lxml.html
import pytest
from click.testing import CliRunner, Result
from helpers import order
from servers.stub import negative, stub

from blocklist import Authority, Blocklist, ConfigurationError, compile_orders
from blocklist.cli.group import cli
from blocklist.probe import (
    Fingerprints,
    Resolver,
    Settings,
    Verdict,
    changes_since,
    check_evidence,
    probe,
)

pytestmark = pytest.mark.no_core

PAGE_OF_SOMEBODY = "198.51.100.9"
CSV = (
    "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,"
    "expected_countries,source,exp_url,notes\n"
    f'ours.it_1,nat,,dns,full,{PAGE_OF_SOMEBODY},10,"IT,SM",,,"A page, of somebody"\n'
    "ours.it_2,isp,,dns,full,blocked.sinkhole.example,5,IT,,,\n"
    "ours.any,vbw,,dns,full,127.0.0.1,10,,,,vague\n"
    "ours.fp,fp,,dns,full,198.51.100.10,10,,,,a false positive\n"
    "ours.weak,isp,,dns,full,198.51.100.11,3,,,,\n"
    "ours.body,nat,,body,contains,Stop,10,IT,,,\n"
    "ours.odd,nat,,dns,regexp,198.*,10,IT,,,\n"
)
Answers = dict[str, str]
"""Of a name and those below it: ``block``, an address, or a name that a CNAME leads to."""


def answering(answers: Answers) -> Callable[[dns.message.Message], bytes]:
    def answer(query: dns.message.Message) -> bytes:
        asked = query.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        how = next((a for n, a in answers.items() if name == n or name.endswith(f".{n}")), None)
        response = dns.message.make_response(query, recursion_available=True)
        if how is None:
            return negative(query, zone="example.")
        if how == "block":
            response.use_edns(
                0, options=[dns.edns.EDEOption(dns.edns.EDECode.CENSORED, "R.G. 1/2026")]
            )
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            kind = "A" if how[0].isdigit() else "CNAME"
            response.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, how))
        return response.to_wire()

    return answer


@pytest.fixture
def resolver() -> Iterator[tuple[str, Answers]]:
    answers: Answers = {"a.example": "block", "b.example": "block", "hushed.example": "block"}
    with stub(answering(answers)) as port:
        yield f"127.0.0.1:{port}", answers


@pytest.fixture
def image(tmp_path: Path) -> str:
    milan = Authority("milan", "Tribunale di Milano")
    path = tmp_path / "t.blk"
    compile_orders(
        [
            order("a.example", id="it:milan:1", authority=milan),
            order("b.example", id="it:milan:2", authority=milan),
            order("hushed.example", id="it:cncpo:secret", confidential=True),
        ]
    ).save(path)
    return str(path)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["probe", *map(str, arguments)])


def asked(image: str, where: str, output: Path, *options: object) -> Result:
    fast = ("--rate", "1000000", "--timeout", "2", "--all")
    return run(image, "--resolver", where, "-o", output, *fast, *options)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def rewritten(path: Path, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Change records as one would who knows the chain, and does not know the octets."""
    lines, text = records(path), ""
    change(lines)
    for line in lines:
        if "sha256_before" in line:
            line["sha256_before"] = hashlib.sha256(text.encode()).hexdigest()
        text += json.dumps(line) + "\n"
    path.write_text(text, "ascii")


class TestVerify:
    def test_whole(self, resolver: tuple[str, Answers], image: str, tmp_path: Path) -> None:
        path = tmp_path / "e.jsonl"
        told = asked(image, resolver[0], path)
        assert told.exit_code == 0, told.output
        done = run("--verify", path)
        assert done.exit_code == 0
        assert ": whole: " in done.output
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert f"sha256 {digest}" in done.output
        assert f"e.jsonl: sha256 {digest}" in told.stderr
        found = check_evidence(str(path))
        assert found.is_whole
        assert found.answers == sum(1 for r in records(path) if r.get("wire"))
        assert found.summary.probes[0].verdicts == {Verdict.ENFORCED: 3}

    @pytest.mark.parametrize("which", range(1, 12, 3))
    def test_a_changed_line_is_found(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path, which: int
    ) -> None:
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)
        lines = path.read_text("ascii").splitlines(keepends=True)
        lines[which] = lines[which].replace('"tries": 1', '"tries": 2')
        path.write_text("".join(lines), "ascii")
        done = run("--verify", path)
        assert done.exit_code == 1
        assert f"line {which + 2}: its digest is not that of the lines before it" in done.output
        assert "NOT whole" in done.output

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda lines: lines[:4] + lines[5:], "line 5: its digest"),
            (lambda lines: lines[:-1], "the last line is missing"),
            (lambda lines: [*lines[:3], "{}\n", *lines[3:]], "line 4: not a record"),
            (lambda lines: [*lines, lines[3]], "stands after the last line"),
            (lambda lines: [*lines[:-1], lines[-1][:-30]], "not a record, or it is cut"),
            (lambda lines: [*lines[:3], "[" * 100_000 + "\n", *lines[3:]], "line 4: not a record"),
        ],
    )
    def test_lines_that_go_or_come(
        self,
        resolver: tuple[str, Answers],
        image: str,
        tmp_path: Path,
        change: Callable[[list[str]], list[str]],
        said: str,
    ) -> None:
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)
        path.write_text("".join(change(path.read_text().splitlines(keepends=True))))
        done = run("--verify", path)
        assert done.exit_code == 1
        assert said in done.output

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda r: r["answer"].update(rcode="NOERROR"), "its answer is not that of its octets"),
            (lambda r: r["answer"]["ede"][0].update(text="R.G. 2"), "is not that of its octets"),
            (lambda r: r["question"].update(name="c.example"), "its question is not that of its"),
            (lambda r: r["question"].update(type="AAAA"), "its question is not that of its octets"),
            (lambda r: r.update(wire=None), "its octets are missing"),
            (lambda r: r["wire"].update(answer="AAAA"), "its octets are no message of DNS"),
            (lambda r: r["wire"].update(answer=None), "it has an answer, but no octets of it"),
            (lambda r: r.update(outcome="resolved"), "it:milan:1: the counts of its verdict"),
            (lambda r: r.update(outcome="perhaps"), "not a record of a probe"),
            (lambda r: r.pop("question"), "not a record of a probe"),
        ],
    )
    def test_text_that_its_octets_do_not_say(
        self,
        resolver: tuple[str, Answers],
        image: str,
        tmp_path: Path,
        change: Callable[[dict[str, Any]], Any],
        said: str,
    ) -> None:
        """The chain is right again, so the octets alone tell."""
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)

        def of_a_block(lines: list[dict[str, Any]]) -> None:
            change(
                next(
                    r for r in lines
                    if r.get("outcome") == "blocked" and r["orders"] == ["it:milan:1"]
                )
            )  # fmt: skip

        rewritten(path, of_a_block)
        done = run("--verify", path)
        assert done.exit_code == 1
        assert said in done.output

    def test_octets_of_another_answer(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)

        def exchange(lines: list[dict[str, Any]]) -> None:
            one, other = [r for r in lines if r["record"] == "answer" and r["wire"]][:2]
            one["wire"]["answer"], one["answer"] = other["wire"]["answer"], other["answer"]

        rewritten(path, exchange)
        assert "its octets answer another question" in run("--verify", path).output

    def test_a_verdict_that_its_answers_do_not_come_to(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        where, answers = resolver
        answers["a.example"] = "192.0.2.1"
        path = tmp_path / "e.jsonl"
        assert asked(image, where, path).exit_code == 1
        assert run("--verify", path).exit_code == 0

        def prettier(lines: list[dict[str, Any]]) -> None:
            next(r for r in lines if r.get("order") == "it:milan:1")["verdict"] = "enforced"

        rewritten(path, prettier)
        said = run("--verify", path).output
        assert "it:milan:1: its answers come to 'not enforced', not 'enforced'" in said

    def test_a_query_that_is_left_out(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)
        rewritten(path, lambda lines: lines.pop(1))
        assert "queries, but" in run("--verify", path).output

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "no evidence of a probe"),
            ("hello\n", "no evidence of a probe"),
            ('{"record": "start", "version": 9}\n', "evidence of version 9"),
            ('{"record": "start", "version": "x"}\n', "evidence of version x"),
        ],
    )
    def test_other_files(self, tmp_path: Path, text: str, said: str) -> None:
        path = tmp_path / "other"
        path.write_text(text)
        done = run("--verify", path)
        assert done.exit_code == 2
        assert said in done.output

    def test_evidence_of_before(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        """Version 2 had one digest, in its last line, and neither of the new fields."""
        path = tmp_path / "e.jsonl"
        asked(image, resolver[0], path)

        def older(lines: list[dict[str, Any]]) -> None:
            lines[0]["version"] = 2
            for line in lines:
                for key in ("confidential", "fingerprint", "fingerprints"):
                    line.pop(key, None)
                if line["record"] != "end":
                    line.pop("sha256_before", None)

        rewritten(path, older)
        assert run("--verify", path).exit_code == 0
        path.write_text(path.read_text().replace('"tries": 1', '"tries": 2', 1))
        assert run("--verify", path).exit_code == 1

    def test_only_evidence(self, image: str, tmp_path: Path) -> None:
        (tmp_path / "e").write_text("x")
        done = run(image, "--verify", tmp_path / "e")
        assert done.exit_code == 2
        assert "--verify takes no image" in done.output
        assert "--verify FILE" in run().output


class TestSince:
    def test_what_changed(self, resolver: tuple[str, Answers], image: str, tmp_path: Path) -> None:
        where, answers = resolver
        june, july, august = (tmp_path / f"{m}.jsonl" for m in ("june", "july", "august"))
        assert asked(image, where, june).exit_code == 0
        assert "nothing changed since" in asked(image, where, july, "--since", june).stderr
        answers.update({"b.example": "192.0.2.1", "nota.example": "0.0.0.0"})
        del answers["hushed.example"]
        told = asked(image, where, august, "--since", july)
        assert told.exit_code == 1
        said = told.stderr.partition("changed since:")[2]
        assert "it:milan:2: not enforced; before: enforced" in said
        assert "it:milan:1" not in said
        assert "confidential orders: 1 unknown; before: 1 enforced" in said
        assert "1 name is blocked without an order; before: 0" in said
        assert run("--verify", june, "--verify", july, "--verify", august).exit_code == 0
        compared = run("--verify", august, "--since", june)
        assert compared.exit_code == 0
        assert "it:milan:2: not enforced; before: enforced" in compared.stdout

    def test_the_chain(self, resolver: tuple[str, Answers], image: str, tmp_path: Path) -> None:
        """Evidence that was made anew, whole in itself, is not what the next one follows."""
        june, july, made = (tmp_path / f"{m}.jsonl" for m in ("june", "july", "made"))
        asked(image, resolver[0], june)
        asked(image, resolver[0], july, "--since", june)
        asked(image, resolver[0], made)
        digest = hashlib.sha256(june.read_bytes()).hexdigest()
        done = run("--verify", made, "--verify", july)
        assert done.exit_code == 1
        assert f"follows evidence with SHA-256 {digest}: none of the files before it" in done.output
        done = run("--verify", june, "--verify", made)
        assert done.exit_code == 1
        assert "follows no other evidence" in done.output
        assert run("--verify", july).exit_code == 0

    def test_earlier_evidence_that_is_not_whole(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        june, july = tmp_path / "june.jsonl", tmp_path / "july.jsonl"
        asked(image, resolver[0], june)
        june.write_text(june.read_text().replace('"tries": 1', '"tries": 2', 1))
        done = asked(image, resolver[0], july, "--since", june)
        assert done.exit_code == 2
        assert "not whole cannot be compared with: line" in done.output
        assert not july.exists()

    def test_a_resolver_that_fails(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        june, july = tmp_path / "june.jsonl", tmp_path / "july.jsonl"
        asked(image, resolver[0], june)
        with stub(lambda _: None) as port:
            done = asked(image, f"127.0.0.1:{port}", july, "--tries", 1, "--since", june)
        assert done.exit_code == 2
        assert "no verdict now: no answer" in done.stderr
        before, now = (check_evidence(str(path)).summary.probes for path in (june, july))
        assert [c.is_worse for c in changes_since(before, now)] == [False, True]


class TestPage:
    def test_what_it_shows(self, resolver: tuple[str, Answers], image: str, tmp_path: Path) -> None:
        where, answers = resolver
        answers.update({"b.example": "192.0.2.1", "notb.example": "0.0.0.0"})
        page, evidence = tmp_path / "p.html", tmp_path / "e.jsonl"
        asked(image, where, evidence, "--html", page)
        shown = lxml.html.fromstring(page.read_text("utf-8"))
        assert shown.xpath("//h1/text()") == ["2 of 3 orders are enforced"]
        rows = [" ".join(row.text_content().split()) for row in shown.xpath("//tbody/tr")]
        assert rows[0].startswith("✗not enforced it:milan:2") or "it:milan:2" in rows[0]
        assert "b.example A: resolved, records" in rows[0]
        assert "notb.example" in shown.text_content()
        assert hashlib.sha256(evidence.read_bytes()).hexdigest() in shown.text_content()
        assert not shown.xpath("//script | //@src | //@onclick | //link[@href != 'data:,']")
        again = tmp_path / "again.html"
        run("--verify", evidence, "--html", again)
        assert again.read_bytes() == page.read_bytes()

    @pytest.mark.parametrize("option", ["", "--show-confidential"])
    def test_no_confidential_order_is_named(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path, option: str
    ) -> None:
        """Nor what lies beside one; also where the evidence names it."""
        where, answers = resolver
        answers["hushed.example"] = "192.0.2.1"
        answers["nothushed.example"] = "0.0.0.0"
        page, evidence = tmp_path / "p.html", tmp_path / "e.jsonl"
        options = filter(None, (option, "--html", page))
        told = asked(image, where, evidence, *options)
        assert ("hushed" in evidence.read_text()) is bool(option)
        text = page.read_text("utf-8")
        assert "hushed" not in text
        assert "it:cncpo:secret" not in text
        assert "a name beside that of a confidential order" in text
        assert "1 not enforced" in lxml.html.fromstring(text).text_content()
        if not option:
            assert "hushed" not in told.output
        since = run("--verify", evidence, "--since", evidence, "--html", page)
        assert since.exit_code == 0
        assert "hushed" not in since.output + page.read_text("utf-8")

    def test_evidence_that_was_changed(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        page, evidence = tmp_path / "p.html", tmp_path / "e.jsonl"
        asked(image, resolver[0], evidence)
        evidence.write_text(evidence.read_text().replace('"tries": 1', '"tries": 2', 1))
        assert run("--verify", evidence, "--html", page).exit_code == 1
        shown = lxml.html.fromstring(page.read_text("utf-8"))
        assert shown.xpath("//h1/text()") == ["The evidence was changed or is not complete"]
        assert "its digest is not that" in shown.text_content()

    def test_answers_are_no_markup(
        self, resolver: tuple[str, Answers], image: str, tmp_path: Path
    ) -> None:
        page, evidence = tmp_path / "p.html", tmp_path / "e.jsonl"
        asked(image, resolver[0], evidence)

        def hostile(lines: list[dict[str, Any]]) -> None:
            for line in lines:
                if line["record"] == "answer":
                    line["reason"] = "<script>alert(1)</script>\u202e"

        rewritten(evidence, hostile)
        run("--verify", evidence, "--html", page)
        text = page.read_text("utf-8")
        assert "&lt;script&gt;" in text
        assert "<script" not in text
        assert "\u202e" not in text

    def test_no_other_file_is_replaced(self, image: str, tmp_path: Path) -> None:
        evidence = tmp_path / "e.jsonl"
        for options in (("-o", evidence, "--html", evidence), ("--html", image)):
            done = run(image, "--resolver", "127.0.0.1:1", *options)
            assert done.exit_code == 2
            assert "would replace" in done.output
        assert Blocklist.open(image).is_blocked("a.example")


class TestFingerprints:
    @pytest.fixture
    def fingerprints(self, tmp_path: Path) -> str:
        path = tmp_path / "fingerprints_dns.csv"
        path.write_text(CSV, "utf-8")
        return str(path)

    @pytest.mark.parametrize(
        ("leads_to", "verdict", "named"),
        [
            (PAGE_OF_SOMEBODY, Verdict.ENFORCED, "ours.it_1 (nat, IT,SM)"),
            ("blocked.sinkhole.example.", Verdict.ENFORCED, "ours.it_2 (isp, IT)"),
            ("127.0.0.1", Verdict.NOT_ENFORCED, "ours.any (vbw)"),
            ("198.51.100.10", Verdict.NOT_ENFORCED, "ours.fp (fp)"),
            ("198.51.100.11", Verdict.NOT_ENFORCED, "ours.weak (isp)"),
            ("198.51.100.12", Verdict.NOT_ENFORCED, ""),
        ],
    )
    def test_whose_it_is(
        self,
        resolver: tuple[str, Answers],
        image: str,
        tmp_path: Path,
        fingerprints: str,
        leads_to: str,
        verdict: Verdict,
        named: str,
    ) -> None:
        where, answers = resolver
        answers["a.example"] = leads_to
        evidence, page = tmp_path / "e.jsonl", tmp_path / "p.html"
        asked(image, where, evidence, "--fingerprints", fingerprints, "--html", page)
        (found,) = check_evidence(str(evidence)).summary.probes
        assert found.orders["it:milan:1"].verdict is verdict
        assert list(found.fingerprints) == [named] * bool(named)
        assert not named or named in page.read_text("utf-8")
        assert records(evidence)[0]["fingerprints"] == hashlib.sha256(CSV.encode()).hexdigest()

    def test_one_address_of_two(self, fingerprints: str) -> None:
        """An answer that also leads elsewhere reaches something."""
        read = Fingerprints.read(fingerprints)

        def answer(query: dns.message.Message) -> bytes:
            response = dns.message.make_response(query, recursion_available=True)
            name = query.question[0].name
            if name.to_text(omit_final_dot=True).lower().endswith("a.example"):
                both = (PAGE_OF_SOMEBODY, "192.0.2.1")
                response.answer.append(dns.rrset.from_text(name, 60, "IN", "A", *both))
                return response.to_wire()
            return negative(query, zone="example.")

        blocked = Blocklist(compile_orders([order("a.example", id="one")]))
        with stub(answer) as port:
            settings = Settings(rate=1e6, fingerprints=read)
            result = probe(blocked, Resolver.parse(f"127.0.0.1:{port}"), settings=settings)
        assert result.verdicts == {"one": Verdict.NOT_ENFORCED}

    def test_what_cannot_be_used_is_counted(self, fingerprints: str) -> None:
        read = Fingerprints.read(fingerprints)
        assert len(read) == 5
        assert read.left_out == {"of web pages": 1, "with patterns of type 'regexp'": 1}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b"", "no column 'name'"),
            (b"a,b\n1,2\n", "no column 'name'"),
            (b"\xff\xfe", "not a file of fingerprints"),
            (CSV.splitlines()[0].encode(), "it is empty"),
            (
                (CSV.splitlines()[0] + "\nx,nat,,body,contains,Stop,10,IT,,,\n").encode(),
                "1 of web pages); give fingerprints_dns.csv",
            ),
        ],
    )
    def test_other_files(self, tmp_path: Path, text: bytes, said: str) -> None:
        path = tmp_path / "x.csv"
        path.write_bytes(text)
        with pytest.raises(ConfigurationError) as raised:
            Fingerprints.read(str(path))
        assert said in str(raised.value)


def test_the_octets_are_those_that_were_sent(
    resolver: tuple[str, Answers], image: str, tmp_path: Path
) -> None:
    path = tmp_path / "e.jsonl"
    asked(image, resolver[0], path)
    answers = [r for r in records(path) if r["record"] == "answer" and r["wire"]]
    for record in answers:
        query = dns.message.from_wire(base64.b64decode(record["wire"]["query"]))
        assert query.question[0].rdtype == dns.rdatatype.A
