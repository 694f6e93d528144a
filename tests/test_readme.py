"""Every example in README and docs is executed, in a copy of the tree, as it stands."""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest
from helpers import modules_of_ours
from prose_genres import ORDERS
from prose_rendering import as_pdf

pytestmark = pytest.mark.begin

P = TypeVar("P")
ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.relative_to(ROOT).as_posix(), text)
        for page in PAGES
        for kind, text in BLOCK.findall(page.read_text("utf-8"))
        if kind == language
    ]


def on_this_core(core: str, pages: dict[str, P]) -> dict[str, P]:
    """All pages once; where there is a native core, the pure one runs the examples of README."""
    if core == "native" or importlib.util.find_spec("blocklist._core._native") is None:
        return pages
    return {page: text for page, text in pages.items() if page == "README.md"}


def environment() -> dict[str, str]:
    """What a reader has: the package, and the core that ``conftest`` chose."""
    core = {name: value for name, value in os.environ.items() if name.startswith("BLOCKLIST_")}
    return core | {"PYTHONPATH": ":".join(path for path in sys.path if path)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("examples", "README.md"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


def test_python_examples_run_page_by_page(tree: Path, core: str) -> None:
    """Blocks of one page share their names, as a reader would type them."""
    pages: dict[str, str] = {}
    for page, text in blocks("python"):
        pages[page] = pages.get(page, "") + text
    assert "README.md" in pages
    for page, text in on_this_core(core, pages).items():
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", text],
            cwd=tree, capture_output=True, text=True, check=False,
            env=environment(),
        )  # fmt: skip
        assert done.returncode == 0, f"{page}: {done.stderr}"


def test_the_readme_example_is_short() -> None:
    (example,) = [text for page, text in blocks("python") if page == "README.md"]
    assert len([line for line in example.splitlines() if line]) <= 12


def test_console_examples_print_what_they_show(tree: Path, core: str) -> None:
    """A block of kind ``console``: ``$ command`` and what it prints, in one shell per page."""
    shell = f"blocklist() {{ '{sys.executable}' -m blocklist \"$@\"; }}\n"
    shown: dict[str, list[tuple[str, str]]] = {}
    for page, text in blocks("console"):
        shown.setdefault(page, []).extend(PROMPT.findall(text))
    for page, commands in on_this_core(core, shown).items():
        folder = tree / page.replace("/", "-")
        shutil.copytree(tree / "examples", folder / "examples")
        (folder / "ordinanza.pdf").write_bytes(as_pdf(ORDERS[0]))  # what an operator receives
        for command, wanted in commands:
            done = subprocess.run(
                ["bash", "-c", shell + command],
                cwd=folder, capture_output=True, text=True, check=False,
                env=environment() | {"PATH": "/usr/bin:/bin", "COLUMNS": "120"},
            )  # fmt: skip
            printed = done.stdout + done.stderr
            assert matches(wanted, printed), f"{page}: $ {command}\n{printed}"


def matches(wanted: str, printed: str) -> bool:
    """Whether they are equal, where ``…`` stands for anything."""
    parts = [re.escape(part) for part in wanted.strip().split("…")]
    return re.fullmatch(".*".join(parts), printed.strip(), re.DOTALL) is not None


def test_the_readme_s_commands_are_one_line_each() -> None:
    commands = [text for page, text in blocks("sh") if page == "README.md"]
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_of_a_package_index_has_no_dead_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """``setup.py`` takes out the links to files, and keeps their texts."""
    given: dict[str, str] = {}
    setuptools = ModuleType("setuptools")
    vars(setuptools)["setup"] = lambda **words: given.update(words)
    vars(setuptools)["Extension"] = lambda *_, **__: None
    monkeypatch.setitem(sys.modules, "setuptools", setuptools)
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py", run_name="__main__")
    text = given["long_description"]
    assert re.findall(r"\]\((?!https?:)", text) == []
    links = re.findall(r"\[([^]]+)\]\(", (ROOT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if link not in text] == []
    assert "the source distribution" in text


def test_public_names_are_in_the_api_reference() -> None:
    import blocklist

    text = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    assert [name for name in blocklist.__all__ if f"`{name}" not in text] == []


def test_docstring_examples() -> None:
    import doctest

    found = 0
    for module in modules_of_ours():
        results = doctest.testmod(module)
        assert results.failed == 0, module
        found += results.attempted
    assert found >= 5
