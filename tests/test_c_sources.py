"""The C sources: no warning as C11 and, where others include them, as C++17; nothing is long."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from servers.program import missing

pytestmark = pytest.mark.no_core

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "blocklist"
KERNEL = PACKAGE / "_core"
FOLDERS = ("src", "fuzz", "examples", "tests/embedding")
SOURCES = sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.[ch]"))
COMPILED = [path for path in SOURCES if path.suffix == ".c"]
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wpedantic", "-Werror")
# Those that bind the kernel to Python are parts of one source, and no one else's.
KERNEL_HEADERS = sorted(p for p in KERNEL.rglob("*.h") if "PyObject" not in p.read_text("utf-8"))
PLACES = (f"-I{KERNEL}", f"-I{KERNEL / 'kernel'}", f"-I{PACKAGE / 'c'}")
# Whoever includes it compiles it with the flags of their own program.
PUBLIC = {
    "kernel.h": "int main(void) { blk_image image; return blk_open(&image, \"\", 0) == BLK_OK; }",
    "blocklist.h": "int main(void) { return blk_abi() != BLK_ABI; }",
}  # fmt: skip
C_COMPILERS = [["gcc"], ["clang-14", "clang"]]
CXX_COMPILERS = [["g++"], ["clang++-14", "clang++"]]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def compile_quietly(compiler: list[str], *arguments: str | Path) -> None:
    program = next(filter(None, map(shutil.which, compiler)), None)
    if program is None:
        missing(f"no compiler: {' or '.join(compiler)}")
    command = [program, *WARNINGS, *PLACES, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def thoroughly(compiler: list[str], source: Path, level: str) -> list[str | Path]:
    """What makes a compiler find all that it warns of: with gcc some of it needs the optimiser."""
    if compiler[0].startswith("clang"):
        return ["-fsyntax-only", source]
    return [level, "-c", source, "-o", os.devnull]


@pytest.mark.parametrize("scalar", [False, True], ids=["sse2", "scalar"])
@pytest.mark.parametrize("header", PUBLIC)
@pytest.mark.parametrize("compiler", C_COMPILERS + CXX_COMPILERS, ids=lambda names: names[0])
def test_a_public_header_brings_no_warning(
    compiler: list[str], header: str, scalar: bool, tmp_path: Path
) -> None:
    is_cxx = compiler in CXX_COMPILERS
    source = tmp_path / ("own.cc" if is_cxx else "own.c")
    source.write_text(f'#include "{header}"\n{PUBLIC[header]}\n')
    flags = ["-std=c++17" if is_cxx else "-std=c11", *(["-DBLK_SCALAR"] if scalar else [])]
    compile_quietly(compiler, *flags, *thoroughly(compiler, source, "-O2"))


@pytest.mark.parametrize("header", KERNEL_HEADERS, ids=short)
def test_each_header_of_the_kernel_stands_alone(header: Path, tmp_path: Path) -> None:
    source = tmp_path / "own.c"
    source.write_text(f'#include "{header}"\nint main(void) {{ return 0; }}\n')
    compile_quietly(["cc"], "-std=c11", "-fsyntax-only", source)


@pytest.mark.parametrize("compiler", C_COMPILERS, ids=lambda names: names[0])
@pytest.mark.parametrize("source", COMPILED, ids=short)
def test_a_source_brings_no_warning(compiler: list[str], source: Path) -> None:
    flags: list[str | Path] = ["-std=c11", *thoroughly(compiler, source, "-O1")]
    if "Python.h" in source.read_text("utf-8"):
        python = Path(sysconfig.get_path("include"))
        if not (python / "Python.h").is_file():
            missing(f"no header of Python in {python}")
        # Not ours; and its tables of slots hold functions as void *, which ISO C has not.
        flags += ["-isystem", python, "-Wno-pedantic"]
    compile_quietly(compiler, *flags)


def test_public_names_have_one_prefix(tmp_path: Path) -> None:
    """What a header defines beside those of the standard library."""
    for header in PUBLIC:
        own = macros(f'#include "{header}"\n') - macros(
            "".join(
                f"#include <{name}.h>\n" for name in ("emmintrin", "stddef", "stdint", "string")
            )
        )
        assert {name for name in own if not name.startswith("BLK_")} <= {
            "BLOCKLIST_H",
            "BLOCKLIST_KERNEL_H",
        }
    kernel = [KERNEL / "kernel.h", *(KERNEL / "kernel").rglob("*.h")]
    for path in [PACKAGE / "c" / "blocklist.h", *kernel]:
        text = path.read_text("utf-8")
        functions = re.findall(r"^(?!#)\w[^\n;={}]*?(\w+)\(", text, re.MULTILINE)
        types = re.findall(r"^(?:typedef .*?|\} )(\w+);", text, re.MULTILINE)
        assert {name for name in functions + types if not name.startswith("blk_")} <= {
            "__attribute__"
        }, short(path)


def macros(text: str) -> set[str]:
    program = shutil.which("cc")
    if program is None:
        missing("no C compiler")
    done = subprocess.run(
        [program, "-std=c11", "-dM", "-E", *PLACES, "-"],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(re.findall(r"^#define (\w+)", done.stdout, re.MULTILINE))


def without_comments(text: str) -> str:
    """The text with strings and comments emptied, line by line the same."""
    return re.sub(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
        lambda found: "\n" * found[0].count("\n"),
        text,
        flags=re.DOTALL,
    )


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_function_is_long_or_deep(path: Path) -> None:
    """At most 60 lines, and four blocks in the outermost."""
    text = without_comments(path.read_text("utf-8"))
    for found in re.finditer(r"^\w[^;{}]*\) \{\n.*?^\}$", text, re.MULTILINE | re.DOTALL):
        name = re.search(r"(\w+)\(", found[0])
        depth = deepest = 0
        for mark in re.findall("[{}]", found[0]):
            depth += 1 if mark == "{" else -1
            deepest = max(deepest, depth)
        assert depth == 0, name
        assert found[0].count("\n") < 60, name
        assert deepest <= 5, name


def test_the_sources_are_formatted() -> None:
    program = shutil.which("clang-format", path=sysconfig.get_path("scripts"))
    if program is None:
        pytest.skip("no clang-format in this environment; the extra 'lint' holds it")
    done = subprocess.run(
        [program, "--dry-run", "--Werror", *SOURCES], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
