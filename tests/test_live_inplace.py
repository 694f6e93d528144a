"""Whatever is done to the file in use: no process dies of it, and no answer is unverified."""

from __future__ import annotations

import contextlib
import errno
import logging
import mmap
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import prometheus_client
import pytest
from helpers import image
from scale import size
from servers.program import free_port, until
from servers.starving import query

from blocklist import Blocklist, Image, LiveBlocklist, NotAnImageError, ReloadRejectedError
from blocklist.image import privatecopy
from blocklist.integrations.squid import SquidHelper
from blocklist.live.filesignature import FileSignature
from blocklist.live.metrics import Metrics

needs_memfd = pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="no memfd here")
NAMES = [f"name{number}.example" for number in range(20_000)]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Two images of about one size that block other names, and noise as long as the first."""
    folder = tmp_path_factory.mktemp("images")
    for name, tail in (("one", "org"), ("two", "net")):
        image(f"only.{tail}", *(f"{number}.{tail}" for number in NAMES)).save(folder / name)
    noise = bytes(os.urandom((folder / "one").stat().st_size))
    (folder / "noise").write_bytes(noise)
    return folder / "one", folder / "two", folder / "noise"


def by_cp(source: Path, target: Path) -> None:
    subprocess.run(["cp", source, target], check=True)


def by_dd(source: Path, target: Path) -> None:
    where = [f"if={source}", f"of={target}", "bs=4k", "conv=notrunc", "status=none"]
    subprocess.run(["dd", *where], check=True)
    os.truncate(target, source.stat().st_size)  # what is left of a longer image is none


def by_rsync(source: Path, target: Path) -> None:
    """Write as ``rsync --inplace`` does: block for block, then the length and the old times."""
    with source.open("rb") as new, target.open("r+b", buffering=0) as old:
        while chunk := new.read(32_768):
            old.write(chunk)
        old.truncate()
    status = source.stat()
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def by_emptying(source: Path, target: Path) -> None:
    os.truncate(target, 0)
    with target.open("r+b") as file, source.open("rb") as new:
        shutil.copyfileobj(new, file)


WAYS: list[Callable[[Path, Path], None]] = [by_cp, by_dd, by_rsync, by_emptying]
ASKING = """
    import sys
    from pathlib import Path
    from blocklist import LiveBlocklist, ReloadRejectedError
    live, end = LiveBlocklist(sys.argv[1]), Path(sys.argv[2])
    rounds = 0
    print("asking", flush=True)
    while not end.exists():
        current = live.current
        ends = {tail: current.is_blocked(f"only.{tail}") for tail in ("org", "net")}
        assert sum(ends.values()) == 1, ends
        for number in range(0, 20_000, 7):
            for tail, is_blocked in ends.items():
                assert current.is_blocked(f"name{number}.example.{tail}") is is_blocked, number
        assert current.match(f"name{rounds % 20_000}.example.{'org' if ends['org'] else 'net'}")
        try:
            live.refresh()
        except ReloadRejectedError:
            pass
        rounds += 1
    live.refresh()
    print(live.is_blocked("only.net"), rounds)
"""


@pytest.mark.parametrize("write", WAYS)
def test_written_in_place_while_it_answers(
    write: Callable[[Path, Path], None], images: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    one, two, noise = images
    used, end = tmp_path / "it.blk", tmp_path / "end"
    shutil.copy(one, used)
    asking = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(ASKING), used, end],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert asking.stdout is not None
    assert asking.stdout.readline() == "asking\n"
    for _ in range(size(400, 40)):
        for source in (two, noise, one, noise, two):
            write(source, used)
            assert asking.poll() is None
    end.touch()
    told, errors = asking.communicate(timeout=60)
    assert asking.returncode == 0, errors[-2000:]
    assert told.split()[0] == "True"  # the last one, which is good, was taken


@contextlib.contextmanager
def command(*words: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "blocklist", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("write", [by_cp, by_dd])
def test_serve_answers_from_its_copy(
    write: Callable[[Path, Path], None], images: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    one, two, noise = images
    used, port, upstream = tmp_path / "it.blk", free_port(), "127.0.0.1:9"  # nobody answers there
    shutil.copy(one, used)
    settings = tmp_path / "serve.toml"
    settings.write_text("check_every = 0.05\n")
    listen = f"127.0.0.1:{port}"
    with command(
        "serve", used, "--config", settings, "--upstream", upstream, "--listen", listen
    ) as server:
        assert server.stderr is not None
        while b"listening on" not in server.stderr.readline():
            assert server.poll() is None
        threading.Thread(target=server.stderr.read, daemon=True).start()
        for _ in range(size(50, 4)):
            for source in (noise, two, noise, one):
                write(source, used)
                # One of the two is blocked, also if it is swapped in between.
                assert any(is_answered(f"only.{tail}", port) for tail in ("org", "net", "org"))
        until(lambda: is_answered("only.org", port) and not is_answered("only.net", port))
        assert server.poll() is None


def is_answered(name: str, port: int) -> bool:
    """Whether a name is blocked; what is not gets SERVFAIL."""
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(20)
        client.connect(("127.0.0.1", port))
        client.send(query(name, 7))
        return client.recv(512)[3] & 0x0F == 0


@pytest.mark.parametrize("shares", [False, True])
def test_the_helper_of_squid_copies_or_maps(
    shares: bool, images: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    used = tmp_path / "it.blk"
    shutil.copy(images[0], used)
    with command("squid-helper", used, *["--share"] * shares) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        for turn in range(4):
            helper.stdin.write(b"0 only.org\n1 only.net\n")
            helper.stdin.flush()
            assert helper.stdout.readline().startswith(b"0 OK"), turn
            assert helper.stdout.readline() == b"1 ERR\n"
            maps = Path(f"/proc/{helper.pid}/maps").read_text()
            assert (str(used) in maps) is shares
            if shares:
                break
            by_cp(images[2], used)
            time.sleep(1.1)  # it looks once a second
        helper.stdin.close()
        assert helper.wait(20) == 0


def test_the_last_good_one_answers_after_noise(
    images: tuple[Path, Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, noise = images
    used = tmp_path / "it.blk"
    shutil.copy(one, used)
    live = LiveBlocklist(used)
    by_dd(noise, used)
    with pytest.raises(ReloadRejectedError, match="the last good image stays in use"):
        live.refresh()
    assert live.is_blocked("only.org")
    assert live.match("only.org") is not None
    assert not [record for record in caplog.records if record.levelno >= logging.CRITICAL]
    by_cp(two, used)
    assert live.refresh() is not None
    assert live.is_blocked("only.net")


def test_times_that_are_set_back_hide_no_change(
    images: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    one, _, noise = images
    used = tmp_path / "it.blk"
    shutil.copy(one, used)
    live, status = LiveBlocklist(used), used.stat()
    by_dd(noise, used)
    os.utime(used, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(ReloadRejectedError):
        live.refresh()


def test_a_mapped_file_written_over_with_a_good_image(
    images: tuple[Path, Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, _ = images
    used = tmp_path / "it.blk"
    shutil.copy(one, used)
    live = LiveBlocklist(used, share=True)
    old = live.current
    by_rsync(two, used)
    assert live.refresh() is not None
    assert [vars(r)["event"] for r in caplog.records if r.levelno >= logging.CRITICAL] == [
        "image.overwritten"
    ]
    assert live.is_blocked("only.net")
    assert not live.is_blocked("only.org")
    with pytest.raises(ValueError, match="closed"):
        old.is_blocked("only.org")  # it would read the other image's octets
    # What is written in place is copied, so the next time nothing is lost.
    os.truncate(used, 100)
    with pytest.raises(ReloadRejectedError, match="the last good image stays in use"):
        live.refresh()
    assert live.is_blocked("only.net")


@pytest.mark.parametrize("loses", [False, True])
def test_a_mapped_file_written_over_with_what_is_refused(
    loses: bool,
    images: tuple[Path, Path, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one, _, noise = images
    used, less = tmp_path / "it.blk", tmp_path / "less.blk"
    shutil.copy(one, used)
    image("only.org").save(less)
    live = LiveBlocklist(used, share=True)
    # Not shorter than it was: on a mapped file that is no test, but the end of the process.
    by_rsync(noise, used) if not loses else used.write_bytes(less.read_bytes())
    with pytest.raises(ReloadRejectedError, match="overwrote the last good one") as told:
        live.refresh()
    assert told.value.live_rules == 0
    assert len([r for r in caplog.records if r.levelno >= logging.CRITICAL]) == 1
    questions: list[Callable[[], object]] = [
        lambda: live.is_blocked("only.org"),
        lambda: live.is_blocked_many(["only.org"]),
        lambda: live.match("only.org"),
        lambda: live.current.is_blocked("only.org"),
    ]
    for question in questions:
        with pytest.raises(ValueError, match="closed"):
            question()
    assert (len(live), repr(live)) == (0, f"<LiveBlocklist {used}: None>")
    assert SquidHelper(live).reply(b"7 only.org") == b'7 BH message="no image"\n'
    metrics = Metrics(prometheus_client.CollectorRegistry())
    metrics.watch(live)
    path = {"path": str(used)}
    assert metrics.registry.get_sample_value("blocklist_rules", path) == 0
    assert live.refresh() is None
    new = tmp_path / "new"
    shutil.copy(one, new)
    new.replace(used)  # the same image as at first, which is used again
    assert live.refresh() is not None
    assert live.is_blocked("only.org")
    assert len(live) == len(NAMES) + 1
    assert metrics.registry.get_sample_value("blocklist_rules", path) == len(live)


def test_another_mode_or_link_is_no_overwriting(
    images: tuple[Path, Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    used = tmp_path / "it.blk"
    shutil.copy(images[0], used)
    live = LiveBlocklist(used, share=True)
    used.chmod(0o600)
    assert live.refresh() is None
    os.link(used, tmp_path / "link")
    assert live.refresh() is None
    assert not [r for r in caplog.records if r.levelno >= logging.CRITICAL]
    assert live.is_blocked("only.org")


def test_a_file_that_was_replaced_is_no_overwriting(
    images: tuple[Path, Path, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, noise = images
    used, new = tmp_path / "it.blk", tmp_path / "new"
    shutil.copy(one, used)
    live = LiveBlocklist(used, share=True)
    for source in (two, noise):
        shutil.copy(source, new)
        new.replace(used)
        if source is two:
            assert live.refresh() is not None
        else:
            with pytest.raises(ReloadRejectedError, match="the last good image stays in use"):
                live.refresh()
    assert live.is_blocked("only.net")
    assert not [r for r in caplog.records if r.levelno >= logging.CRITICAL]


# ---- the copy ------------------------------------------------------------------------------


@needs_memfd
def test_sealed_memory_is_passed_on_without_a_copy(
    images: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    used = tmp_path / "it.blk"
    shutil.copy(images[0], used)
    copy = Blocklist.open(used, share=False)
    descriptor = copy.image.descriptor
    assert descriptor is not None
    used.unlink()
    script = f"""
        from blocklist import Blocklist
        from blocklist.image import privatecopy
        privatecopy._copy = None
        blocked = Blocklist.open("/dev/fd/{descriptor}", share=False)
        print(blocked.is_blocked("only.org"), blocked.image.digest)
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        pass_fds=[descriptor], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == ["True", copy.image.digest]
    with pytest.raises(PermissionError), open(descriptor, "r+b", closefd=False) as file:
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_WRITE)
    with pytest.raises(OSError, match="not permitted"):
        os.truncate(descriptor, 0)
    copy.close()
    assert copy.image.descriptor is None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def refused(*_: object) -> int:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


@pytest.mark.parametrize("has_memfd", [False, True])
def test_without_sealed_memory(
    has_memfd: bool,
    images: tuple[Path, Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if has_memfd:
        monkeypatch.setattr(os, "memfd_create", refused, raising=False)
    else:
        monkeypatch.setattr(privatecopy, "_SEALS", 0)
    used = tmp_path / "it.blk"
    shutil.copy(images[0], used)
    copy = Blocklist.open(used, share=False)
    assert copy.image.descriptor is None
    os.truncate(used, 0)
    assert copy.is_blocked("only.org")
    assert copy.image.octets.readonly
    assert bytes(copy.image) == images[0].read_bytes()


@pytest.mark.parametrize("seals", [0, privatecopy._SEALS])
def test_a_file_that_is_cut_short_while_it_is_read(
    seals: int, images: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privatecopy, "_SEALS", seals)
    with images[0].open("rb") as file, pytest.raises(NotAnImageError, match="cut short while"):
        privatecopy.private_copy(file, images[0].stat().st_size + 1, "it.blk")


def test_damage_is_found_in_the_copy(images: tuple[Path, Path, Path]) -> None:
    with pytest.raises(NotAnImageError):
        Image.open(images[2], share=False)


def test_forked_workers_share_the_copy(images: tuple[Path, Path, Path]) -> None:
    """Pss of a worker is about its share of the image, not a copy of it."""
    script = f"""
        import os
        from blocklist import Blocklist
        blocked = Blocklist.open({str(images[0])!r}, share=False)
        bytes(blocked.image)  # all pages are there
        def pss():
            lines = open("/proc/self/smaps").read().split("VmFlags")
            return sum(
                int(line.split()[1])
                for part in lines if "memfd:blocklist" in part or "/dev/zero" in part
                for line in part.splitlines() if line.startswith("Pss:")
            )
        alone = pss()
        reading, writing = os.pipe()
        if not (child := os.fork()):
            bytes(blocked.image)
            os.write(writing, str(pss()).encode())
            os._exit(0)
        shared = int(os.read(reading, 20))
        os.waitpid(child, 0)
        print(alone, shared)
    """
    if not Path("/proc/self/smaps").exists() or not hasattr(os, "memfd_create"):
        pytest.skip("no smaps or memfd here")
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    alone, shared = map(int, told.stdout.split())
    assert alone * 1024 >= images[0].stat().st_size
    assert shared <= alone * 0.6


def test_a_mapped_file_that_is_being_overwritten_is_lost_and_looked_at_again(
    images: tuple[Path, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the rejected octets may be changed within one tick of the clock."""
    one, two, noise = images
    used = tmp_path / "it.blk"
    shutil.copy(one, used)
    live = LiveBlocklist(used, share=True)
    by_cp(noise, used)
    monkeypatch.setattr(FileSignature, "is_being_written", lambda _: True)
    with pytest.raises(ReloadRejectedError, match="it overwrote the last good one"):
        live.refresh()
    with pytest.raises(ValueError, match="closed"):
        live.is_blocked("only.org")
    with pytest.raises(ReloadRejectedError):
        live.refresh()
    by_cp(two, used)
    assert live.refresh() is not None
    assert live.is_blocked("only.net")
