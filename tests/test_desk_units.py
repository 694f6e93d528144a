"""Units that run a desk: what they name, and what systemd says of them."""

from __future__ import annotations

import grp
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_folder import IMAGE, DeskFolder

from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

SOURCE = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.fixture
def desk(tmp_path: Path) -> DeskFolder:
    desk = DeskFolder(tmp_path)
    grouped = IMAGE.replace("out/", "served/it/").replace('"image"\nf', '"two"\nf')
    desk.configure(SOURCE, IMAGE, grouped, f'group = "{GROUP}"\n')
    return desk


def units(desk: DeskFolder, *words: str) -> str:
    result = CliRunner().invoke(cli, ["units", str(desk.path / "run.toml"), *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_what_is_printed(desk: DeskFolder) -> None:
    said = units(desk, "--user", "desk", "--program", "/opt/x/blocklist")
    path = desk.path
    assert f"ExecStart=/opt/x/blocklist run {path}/run.toml --ahead 60\n" in said
    assert f"ReadWritePaths=-{path}/state -{path}/out -{path}/served/it\n" in said
    assert f"SupplementaryGroups={GROUP}\n" in said
    assert "SuccessExitStatus=75\n" in said
    assert "AccuracySec=1s\n" in said
    assert f"# install -d -o desk -g {GROUP} -m 2750 {path}/served/it\n" in said
    assert (
        f"# useradd --system --home-dir {path}/state --shell /usr/sbin/nologin -G {GROUP} desk\n"
        in said
    )
    # A folder that is there already may be that of another program.
    assert f"{path}/out is there: it must be writable for the user" in said
    assert f"install -d -o desk -g desk -m 0755 {path}/out" not in said


def test_a_record_elsewhere_may_be_written(desk: DeskFolder) -> None:
    config = desk.path / "run.toml"
    text = config.read_text()
    config.write_text(f"{text}[history]\n")
    assert "history" not in units(desk)  # it lies in the state folder
    config.write_text(f'{text}[history]\nfolder = "record"\n')
    said = units(desk, "--user", "desk")
    assert f" -{desk.path}/record\n" in said
    assert f"# install -d -o desk -g desk -m 0755 {desk.path}/record\n" in said


def test_a_cron_line(desk: DeskFolder) -> None:
    last = units(desk, "--cron").splitlines()[-1]
    file = desk.path / "run.toml"
    assert last == (
        f"* * * * * blocklist /opt/blocklist/bin/blocklist run {file} --ahead 60 >/dev/null"
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
def test_systemd_takes_the_units_and_finds_them_safe(desk: DeskFolder) -> None:
    assert units(desk, "--program", shutil.which("true") or "", "-o", str(desk.path)) == ""
    files = [str(desk.path / f"blocklist.{kind}") for kind in ("service", "timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", files[0]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"exposure level for .*: ([0-9.]+)", done.stdout)
    assert found
    assert float(found[1]) <= 2.0
