"""RUN FILE: reads ``run.toml``; each error names the key and its line.

What a setting means to other rooms (a format, a response, a resolver) is checked only where the
caller asks for it: a cycle that finds nothing to do does not import them, nor what targets are.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..atomicfile import absolute, mode_of, owner_of
from ..errors import ConfigurationError
from ..model.countries import country
from ..model.durations import after_end
from ..model.pathpatterns import has_signs
from ..model.typedtoml import REQUIRED, TypedTable, read_toml
from .monthtable import KEY as COLLATERAL
from .monthtable import collateral_of
from .runkeys import arguments_of, duration_of, name_of, one_or_more
from .runsettings import (
    EACH,
    EDITIONS,
    HISTORY,
    IMAGE,
    KEEP,
    NEWEST,
    PREVIOUS,
    AlarmSettings,
    CheckSettings,
    GuardSettings,
    HistorySettings,
    OutputSettings,
    PopularSettings,
    ProbeSettings,
    RunSettings,
    SourceSettings,
)

DEFAULT = Path("/etc/blocklist/run.toml")
_ROOT = (
    "jurisdiction", "state", "keep_images", "guards", "source", "output", "probe", "history",
    "alarm", COLLATERAL,
)  # fmt: skip
_GUARDS = ("critical", "protect", "permit", "popular", "max_drop", "max_growth")
_KINDS = ("path", "image", "maildir")
_LOAD = ("format", "mapping", "column", "encoding", "scope", "authority", "issued_in", "ocr")
_SOURCE = (
    "name", *_KINDS, "from", "signature", "signed_by", "editions", "checksum", "max_age",
    "max_drop", "max_growth", "fetch", "fetch_timeout", "confidential", COLLATERAL, *_LOAD,
)  # fmt: skip
_OUTPUT = (
    "name", "format", "path", "owner", "group", "mode", "confidential", "options", "reload",
    "reload_timeout", "check", "on_failure", "sign", "valid_for", "shadow",
)  # fmt: skip
_OPTIONS = ("zone", "response", "ttl", "canary", "assume")
_HISTORY = ("folder", "key", "origin", "witness", "witness_timeout", "keep_sources", "retain")
_MAX_GROWTH = 1_000
_HOLD, _MENTION = 1_000, 10_000
_FEW = 1_000_000


def read_run_file(path: Path, *, thorough: bool = True) -> RunSettings:
    """Read a file.

    Args:
        path: of the file.
        thorough: also check what the settings mean to other rooms.

    Raises:
        ConfigurationError: one sentence with key and line.
        OSError: passes through.
    """
    octets = path.read_bytes()

    def fail(message: str, line: int | None) -> ConfigurationError:
        return ConfigurationError(message, path=str(path), line=line)

    try:
        text = octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise fail(f"not UTF-8: {error}", None) from None
    table = read_toml(text, fail, keys=_ROOT)
    folder = Path(absolute(path.parent))
    guards = _guards(table.table("guards", _GUARDS), folder)
    settings = RunSettings(
        path=path,
        digest=hashlib.sha256(octets).hexdigest(),
        state=folder / table.text("state"),
        jurisdiction=table.parsed("jurisdiction", country, None),
        keep_images=table.whole("keep_images", 10, low=1, high=_FEW),
        guards=guards,
        sources=tuple(_source(each, folder, guards) for each in table.tables("source", _SOURCE)),
        outputs=tuple(_output(each, folder) for each in table.tables("output", _OUTPUT)),
        probe=_probe(table.table("probe", ("per_order", "every", "reference"))),
        history=_history(table, folder),
        alarm=_alarm(table.table("alarm", ("deadlines", "metrics", "command", "repeat")), folder),
        collateral=collateral_of(table, folder),
    )
    _check_whole(settings, table)
    if thorough:
        from .meaning import check_meaning

        check_meaning(settings, table)
    return settings


def _guards(table: TypedTable, folder: Path) -> GuardSettings:
    critical: str | Path | None = table.text("critical", "default")
    if critical == "none":
        critical = None
    elif critical != "default":
        critical = folder / str(critical)
    popular = None
    if "popular" in table:
        one = table.table("popular", ("file", "hold", "mention"))
        popular = PopularSettings(
            folder / one.text("file"),
            one.whole("hold", _HOLD, high=_FEW),
            one.whole("mention", _MENTION, high=_FEW),
        )
    standard = GuardSettings()
    return GuardSettings(
        critical,
        table.texts("protect", ()),
        table.texts("permit", ()),
        popular,
        table.percent("max_drop", standard.max_drop),
        table.percent("max_growth", standard.max_growth, high=_MAX_GROWTH),
    )


def _source(table: TypedTable, folder: Path, guards: GuardSettings) -> SourceSettings:
    kinds = [kind for kind in _KINDS if kind in table]
    if len(kinds) != 1:
        raise table.error("path", "or image or maildir must be said: where the files are")
    is_image, is_mail = kinds == ["image"], kinds == ["maildir"]
    for key in ("from", "signature"):
        if key in table and not is_mail:
            raise table.error(key, "is of a maildir")
    if "signed_by" in table and not is_image:
        raise table.error("signed_by", "is of an image")
    if is_mail and "editions" in table:
        raise table.error("editions", "is nothing for a maildir: each message is an order")
    if is_image and (odd := next((key for key in (*_LOAD, "checksum") if key in table), None)):
        raise table.error(odd, "is nothing for an image, which is compiled already")
    base, pattern = _place(folder, table.text(kinds[0]))
    if is_image and pattern:
        raise table.error("image", "is one file")
    editions = table.choice("editions", EDITIONS, EACH)
    if "checksum" in table and editions != NEWEST:
        raise table.error("checksum", f'needs editions = "{NEWEST}": it is that of one file')
    return SourceSettings(
        name=name_of(table),
        base=base,
        pattern="**" if is_mail else pattern,
        editions=editions,
        options=_load_options(table, folder),
        checksum=_place(folder, table.text("checksum")) if "checksum" in table else None,
        image=is_image,
        maildir=is_mail,
        senders=table.texts("from", ()),
        signature="signature" in table and table.choice("signature", ("required",)) == "required",
        signed_by=one_or_more(table, "signed_by"),
        confidential=table.flag("confidential", False),
        max_age=duration_of(table, "max_age"),
        max_drop=table.percent("max_drop", guards.max_drop),
        max_growth=table.percent("max_growth", guards.max_growth, high=_MAX_GROWTH),
        fetch=arguments_of(table, "fetch"),
        fetch_timeout=table.duration("fetch_timeout", timedelta(seconds=60)),
        collateral=table.flag(COLLATERAL, False),
    )


def _place(folder: Path, text: str) -> tuple[Path, str]:
    """Return the folder that a pattern begins with, and the rest; of a folder, all below it."""
    parts = Path(text).parts
    fixed = next((at for at, part in enumerate(parts) if has_signs(part)), len(parts))
    base, pattern = folder.joinpath(*parts[:fixed]), "/".join(parts[fixed:])
    return (base, "**") if not pattern and base.is_dir() else (base, pattern)


def _load_options(table: TypedTable, folder: Path) -> dict[str, Any]:
    options: dict[str, Any] = {
        key: table.text(key) for key in ("format", "encoding", "authority") if key in table
    }
    if "mapping" in table:
        options["mapping"] = folder / table.text("mapping")
    if "column" in table:
        number = isinstance(table.value("column"), int)
        options["column"] = table.whole("column", low=1) if number else table.text("column")
    if "scope" in table:
        from ..model.targets import NAME_KINDS

        options["scope"] = table.choice("scope", [kind.value for kind in NAME_KINDS])
    if "issued_in" in table:
        options["jurisdiction"] = table.parsed("issued_in", country)
    if "ocr" in table:
        options["ocr"] = table.flag("ocr")
    return options


def _output(table: TypedTable, folder: Path) -> OutputSettings:
    user, group = -1, -1
    if "owner" in table:
        user, _ = table.parsed("owner", owner_of)
    if "group" in table:
        _, group = table.parsed("group", lambda text: owner_of(f":{text}"))
    kind = table.text("format")
    if kind == IMAGE and "options" in table:
        raise table.error("options", "are those of an export; an image has none")
    for key in ("sign", "valid_for"):
        if key in table and (kind != IMAGE or "sign" not in table):
            raise table.error(key, "is of an image" if kind != IMAGE else "needs sign")
    return OutputSettings(
        name=name_of(table),
        format=kind,
        path=folder / table.text("path"),
        user=user,
        group=group,
        mode=table.parsed("mode", mode_of, None),
        confidential=table.flag("confidential") if "confidential" in table else None,
        options=_export_options(table.table("options", _OPTIONS)),
        reload=arguments_of(table, "reload"),
        reload_timeout=table.duration("reload_timeout", timedelta(seconds=60)),
        check=_check(table, folder) if "check" in table else None,
        sign=tuple(folder / path for path in one_or_more(table, "sign")),
        valid_for=table.duration("valid_for", timedelta(days=30)),
        on_failure=table.choice("on_failure", (KEEP, PREVIOUS), KEEP),
        shadow=table.flag("shadow", False),
    )


def _export_options(table: TypedTable) -> dict[str, Any]:
    options: dict[str, Any] = {
        key: table.text(key) for key in ("zone", "response", "canary") if key in table
    }
    if "ttl" in table:
        options["ttl"] = table.whole("ttl", high=2**31 - 1)
    if "assume" in table:
        options["assume"] = table.texts("assume")
    return options


def _check(table: TypedTable, folder: Path) -> CheckSettings:
    check = table.table("check", ("resolvers", "proxy", "within", "ca", "sinkholes"))
    proxies = check.texts("proxy", ())
    resolvers = check.texts("resolvers", () if proxies else REQUIRED)
    if not resolvers and not proxies:
        raise check.error("resolvers", "is empty")
    if odd := next((one for one in proxies if not one.startswith("http://")), None):
        raise check.error("proxy", f"= {odd!r} is no URL such as http://127.0.0.1:3128")
    return CheckSettings(
        resolvers,
        check.duration("within", timedelta(seconds=30)),
        str(folder / check.text("ca")) if "ca" in check else "",
        check.texts("sinkholes", ()),
        proxies,
    )


def _probe(table: TypedTable) -> ProbeSettings:
    per_order = table.whole("per_order", 3, low=1, high=_FEW)
    return ProbeSettings(per_order, duration_of(table, "every"), table.text("reference", ""))


def _history(root: TypedTable, folder: Path) -> HistorySettings | None:
    if HISTORY not in root:
        return None
    table = root.table(HISTORY, _HISTORY)
    record = folder / table.text("folder", str(folder / root.text("state") / HISTORY))
    key = folder / table.text("key", str(record / "key"))
    limit = table.duration("witness_timeout", timedelta(seconds=60))
    witness = arguments_of(table, "witness")
    retain = table.table("retain", ("sources", "texts"))
    return HistorySettings(
        record, key, table.text("origin", ""), witness, limit,
        table.flag("keep_sources") if "keep_sources" in table else False,
        retain.parsed("sources", after_end, None), retain.parsed("texts", after_end, None),
    )  # fmt: skip


def _alarm(table: TypedTable, folder: Path) -> AlarmSettings:
    return AlarmSettings(
        tuple(sorted(table.durations("deadlines", []), reverse=True)),
        folder / table.text("metrics") if "metrics" in table else None,
        arguments_of(table, "command"),
        table.duration("repeat", timedelta(days=1)),
    )


def _check_whole(settings: RunSettings, table: TypedTable) -> None:
    """Refuse settings that contradict each other."""
    for key, named in (("source", settings.sources), ("output", settings.outputs)):
        if not named:
            raise table.error(key, f"is missing; say at least one [[{key}]]")
        names = [each.name for each in named]
        for at, one in enumerate(table.tables(key)):
            if names[at] in names[:at]:
                raise one.error("name", f"= {names[at]!r} stands twice")
    if settings.is_edge and settings.history is not None:
        raise table.error(HISTORY, "is kept where the list is compiled; here a source is an image")
    if settings.is_edge and len(settings.sources) > 1:
        raise table.tables("source")[1].error(
            "name", "stands beside a source that is an image: an image is the whole list"
        )
    paths = [output.path for output in settings.outputs]
    is_secret = any(source.confidential for source in settings.sources)
    for at, (output, one) in enumerate(zip(settings.outputs, table.tables("output"), strict=True)):
        if paths[at] in paths[:at]:
            raise one.error("path", f"= {one.text('path')!r} stands twice")
        if is_secret and output.confidential is None:
            raise one.error("confidential", "must be said, true or false: a source is confidential")
        for source in settings.sources:
            if source.base == output.path or (
                source.base in output.path.parents and source.pattern.startswith("**")
            ):
                raise one.error("path", f"= {one.text('path')!r} lies in source {source.name}")
