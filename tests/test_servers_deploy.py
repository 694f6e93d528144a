"""The page on deployment: its job runs, its units are understood by systemd."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from servers.page import fenced, fenced_all, put
from servers.program import find_program

pytestmark = pytest.mark.no_core

PAGE = "deploy.md"
ORDER = '[[order]]\nid = "it:{0}:1"\njurisdiction = "IT"\ntargets = ["{0}.example"]\n'


class Job:
    """The job of the page, with our folders, and an ``rndc`` that fails or notes its call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.orders = folder / "etc" / "orders"
        self.image = folder / "state" / "it.blk"
        self.zone = folder / "zones" / "blocklist.rpz"
        for path in (self.orders, self.image.parent, self.zone.parent, folder / "bin"):
            path.mkdir(parents=True)
        (folder / "etc" / "protected.txt").write_text("example.org\n", "utf-8")
        search = ":".join(filter(None, sys.path))
        ours = f'PYTHONPATH={search} exec {sys.executable} -W error -m blocklist "$@"'
        asked = f'[ "$1" != probe ] || {{ echo "$@" >> {folder}/probe.log; exit "${{SEEN:-0}}"; }}'
        self.put_program("blocklist", f"{asked}\n{ours}")
        self.put_program("rndc", f'echo "$@" >> {folder}/rndc.log')
        text = put(
            fenced(PAGE, "bash"),
            ("/opt/blocklist/bin", folder / "bin"),
            ("/etc/blocklist", folder / "etc"),
            ("/var/lib/blocklist", self.image.parent),
            ("/var/cache/bind/blocklist", self.zone.parent),
        )
        self.script = folder / "etc" / "update"
        self.script.write_text(text, "utf-8")
        self.script.chmod(0o755)

    def put_program(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.script], capture_output=True, text=True, check=False)

    def reloads(self) -> list[str]:
        log = self.folder / "rndc.log"
        return log.read_text("utf-8").splitlines() if log.exists() else []


@pytest.fixture
def job(tmp_path: Path) -> Job:
    job = Job(tmp_path)
    (job.orders / "one.toml").write_text(ORDER.format("one"), "utf-8")
    return job


def test_the_job_enforces_a_change_and_only_a_change(job: Job) -> None:
    done = job.run()
    assert done.returncode == 0, done.stderr
    assert "one.example CNAME ." in job.zone.read_text("utf-8")
    assert [path.stat().st_mode & 0o777 for path in (job.image, job.zone)] == [0o640, 0o640]
    assert job.run().returncode == 0
    assert job.reloads() == ["reload rpz.blocklist"]
    (job.orders / "two.toml").write_text(ORDER.format("two"), "utf-8")
    assert job.run().returncode == 0
    assert "two.example CNAME ." in job.zone.read_text("utf-8")
    assert job.reloads() == ["reload rpz.blocklist"] * 2
    assert list(job.image.parent.iterdir()) == [job.image]


def test_the_job_keeps_the_image_if_an_order_vanished(job: Job) -> None:
    (job.orders / "two.toml").write_text(ORDER.format("two"), "utf-8")
    assert job.run().returncode == 0
    before = job.image.read_bytes()
    (job.orders / "two.toml").unlink()
    done = job.run()
    assert done.returncode == 2, done.stderr
    assert job.image.read_bytes() == before
    assert len(job.reloads()) == 1


def test_the_job_tries_again_after_a_reload_that_failed(job: Job) -> None:
    job.put_program("rndc", "exit 1")
    assert job.run().returncode == 1
    assert not job.image.exists()
    job.put_program("rndc", "exit 0")
    assert job.run().returncode == 0
    assert job.image.exists()


def test_the_job_fails_if_the_zone_is_not_served(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever becomes of a zone, ``rndc`` exits with 0."""
    monkeypatch.setenv("SEEN", "1")
    assert job.run().returncode == 1
    assert not job.image.exists()
    monkeypatch.delenv("SEEN")
    assert job.run().returncode == 0
    assert job.image.exists()
    first, second = (job.folder / "probe.log").read_text("utf-8").splitlines()
    assert first == second == f"probe {job.image}.new --resolver 127.0.0.1 --canary --within 60s"


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    program = find_program("systemd-analyze")
    service, timer = fenced_all(PAGE, "ini")
    service = put(service, ("/etc/blocklist/update", "/bin/true"))
    (tmp_path / "blocklist-update.service").write_text(service, "utf-8")
    (tmp_path / "blocklist-update.timer").write_text(timer, "utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", tmp_path / "blocklist-update.timer"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "blocklist-update" in line]
    assert told == []
    assert done.returncode == 0, done.stderr
