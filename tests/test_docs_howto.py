"""The plug-in of the how-to works as its page says: its own blocks become a distribution."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from test_readme import blocks

PAGE = "docs/how-to/add-a-loader.md"
MAPPING = """
name = "ruritania-register"
title = "register of Ruritania"
authority = "Ruritania"
shape = "csv"

[fields]
name = "Nomo"
"""


def test_the_example_plug_in(tmp_path: Path) -> None:
    (project,) = (text for page, text in blocks("toml") if page == PAGE)
    loader = next(text for page, text in blocks("python") if page == PAGE)
    (mapping,) = (text for page, text in blocks("py") if page == PAGE)
    facts = tomllib.loads(project)["project"]
    points = facts["entry-points"]["blocklist.loaders"]
    package = tmp_path / "ruritania_formats"
    package.mkdir()
    (package / "__init__.py").write_text(f"{mapping}\n\n{loader}", "utf-8")
    (package / "ruritania-register.toml").write_text(MAPPING, "utf-8")
    info = tmp_path / f"ruritania_formats-{facts['version']}.dist-info"
    info.mkdir()
    header = f"Metadata-Version: 2.1\nName: {facts['name']}\nVersion: {facts['version']}\n"
    (info / "METADATA").write_text(header)
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[blocklist.loaders]", *lines, ""]))
    (tmp_path / "g12.txt").write_text("GAZETTE No. 12\na.example\n")
    (tmp_path / "register.csv").write_text("Nomo,Dato\nb.example,1\n")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "blocklist", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={
                "PYTHONPATH": ":".join([str(tmp_path), *(path for path in sys.path if path)]),
                "COLUMNS": "200",
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("formats").count("ruritania-formats 1.0") == 2
    assert "gazette:12: in force, 1 target\n" in run("check", "g12.txt")
    assert "ruritania-register:" in run("check", "register.csv")


def test_the_pages_are_executed() -> None:
    """``test_readme`` runs the blocks of every page, these included."""
    pages = {page for kind in ("python", "console") for page, _ in blocks(kind)}
    assert {PAGE, "docs/how-to/accept-an-edition.md"} <= pages
