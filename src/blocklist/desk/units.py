"""UNITS: what runs a desk each minute, for the outputs of its file: systemd units, or a cron line.

Only text: nothing is installed. Folders that a run writes are named one by one, so that the service
can write nothing else.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from .placecheck import READ_BELOW, group_name
from .runsettings import RunSettings

_HARDENING = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectProc=invisible
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources"""
_TIMER = """\
[Unit]
Description=Enforce blocking orders each minute

[Timer]
OnCalendar=minutely
AccuracySec=1s
Persistent=true

[Install]
WantedBy=timers.target
"""
_SERVICES = {"bind": "named.service", "unbound": "unbound.service"}
_AHEAD = 60


def setup_lines(settings: RunSettings, user: str) -> Iterator[str]:
    """Yield the commands that make user and folders, once, as root; of folders those to be made."""
    groups = _groups(settings)
    also = f" -G {','.join(groups)}" if groups else ""
    state = shlex.quote(str(settings.state))
    yield f"useradd --system --home-dir {state} --shell /usr/sbin/nologin{also} {user}"
    yield f"install -d -o {user} -g {user} -m 0750 {state}"
    for folder, group in _folders(settings).items():
        if folder.is_dir():
            continue  # its owner may be another program
        owner, mode = (f"-g {group}", "2750") if group else (f"-g {user}", "0755")
        yield f"install -d -o {user} {owner} -m {mode} {shlex.quote(str(folder))}"


def notes(settings: RunSettings) -> Iterator[str]:
    """Yield what no command here sets right: folders of others, and what AppArmor forbids."""
    for folder, group in _folders(settings).items():
        if folder.is_dir():
            reader = f" and read by the group {group}" if group else ""
            yield f"{folder} is there: it must be writable for the user{reader}"
    for output in settings.outputs:
        group = group_name(output.group) if output.group >= 0 else ""
        for profile, (name, below) in READ_BELOW.items():
            if group == name and not str(output.path).startswith(below):
                yield (
                    f"AppArmor ({profile}): {name} reads only below {', '.join(below)}, "
                    f"and {output.path} is elsewhere"
                )


def service_unit(settings: RunSettings, user: str, program: str) -> str:
    """Return ``blocklist.service``."""
    groups = _groups(settings)
    after = [_SERVICES[group] for group in groups if group in _SERVICES]
    written = [f"-{folder}" for folder in (settings.state, *_folders(settings))]
    lines = [
        "[Unit]",
        "Description=Enforce blocking orders",
        *([f"After={' '.join(after)}"] if after else []),
        "",
        "[Service]",
        "Type=oneshot",
        f"User={user}",
        *([f"SupplementaryGroups={' '.join(groups)}"] if groups else []),
        "UMask=0027",
        f"ExecStart={program} run {settings.path} --ahead {_AHEAD}",
        "SuccessExitStatus=75",
        "TimeoutStartSec=15min",
        f"ReadWritePaths={' '.join(dict.fromkeys(written))}",
        _HARDENING,
    ]
    return "\n".join(lines) + "\n"


def timer_unit() -> str:
    """Return ``blocklist.timer``."""
    return _TIMER


def cron_line(settings: RunSettings, user: str, program: str) -> str:
    """Return a line of ``/etc/cron.d``; cron mails what is printed, and knows no exit codes."""
    return f"* * * * * {user} {program} run {settings.path} --ahead {_AHEAD} >/dev/null\n"


def _groups(settings: RunSettings) -> list[str]:
    numbers = {output.group for output in settings.outputs if output.group >= 0}
    return sorted(map(group_name, numbers))


def _folders(settings: RunSettings) -> dict[Path, str]:
    """Return the folders that a run writes, each with the group that reads them."""
    folders: dict[Path, str] = {}
    for output in settings.outputs:
        group = group_name(output.group) if output.group >= 0 else ""
        folders[output.path.parent] = group or folders.get(output.path.parent, "")
    if settings.alarm.metrics is not None:
        folders.setdefault(settings.alarm.metrics.parent, "")
    record = settings.record
    if settings.history is not None and settings.state not in record.parents:
        folders.setdefault(record, "")
    return folders
