"""PLACE CHECK: whether this machine lets a run do what ``run.toml`` says, and what to do if not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .runsettings import OutputSettings, RunSettings

_PROFILES = Path("/etc/apparmor.d")
READ_BELOW: dict[str, tuple[str, tuple[str, ...]]] = {
    "usr.sbin.named": ("bind", ("/etc/bind", "/var/lib/bind", "/var/cache/bind")),
    "usr.sbin.unbound": ("unbound", ("/etc/unbound", "/var/lib/unbound")),
}
"""Profile of AppArmor in Debian, the group of its program, and what it may read."""


def place_faults(settings: RunSettings) -> list[str]:
    """Return a sentence for each fault, with the line to run; no source is read."""
    return [
        *_state_faults(settings.state),
        *(
            f"source {source.name}: {source.base} is not there"
            for source in settings.sources
            if source.pattern and not source.base.is_dir()
        ),
        *(fault for output in settings.outputs for fault in _output_faults(output)),
    ]


def _state_faults(folder: Path) -> Iterator[str]:
    above = next(path for path in (folder, *folder.parents) if path.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        yield f"state: {above} is not writable; run: install -d -o {_user()} -m 0750 {folder}"


def _output_faults(output: OutputSettings) -> Iterator[str]:
    folder = output.path.parent
    group = f" -g {group_name(output.group)}" if output.group >= 0 else ""
    line = f"run: install -d -o {_user()}{group} -m 2750 {folder}"
    if not folder.is_dir():
        yield f"output {output.name}: {folder} is not there; {line}"
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield f"output {output.name}: {folder} is not writable; {line}"
    if output.group >= 0 and os.geteuid() != 0 and output.group not in _groups():
        name = group_name(output.group)
        yield (
            f"output {output.name}: {_user()} is not in group {name}; "
            f"run: usermod -aG {name} {_user()}"
        )
    for key in output.sign:
        yield from _key_faults(f"output {output.name}", key)
    for profile, (name, below) in READ_BELOW.items():
        is_for = output.group >= 0 and group_name(output.group) == name
        if is_for and (_PROFILES / profile).exists() and not str(output.path).startswith(below):
            yield (
                f"output {output.name}: AppArmor lets {name} read only below {', '.join(below)}; "
                "write it there"
            )


def _key_faults(where: str, path: Path) -> Iterator[str]:
    from ..errors import BlocklistError
    from ..signing.keyfile import read_key

    try:
        read_key(path)
    except FileNotFoundError:
        yield f"{where}: {path} is not there; run: blocklist key new {path} --name NAME"
    except OSError as error:
        yield f"{where}: {path}: {error.strerror}; it must belong to {_user()}"
    except BlocklistError as error:
        yield f"{where}: {error}"


def _groups() -> set[int]:
    return {os.getegid(), *os.getgroups()}


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def group_name(number: int) -> str:
    """Return the name of a group, or its number if it has none."""
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
