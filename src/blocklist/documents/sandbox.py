"""CHILD: one conversion in a Python process of its own, with limits of time and memory.

The PDF library is C++ that parses hostile octets: a crash, a hang or an appetite for memory ends
the child, and is an error of that file here.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MEMORY = 3 << 30
"""The address space of a child, in octets, where the system can limit it."""
_APPETITE = 100 << 20
_APPETITE_RATIO = 64
_OTHER_VERSION = 86
# Isolated, and without site packages of its own: what this process imports is what it imports.
_PROGRAM = f"""
import json, sys
options = json.loads(sys.argv[1])
if list(sys.version_info[:2]) != options["version"]:
    sys.exit({_OTHER_VERSION})
sys.path[:] = options["path"]
from blocklist.documents.{{module}} import main
main(options)
"""


class ChildError(Exception):
    """The child gave no answer; the text says why, to follow the name of the document."""


def run_child(module: str, data: bytes, seconds: float, **options: Any) -> dict[str, Any]:
    """Return what ``main`` of a module of ``documents`` writes, in a process of its own.

    Args:
        module: its name.
        data: what it reads from its standard input.
        seconds: how long it may take.
        **options: what ``main`` is given, in JSON.

    Raises:
        ChildError: it crashed, took too long, or could not be started.
    """
    here = str(Path(__file__).resolve().parents[2])
    options["version"] = list(sys.version_info[:2])
    options["path"] = [here, *(path for path in sys.path if path)]
    options |= {"seconds": seconds, "memory": MEMORY}
    program = _PROGRAM.format(module=module)
    for python in _pythons():
        command = [python, "-I", "-S", "-c", program, json.dumps(options)]
        try:
            status, out = _run(command, data, seconds)
        except OSError:
            continue
        if status == _OTHER_VERSION:
            continue
        try:
            answer = json.loads(out) if status == 0 else None
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise ChildError(
                "that crashes its reader, or takes more memory than any order does (the file is "
                "probably damaged)"
            )
        return answer
    raise ChildError(
        f"which is read in a process apart, and there is no Python {sys.version_info[0]}."
        f"{sys.version_info[1]} beside this one to run it; name one by "
        "multiprocessing.set_executable"
    )


def limit_self(seconds: float, memory: int) -> None:
    """Set the limits of this process, the child, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows; the time limit is the parent's
        return
    limits = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, int(seconds) + 1))
    for which, limit in (*limits, (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(which, (limit, limit))
        except (ValueError, OSError):  # macOS does not limit address space; or it is lower already
            continue


def limit_appetite(octets: int) -> None:
    """Limit what this process, the child, may add to its memory for a document of that size.

    A document of a few octets can draw itself for ever; what it may take grows with it.
    """
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        now = pages * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = now + _APPETITE + _APPETITE_RATIO * octets
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, OSError, ValueError, IndexError):  # where the system does not say
        return


def _run(command: list[str], data: bytes, seconds: float) -> tuple[int, bytes]:
    with subprocess.Popen(  # noqa: S603 - this Python, and a program written here
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            out, _ = child.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise ChildError(
                f"that takes more than {seconds:.0f} seconds to read; split it"
            ) from error
        finally:
            _kill(child)
        return child.returncode, out


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child, and what it started: Tesseract."""
    if child.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _pythons() -> Iterator[str]:
    """Yield programs that may be this Python: in a resolver, ``sys.executable`` is the resolver."""
    from multiprocessing import spawn

    chosen = os.fsdecode(spawn.get_executable() or "")
    tried = set()
    if chosen and chosen != sys.executable:
        tried.add(chosen)
        yield chosen
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    candidates = [Path(sys.executable or ""), Path(getattr(sys, "_base_executable", "") or "")]
    for prefix in dict.fromkeys((sys.exec_prefix, sys.base_exec_prefix)):
        candidates += [Path(prefix, "bin", f"python{version}"), Path(prefix, "bin", "python3")]
        candidates += [Path(prefix, "python.exe"), Path(prefix, "Scripts", "python.exe")]
    for candidate in candidates:
        python = candidate.name.lower().startswith(("python", "pypy"))
        if python and str(candidate) not in tried and candidate.is_file():
            tried.add(str(candidate))
            yield str(candidate)
