"""The library inside other programs: interpreters that start again, forks, threads, Unbound."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import image
from servers import unbound
from servers.program import find_program, missing
from strategies import wire

pytestmark = pytest.mark.no_core

ROOT = Path(__file__).parents[1]
SOURCE = Path(__file__).parent / "embedding" / "embed.c"


@pytest.fixture(scope="module", autouse=True)
def native() -> None:
    try:
        import blocklist._core._native  # noqa: F401
    except ImportError as error:
        if os.environ.get("BLOCKLIST_REQUIRE_NATIVE") == "1":
            raise
        pytest.skip(f"no native core: {error}")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("image") / "it.blk"
    image("example.com", "faß.de", *(f"n{i}.example.net" for i in range(2000))).save(path)
    return path


def environment() -> dict[str, str]:
    """Ours, with every folder that this process imports from."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BLOCKLIST_")}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def run(*command: str | Path, seconds: int = 120) -> str:
    done = subprocess.run(
        command, env=environment(), capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


# ---- a host in C ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def embed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host, linked with the library of the Python that runs the tests."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None:
        missing(f"no C compiler: {compiler}")
    names = (sysconfig.get_config_var(key) for key in ("LDLIBRARY", "LIBRARY"))
    folders = (sysconfig.get_config_var(key) for key in ("LIBDIR", "LIBPL"))
    places = [Path(folder, name) for name in names if name for folder in folders if folder]
    library = next((path for path in places if path.is_file()), None)
    header = Path(sysconfig.get_path("include"), "Python.h")
    if library is None or not header.is_file():
        missing(f"nothing to link with: {places}, {header}")
    target = tmp_path_factory.mktemp("embed") / "embed"
    flags = [sysconfig.get_config_var(key) or "" for key in ("LIBS", "SYSLIBS", "LINKFORSHARED")]
    command = [
        compiler, "-std=c11", "-Wall", "-Werror", f"-I{header.parent}", str(SOURCE), str(library),
        f"-Wl,-rpath,{library.parent}", *shlex.split(" ".join(flags)), "-o", str(target),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.mark.parametrize("how", ["one", "shared", "own"])
def test_python_ends_and_starts_again(embed: Path, saved: Path, how: str) -> None:
    if how == "own" and sys.version_info < (3, 12):
        pytest.skip("interpreters with a GIL of their own came with Python 3.12")
    command: list[str | Path] = [embed, saved, how]
    if subprocess.run([*command, "bare"], capture_output=True, check=False).returncode:
        pytest.skip("this Python does not live through that by itself")
    assert run(*command).splitlines() == ["round 1", "round 2", "round 3"]


# ---- processes and threads -----------------------------------------------------------------


def run_script(script: str, *arguments: str | Path) -> str:
    return run(sys.executable, "-X", "faulthandler", "-c", script, *arguments)


FORK = """
import os, sys
from blocklist import Blocklist
blocked = Blocklist.open(sys.argv[1])
def check():
    assert blocked.is_blocked("www.example.com") and not blocked.is_blocked("example.org")
    assert blocked.is_blocked("a.fa\\xdf.de") and blocked.match("n7.example.net")
    assert blocked.is_blocked_many(["n1.example.net", "x"]) == [True, False]
check()
for _ in range(5):
    child = os.fork()
    if not child:
        try:
            check()
            blocked.close()
            os._exit(0)
        finally:
            os._exit(1)
    check()
    assert os.waitpid(child, 0)[1] == 0
check()
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_asks_and_closes(saved: Path) -> None:
    assert run_script(FORK, saved) == "done\n"


CLOSE = """
import sys, threading, time
from blocklist import Blocklist
try:
    import pyarrow as pa
except ImportError:
    pa = None
sys.setswitchinterval(1e-6)
plain = [f"n{i}.example.net" for i in range(2000)]
other = [f"\\xe9{i}.n{i}.example.net" for i in range(2000)]
mixed = [name for pair in zip(plain, other) for name in pair]
columns = [pa.array(plain * 20), pa.array(mixed, pa.large_string())] if pa else []
def each(blocked):
    ask = blocked.is_blocked
    for name in mixed: assert ask(name)
def scripts(blocked):
    for name in other: assert blocked.is_blocked(name)
def many(blocked): assert all(blocked.is_blocked_many(mixed))
def drawn(blocked): assert all(blocked.is_blocked_many(name for name in mixed))
def column(blocked):
    for names in columns:
        answers = blocked.is_blocked_many(names)
        assert answers.true_count == len(names)
def evidence(blocked):
    for name in plain: assert blocked._core._covering(name)
errors, ended = [], []
def work(ask, blocked):
    try:
        for _ in range(10000): ask(blocked)
    except ValueError as error:
        ended.append(str(error))
    except BaseException as error:
        errors.append(error)
for turn in range(int(sys.argv[2])):
    blocked = Blocklist.open(sys.argv[1], verify=False)
    asks = (each, scripts, many, drawn, evidence) + (column,) * bool(pa)
    threads = [threading.Thread(target=work, args=(ask, blocked)) for ask in asks]
    for thread in threads: thread.start()
    time.sleep(0.001 * (turn % 10))
    blocked.close()
    del blocked
    for thread in threads: thread.join()
assert not errors, errors
assert len(ended) == len(threads) * int(sys.argv[2])
print(*sorted(set(ended)), sep="\\n")
"""


def test_threads_ask_while_another_closes(saved: Path) -> None:
    assert run_script(CLOSE, saved, "30") == "the blocklist is closed\n"


MIDWAY = """
import sys
from blocklist import Blocklist
def drawn():
    yield "n1.example.net"
    blocked.close()
    for i in range(5000): yield f"n{i}.example.net"
class Name(str):
    pass
class Closing:
    def __iter__(self):
        blocked.close()
        return iter(["n1.example.net", "\\xe9.example.com"])
for names in (drawn(), Closing()):
    blocked = Blocklist.open(sys.argv[1])
    try: blocked.is_blocked_many(names)
    except ValueError as error: print(error)
# Closed by the code that reads a name in another script, while a batch is under way.
from ipaddress import IPv4Address, IPv6Address
from blocklist._core import _native
from blocklist.model.addresses import packed_address
from blocklist import Image
def closing(name):
    core.close()
    return "n1.example.net"
octets = Image.open(sys.argv[1])
core = _native.Core(octets.octets, closing, (IPv4Address, IPv6Address), packed_address, b"")
print(core.is_blocked_many(["n1.example.net", "\\xe9", "n2.example.net", "x"]))
try: core.is_blocked("n1.example.net")
except ValueError as error: print(error)
octets.close()
"""


def test_closing_from_inside_a_question(saved: Path) -> None:
    assert run_script(MIDWAY, saved).splitlines() == [
        "the blocklist is closed",
        "the blocklist is closed",
        "[True, True, True, False]",
        "the blocklist is closed",
    ]


# ---- Unbound -------------------------------------------------------------------------------

MODULE = """# REFUSED for what the image blocks, NXDOMAIN for all else.
import site
import traceback
from pathlib import Path

site.addsitedir(SITE)

import blocklist

BLOCKED = []


def init_standard(module, environment):
    try:
        assert blocklist.BACKEND == "native"
        BLOCKED.append(blocklist.Blocklist.open(IMAGE))
        assert BLOCKED[0].is_blocked("x.fa\\xdf.de")
        with Path(STARTS).open("a") as starts:
            starts.write(f"{blocklist.__file__}\\n")
    except BaseException:
        traceback.print_exc()
        raise
    return True


def operate(module, event, state, data):
    if event in (MODULE_EVENT_NEW, MODULE_EVENT_PASS):
        is_blocked = BLOCKED[0].is_blocked(state.qinfo.qname)
        assert is_blocked is BLOCKED[0].is_blocked(state.qinfo.qname_str)
        state.return_rcode = RCODE_REFUSED if is_blocked else RCODE_NXDOMAIN
        state.ext_state[module] = MODULE_FINISHED
    else:
        state.ext_state[module] = MODULE_ERROR
    return True


def inform_super(module, state, super_state, data):
    return True


def deinit(module):
    return True
"""
CONFIGURATION = """
server:
    interface: 127.0.0.1@{port}
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    username: ""
    chroot: ""
    logfile: ""
    use-syslog: no
    num-threads: 1
    module-config: "python iterator"
python:
    python-script: "{folder}/module.py"
remote-control:
    control-enable: no
"""
REFUSED, NXDOMAIN = 5, 3


def question(number: int, name: str) -> bytes:
    """A query for the address of a name."""
    head = number.to_bytes(2, "big") + bytes.fromhex("0100 0001 0000 0000 0000")
    return head + wire(name) + bytes.fromhex("0001 0001")


class Server:
    """An Unbound of our own on a loopback port."""

    def __init__(self, folder: Path, site: Path, image: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.starts = folder / "starts"
        self.log = folder / "log"
        self.asked = 0
        values = {"SITE": site, "IMAGE": image, "STARTS": self.starts}
        script = "".join(f"{name} = {str(value)!r}\n" for name, value in values.items())
        (folder / "module.py").write_text(script + MODULE)
        configuration = CONFIGURATION.format(port=self.port, folder=folder)
        (folder / "unbound.conf").write_text(configuration)
        command = [find_program("unbound"), "-d", "-c", str(folder / "unbound.conf")]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=unbound.environment()
            )

    def wait_for_start(self, number: int) -> None:
        for _ in range(300):
            assert self.process.poll() is None, self.log.read_text()
            if self.starts.exists() and len(self.starts.read_text().splitlines()) >= number:
                return
            time.sleep(0.1)
        pytest.fail(self.log.read_text())

    def ask(self, name: str) -> int:
        """Return the code of the answer."""
        for _ in range(20):
            self.asked += 1
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(1)
                client.connect(("127.0.0.1", self.port))
                try:
                    client.send(question(self.asked, name))
                    answer = client.recv(512)
                except (TimeoutError, ConnectionRefusedError):
                    time.sleep(0.05)
                    continue
            if answer[:2] == self.asked.to_bytes(2, "big"):
                return answer[3] & 15
        pytest.fail(self.log.read_text())


@pytest.fixture
def server(tmp_path: Path, saved: Path) -> Iterator[Server]:
    started = Server(tmp_path, unbound.debian_site(), saved)
    yield started
    started.process.terminate()
    try:
        started.process.wait(60)
    except subprocess.TimeoutExpired:
        started.process.kill()
        started.process.wait(60)


def test_unbound_asks_and_reloads(server: Server) -> None:
    for start in range(1, 5):
        server.wait_for_start(start)
        for name, code in {
            "www.example.com": REFUSED,
            "WWW.ExAmPlE.CoM": REFUSED,
            "example.com": REFUSED,
            "n1999.example.net": REFUSED,
            "xn--fa-hia.de": REFUSED,
            "notexample.com": NXDOMAIN,
            "example.net": NXDOMAIN,
            f"{'a' * 63}.example.org": NXDOMAIN,
        }.items():
            assert server.ask(name) == code, (start, name)
        assert len(server.starts.read_text().splitlines()) == start
        if start < 4:
            server.process.send_signal(signal.SIGHUP)
    assert server.process.poll() is None
    assert "Traceback" not in server.log.read_text()
