"""What CONTRIBUTING, SECURITY, CHANGELOG and the task runner say of the project is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import blocklist
from blocklist.backend import __version__

pytestmark = pytest.mark.no_core

ROOT = Path(__file__).parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PACKAGE = ROOT / "src" / "blocklist"


def section(heading: str) -> str:
    return CONTRIBUTING.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def sessions() -> set[str]:
    """The names of the sessions in noxfile.py, but for those made for each Python."""
    found = set()
    for node in ast.parse((ROOT / "noxfile.py").read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                call = decorator if isinstance(decorator, ast.Call) else None
                if ast.unparse(call.func if call else decorator) == "nox.session":
                    keywords = call.keywords if call else []
                    names = [ast.literal_eval(k.value) for k in keywords if k.arg == "name"]
                    found.add(names[0] if names else node.name)
    return found


def test_the_changelog_begins_with_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heading = re.search(r"^## (.+)$", changelog, re.MULTILINE)
    assert heading is not None
    version, _, date = heading[1].partition(" ")
    assert version == __version__ == blocklist.__version__
    assert re.fullmatch(r"\(unreleased\)|- \d{4}-\d\d-\d\d", date)


def test_contributing_names_every_session_and_no_other() -> None:
    rows = re.findall(r"^\| `(\S+)` \|", section("Run all checks"), re.MULTILINE)
    assert set(rows) == sessions() - {"format", "tag"}
    assert {"format", "tag"} <= set(re.findall(r"nox -s (\w+)", CONTRIBUTING)) <= sessions()


def test_ci_runs_sessions_that_exist() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    named = re.findall(r"^ +-s (.+)$", script, re.MULTILINE)
    assert len(named) == 1
    # CI runs all tests with README's command.
    assert sessions() - set(named[0].split()) == {"format", "tag", "tests", "coverage", "long"}
    assert set(named[0].split()) <= sessions()


def test_contributing_names_every_room() -> None:
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    rooms |= {"c/"}
    files = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    column = [row.split("|")[1] for row in section("The rooms").splitlines() if row[:2] == "| "]
    assert set(re.findall(r"`([^`]+)`", " ".join(column[1:]))) == rooms | files


@pytest.mark.parametrize("heading", ["The rooms", "How to add …", "Release"])
def test_files_that_contributing_names_exist(heading: str) -> None:
    named = re.findall(r"`([\w./-]+(?:/|\.(?:py|h|md|toml|yml)))`", section(heading))
    assert named
    for name in named:
        places = [ROOT / name, PACKAGE / name, ROOT / ".github" / "workflows" / name]
        assert any(place.exists() for place in places), name


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md"])
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text("utf-8"))
    for target in links:
        assert (ROOT / target).exists(), target
