"""Manifests and sidecars: what the operator says of a file beside it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from blocklist import Order, OrderError, load_orders
from blocklist.cli.group import cli
from blocklist.loaders.sidecars import without_sidecars
from blocklist.model.orders import Term

pytestmark = pytest.mark.no_core

LIST = "a.example\nb.example\n"


def lay(folder: Path, **files: str) -> Path:
    """Write files; ``__`` in a key is a dot, ``___`` a stroke."""
    for key, text in files.items():
        path = folder / key.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def by_file(folder: Path, **options: Any) -> dict[str, Order]:
    return {order.source.path: order for order in load_orders(folder, **options)}


class TestSidecar:
    SIDE = 'authority = "adm"\njurisdiction = "IT"\nnotified = 2026-01-02\nconfidential = true\n'

    @pytest.mark.parametrize("whole", [True, False])
    def test_in_a_folder_and_beside_a_file(self, tmp_path: Path, whole: bool) -> None:
        lay(tmp_path, list__txt=LIST, list__txt__toml=self.SIDE)
        (order,) = load_orders(tmp_path if whole else tmp_path / "list.txt")
        assert (order.authority.key, order.jurisdiction) == ("adm", "IT")
        assert order.notified == date(2026, 1, 2)
        assert order.confidential
        assert [t.text for t in order.targets] == ["a.example", "b.example"]

    def test_every_kind_of_field(self, tmp_path: Path) -> None:
        lay(
            tmp_path,
            list__txt=LIST,
            list__txt__toml='id = "it:x:1"\nexpires = 2026-12-31\ncategory = "gambling"\n'
            'deadline = { amount = 3, unit = "day", from = "notified" }\nreviewed = true\n'
            'reviewed_by = "A. Person"\nreviewed_at = 2026-01-03\n',
        )
        (order,) = load_orders(tmp_path)
        assert (order.id, order.expires, order.category) == (
            "it:x:1",
            date(2026, 12, 31),
            "gambling",
        )
        assert order.deadline == Term(3, "day", "notified")
        assert (order.reviewed, order.reviewed_by) == (True, "A. Person")
        assert order.reviewed_at == date(2026, 1, 3)

    def test_without_its_document(self, tmp_path: Path) -> None:
        lay(tmp_path, list__txt=LIST, other__pdf__toml=self.SIDE)
        with pytest.raises(OrderError, match=r"other\.pdf\.toml.*no other\.pdf beside it"):
            load_orders(tmp_path)

    def test_given_itself(self, tmp_path: Path) -> None:
        lay(tmp_path, list__txt=LIST, list__txt__toml=self.SIDE)
        with pytest.raises(OrderError, match=r"load list\.txt"):
            load_orders(tmp_path / "list.txt.toml")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('authorty = "adm"', r"list\.txt\.toml:1: authorty is unknown; did you mean authority"),
            ('targets = ["x.example"]', "targets is unknown"),
            ("\nnotified = 3", r":2: notified must be a date"),
            ('scope = "wide"', "scope must be subtree"),
            ('checksum = "12"', "checksum"),
            ('format = "nothing"', "unknown format 'nothing'"),
            ('format = "plain"\nmapping = "m.toml"', "not both"),
            ("authority = ", "not TOML"),
            ('timezone = "Mars/Base"', "no time zone"),
        ],
    )
    def test_faults(self, tmp_path: Path, text: str, message: str) -> None:
        lay(tmp_path, list__txt=LIST, list__txt__toml=text)
        for source in (tmp_path, tmp_path / "list.txt"):
            with pytest.raises(OrderError, match=message):
                load_orders(source)

    def test_an_order_file_is_none(self, tmp_path: Path) -> None:
        text = '[[order]]\nid = "it:x:1"\ntargets = ["c.example"]\n'
        lay(
            tmp_path, list__txt=LIST, list__txt__toml=text, other__2024__toml=text.replace("1", "2")
        )
        assert len(load_orders(tmp_path)) == 3

    def test_a_list_under_an_odd_name_is_none(self, tmp_path: Path) -> None:
        (order,) = load_orders(lay(tmp_path, names__toml=LIST))
        assert len(order.targets) == 2

    def test_one_id_for_several_orders(self, tmp_path: Path) -> None:
        orders = "".join(f'[[order]]\nid = "x:{n}"\ntargets = ["{n}.example"]\n' for n in "ab")
        lay(tmp_path, two__txt=orders, two__txt__toml='id = "x:c"')
        with pytest.raises(OrderError, match="one id, but the file holds 2 orders"):
            load_orders(tmp_path)

    def test_options(self, tmp_path: Path) -> None:
        folder = lay(
            tmp_path,
            a__csv="nr;site\n1;a.example\n2;b.example\n",
            a__csv__toml='format = "csv"\ncolumn = "site"\nscope = "exact"\n',
            b__txt__toml='encoding = "windows-1252"\n',
        )
        (folder / "b.txt").write_bytes("# caffè\nb.example\n".encode("windows-1252"))
        found = by_file(folder)
        assert [t.text for t in found["a.csv"].targets] == ["=a.example", "=b.example"]
        assert [t.text for t in found["b.txt"].targets] == ["b.example"]

    def test_a_mapping_stands_beside_it(self, tmp_path: Path) -> None:
        lay(
            tmp_path,
            rows__csv="site\na.example\n",
            rows__csv__toml='mapping = "maps/mine.map"',
        )
        (tmp_path / "maps").mkdir()
        with pytest.raises(OSError, match=r"mine\.map"):
            load_orders(tmp_path)

    def test_checksum(self, tmp_path: Path) -> None:
        digest = hashlib.sha256(LIST.encode()).hexdigest()
        lay(tmp_path, list__txt=LIST, list__txt__toml=f'checksum = "{digest}"')
        assert load_orders(tmp_path)
        (tmp_path / "list.txt").write_text(LIST[:10], "utf-8")
        with pytest.raises(OrderError, match="SHA-256"):
            load_orders(tmp_path)


class TestManifest:
    def test_files_and_globs(self, tmp_path: Path) -> None:
        lay(
            tmp_path,
            a__txt="a.example\n", b__txt="b.example\n", deep___c__txt="c.example\n",
            deep___d__lst="d.example\n",
            manifest__toml='[[file]]\npath = "*.txt"\nauthority = "adm"\n'
            '[[file]]\npath = "b.txt"\nauthority = "Tribunale di Esempio"\n'
            '[[file]]\npath = "**/*.lst"\nscope = "exact"\n',
        )  # fmt: skip
        found = by_file(tmp_path)
        assert {name: order.authority.name.split()[0] for name, order in found.items()} == {
            "a.txt": "Agenzia", "b.txt": "Tribunale", "deep/c.txt": "the", "deep/d.lst": "the",
        }  # fmt: skip
        assert found["deep/d.lst"].targets[0].text == "=d.example"

    def test_of_one_file(self, tmp_path: Path) -> None:
        lay(
            tmp_path,
            a__txt=LIST,
            b__txt=LIST,
            manifest__toml='[[file]]\npath="b.txt"\ncategory="x"',
        )
        assert load_orders(tmp_path / "a.txt")[0].category == ""
        assert load_orders(tmp_path / "b.txt")[0].category == "x"

    def test_precedence(self, tmp_path: Path) -> None:
        order = '[[order]]\nid = "x:1"\ntargets = ["a.example"]\n'
        order += "".join(
            f'{key} = "content"\n' for key in ("title", "note", "category", "authority")
        )
        said = "".join(f'{key} = "manifest"\n' for key in ("note", "category", "authority"))
        side = 'category = "sidecar"\nauthority = "sidecar"\n'
        lay(
            tmp_path, a__txt=order, a__txt__toml=side,
            manifest__toml=f'[[file]]\npath = "*.txt"\n{said}',
        )  # fmt: skip
        (found,) = load_orders(tmp_path, authority="call")
        said_of = (found.title, found.note, found.category, found.authority.name)
        assert said_of == ("content", "manifest", "sidecar", "call")

    def test_a_format_of_the_call_wins(self, tmp_path: Path) -> None:
        lay(tmp_path, a__txt=LIST, a__txt__toml='format = "hosts"\nscope = "exact"\n')
        (order,) = load_orders(tmp_path, format="plain", scope="below")
        assert order.targets[0].text == "*.a.example"

    def test_the_nearer_manifest_wins(self, tmp_path: Path) -> None:
        lay(
            tmp_path, deep___a__txt=LIST,
            manifest__toml='[[file]]\npath = "**/*.txt"\ncategory = "far"\nnote = "far"\n',
            deep___manifest__toml='[[file]]\npath = "a.txt"\ncategory = "near"\n',
        )  # fmt: skip
        (order,) = load_orders(tmp_path)
        assert (order.category, order.note) == ("near", "far")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('[[file]]\npath = "gone.txt"', r":2: file\[1\]\.path = 'gone\.txt' fits no file here"),
            ('[[files]]\npath = "a.txt"', "files is unknown; did you mean file"),
            ('[[file]]\ncategory = "x"', "path is missing"),
            ('[[file]]\npath = "../a.txt"', "below the folder"),
            ("", "has none"),
            (
                '[[file]]\npath = "a.txt"\nexpirs = 2026-01-01',
                "expirs is unknown; did you mean expires",
            ),
        ],
    )
    def test_faults(self, tmp_path: Path, text: str, message: str) -> None:
        lay(tmp_path, a__txt=LIST, manifest__toml=text)
        with pytest.raises(OrderError, match=message):
            load_orders(tmp_path)

    def test_a_raw_list_is_not_the_operators_own(self, tmp_path: Path) -> None:
        lay(tmp_path, a__txt=LIST, manifest__toml='[[file]]\npath = "a.txt"\nauthority = "agcom"')
        assert load_orders(tmp_path)[0].authority.key == "agcom"
        assert (tmp_path / "a.txt").read_text() == LIST


class TestCommand:
    def test_a_shell_names_the_sidecars_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        lay(
            tmp_path, a__txt=LIST, a__txt__toml='category = "x"',
            manifest__toml='[[file]]\npath = "a.txt"\nnote = "y"', b__toml="b.example\n",
        )  # fmt: skip
        names = ["a.txt", "a.txt.toml", "b.toml", "manifest.toml"]
        assert without_sidecars(names) == ["a.txt", "b.toml"]
        result = CliRunner().invoke(cli, ["compile", *names, "-o", "x.blk"])
        assert result.exit_code == 0, result.output
