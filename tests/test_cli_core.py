"""Which core runs is said: ``--version`` names it, and a missing native core is warned of."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import image

import blocklist
from blocklist import _core
from blocklist.backend import choose_backend

pytestmark = pytest.mark.no_core

SOURCES = Path(blocklist.__file__).resolve().parents[1]
WARNING = (
    "Warning: the native core is missing, so everything runs much slower; install a wheel for this "
    "platform, or install a C compiler and the Python headers and reinstall blocklist. "
    "BLOCKLIST_PURE_PYTHON=1 silences this warning.\n"
)
WITHOUT_NATIVE = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("blocklist.") and name.endswith("._native"):
            raise ImportError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from blocklist.cli import main
main()
"""


def run(
    *arguments: str, missing: bool, wanted: bool = False, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command line without its native modules, or with them; ``wanted``: the pure core."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("BLOCKLIST_")}
    environment |= {"PYTHONPATH": str(SOURCES)}
    if wanted:
        environment["BLOCKLIST_PURE_PYTHON"] = "1"
    start = ["-c", WITHOUT_NATIVE] if missing else ["-m", "blocklist"]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        input=stdin, capture_output=True, text=True, check=False, env=environment, timeout=60,
    )  # fmt: skip


def version(core: str) -> str:
    return f"blocklist {blocklist.__version__} ({core} core, Python {platform.python_version()})\n"


needs_native = pytest.mark.skipif(
    choose_backend("blocklist._core._native") == "pure", reason="no native core"
)


@needs_native
def test_the_native_core_is_named_and_nothing_is_warned_of() -> None:
    done = run("--version", missing=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, version("native"), "")


@needs_native
def test_the_pure_core_beside_the_native_one() -> None:
    done = run("--version", missing=False, wanted=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, version("pure"), "")


def test_a_missing_core_is_named_and_warned_of() -> None:
    done = run("--version", missing=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, version("pure"), WARNING)


def test_who_wants_the_pure_core_is_not_warned() -> None:
    done = run("--version", missing=True, wanted=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, version("pure"), "")


def test_answers_and_exit_codes_stay(tmp_path: Path) -> None:
    image("a.example").save(tmp_path / "it.blk")
    names = ("query", str(tmp_path / "it.blk"), "a.example", "b.example")
    done = run(*names, missing=True)
    wanted = "a.example\tblocked\ta.example\tit:test:1\nb.example\tnot blocked\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, wanted, WARNING)
    done = run("query", str(tmp_path / "it.blk"), "b.example", missing=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "b.example\tnot blocked\n", WARNING)


def test_the_lines_of_a_helper_stay(tmp_path: Path) -> None:
    image("a.example").save(tmp_path / "it.blk")
    helper = ("squid-helper", str(tmp_path / "it.blk"), "--no-channels")
    done = run(*helper, missing=True, stdin="b.example\n")
    assert (done.returncode, done.stdout) == (0, "ERR\n")
    assert done.stderr.startswith(WARNING)
    assert done.stderr.count("Warning") == 1


def test_an_error_comes_after_the_warning() -> None:
    done = run("verify", "missing.blk", missing=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{WARNING}Error: missing.blk: No such file or directory\n"


@pytest.mark.parametrize("core", ["native", "pure"])
def test_the_core_of_this_process_is_named(
    core: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from blocklist.cli.group import cli

    monkeypatch.setattr(_core, "BACKEND", core)
    cli(["--version"], standalone_mode=False)
    assert capsys.readouterr().out == version(core)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["--version", "formats", "template", "--help"])
def test_a_full_disk_is_one_sentence(command: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "blocklist", command],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "Error: No space left on device\n")


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")
def test_a_reader_that_is_gone_and_an_interrupt_have_the_codes_of_a_shell() -> None:
    command = [sys.executable, "-m", "blocklist", "template"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""
