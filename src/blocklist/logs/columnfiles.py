"""COLUMN FILES: Parquet, CSV, JSON lines and SQLite.

The caller names the columns, or they have names that are often used for them.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import LogError
from .engine import identifier, quoted, selected
from .framelogs import text_schema
from .logfile import Head
from .logformat import LINES, select, staged

COLUMNS = ("time", "name", "client", "qtype", "rcode", "answers")
"""What ``--columns`` may name; the first two are needed."""
_USUAL = {
    "time": ("time", "ts", "timestamp", "datetime", "query_time", "query_timestamp", "date"),
    "name": ("name", "qname", "query", "query_name", "queryname", "dns_qname", "domain", "host"),
    "client": ("client", "client_ip", "clientip", "src", "src_ip", "ip_src", "srcaddr", "srcip",
               "id.orig_h"),
    "qtype": ("qtype", "query_type", "qtype_name", "dns_qtype"),
    "rcode": ("rcode", "rcode_name", "response_code", "dns_rcode"),
    "answers": ("answers", "answer", "dns_rdata", "dns_cname"),
}  # fmt: skip
"""Names of columns, in lower case, that are taken if none are given."""
_DELIMITERS = ",;\t|"
_NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
            "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE"}  # fmt: skip
_ROWS = 10_000


def chosen(given: Mapping[str, str], there: list[str], path: str) -> dict[str, str]:
    """Return which column of a file is which; those that are given, or those with usual names.

    Raises:
        LogError: time or name is missing.
    """
    known = {name.lower(): name for name in reversed(there)}
    found = {}
    for key in COLUMNS:
        if key in given:
            if given[key] not in there:
                raise LogError(
                    f"no column {given[key]!r}; the file has {', '.join(there)[:300]}", path=path
                )
            found[key] = given[key]
        elif not given:
            usual = next((known[name] for name in _USUAL[key] if name in known), None)
            if usual is not None:
                found[key] = usual
    missing = [key for key in ("time", "name") if key not in found]
    if missing:
        raise LogError(
            f"it is not clear which column is {' and which is '.join(missing)}; say it with "
            f"--columns time=…,name=…,client=…; the file has {', '.join(there)[:300]}",
            path=path,
        )
    return found


def parquet_rows(link: Any, path: str, given: Mapping[str, str], said: str) -> str:
    """Return the statement for a file of Parquet; ``said`` is its path in messages.

    Raises:
        LogError: columns are missing, or have types that are no times or names.
    """
    return typed_rows(link, f"read_parquet({quoted(path)})", given, said)


def typed_rows(link: Any, relation: str, given: Mapping[str, str], said: str) -> str:
    """Return the statement for a relation of SQL whose columns have types.

    Raises:
        LogError: columns are missing, or have types that are no times or names.
    """
    described = link.execute("DESCRIBE " + selected("*", relation)).fetchall()
    kinds = {row[0]: row[1] for row in described}
    columns = chosen(given, list(kinds), said)
    name = identifier(columns["name"])
    if kinds[columns["name"]] == "BLOB":
        name = f"wire_name({name})"
    elif kinds[columns["name"]] != "VARCHAR":
        raise LogError(
            f"column {columns['name']} has the type {kinds[columns['name']]}, not text or binary",
            path=said,
        )
    others = {
        key: f"CAST({identifier(columns[key])} AS VARCHAR)" for key in COLUMNS[2:] if key in columns
    }
    if "answers" in columns and kinds[columns["answers"]] == "VARCHAR[]":
        others["answers"] = f"array_to_string({identifier(columns['answers'])}, ',')"
    return _statement(
        relation,
        _time(identifier(columns["time"]), kinds[columns["time"]], columns["time"], said),
        name,
        others,
    )


def _time(column: str, kind: str, name: str, path: str) -> str:
    """Return SQL for a time of a type; without a zone it is UTC, as tables are written."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {column})"
    if kind.startswith("TIMESTAMP") or kind == "DATE":
        return f"CAST({column} AS TIMESTAMP)"
    if kind in _NUMBERS or kind.startswith("DECIMAL"):
        return f"epoch_time(CAST({column} AS DOUBLE))"
    if kind == "VARCHAR":
        return f"number_or_time({column})"
    raise LogError(f"column {name} has the type {kind}, which is no time", path=path)


def _statement(
    relation: str, time: str, name: str, others: Mapping[str, str], unread: str = "FALSE"
) -> str:
    code = others.get("rcode", "NULL")
    words = f"CASE {code} WHEN '0' THEN 'NOERROR' WHEN '3' THEN 'NXDOMAIN' WHEN '5' THEN 'REFUSED' "
    return select(
        relation,
        event=f"CASE WHEN {unread} THEN 'unread' WHEN {name} IS NULL THEN 'other' ELSE 'reply' END",
        time=time,
        name=name,
        client=others.get("client", "NULL"),
        qtype=others.get("qtype", "NULL"),
        rcode=f"{words} ELSE {code} END",
        answers=f"parted({others.get('answers', 'NULL')})",
    )


def csv_rows(path: str, head: Head, given: Mapping[str, str], said: str) -> str:
    """Return the statement for a table of text whose first line names the columns.

    Raises:
        LogError: columns are missing.
    """
    first = head.lines[0] if head.lines else ""
    mark = max(_DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=mark), [])
    if len(set(names)) < len(names):
        raise LogError("two columns have the same name", path=said)
    columns = chosen(given, names, said)
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    relation = (
        f"read_csv({quoted(path)}, auto_detect = false, header = true, columns = {{{types}}}, "
        f"delim = {quoted(mark)}, quote = '\"', escape = '\"', compression = "
        f"{quoted(head.packing or 'none')}, null_padding = true, strict_mode = false, "
        "ignore_errors = true, store_rejects = true, parallel = false)"
    )
    others = {key: f"trim({identifier(columns[key])})" for key in COLUMNS[2:] if key in columns}
    return _statement(
        relation,
        f"number_or_time(trim({identifier(columns['time'])}))",
        f"trim({identifier(columns['name'])})",
        others,
    )


def json_rows(head: Head, given: Mapping[str, str], path: str) -> str:
    """Return the statement for lines of JSON; a key with points may be nested or flat.

    Raises:
        LogError: keys are missing.
    """
    there: dict[str, None] = {}
    for line in head.lines[:100]:
        try:
            there |= dict.fromkeys(_keys(json.loads(line)))
        except (ValueError, RecursionError):
            continue
    columns = chosen(given, list(there), path)
    paths = [
        f"$.{way}"
        for key in columns.values()
        for way in (json.dumps(key), ".".join(map(json.dumps, key.split("."))))
    ]
    list_ = ", ".join(map(quoted, paths))
    values = {key: f"coalesce(v[{2 * at + 1}], v[{2 * at + 2}])" for at, key in enumerate(columns)}
    return _statement(
        staged(LINES, v=f"TRY(json_extract_string(line, [{list_}]))"),
        f"number_or_time({values.pop('time')})",
        values.pop("name"),
        values,
        unread="v IS NULL",
    )


def _keys(value: Any, before: str = "") -> Iterator[str]:
    """Yield the keys of an object, those of objects in it with points."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield before + key
            if not before:
                yield from _keys(inner, f"{key}.")


_PIHOLE = (
    "SELECT 'reply', q.timestamp, d.domain, c.ip, NULL, NULL, CASE WHEN q.status IN "
    "(1, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16) THEN 'blocked' WHEN q.status IN (2, 3) THEN 'answered' "
    "END FROM query_storage q JOIN domain_by_id d ON d.id = q.domain JOIN client_by_id c "
    "ON c.id = q.client"
)
_TECHNITIUM = (
    "SELECT 'reply', timestamp, qname, client_ip, NULL, CASE rcode WHEN 3 THEN 'NXDOMAIN' WHEN 5 "
    "THEN 'REFUSED' END, CASE WHEN rcode IN (3, 5) THEN 'blocked' END FROM dns_logs"
)
_BLOCKY = (
    "SELECT 'reply', request_ts, question_name, client_ip, question_type, NULL, CASE WHEN "
    "response_type = 'BLOCKED' THEN 'blocked' END FROM log_entries"
)
_DATABASES = {"query_storage": _PIHOLE, "dns_logs": _TECHNITIUM, "log_entries": _BLOCKY}


def database_batches(path: str, given: Mapping[str, str]) -> Iterator[Any]:
    """Yield the rows of an SQLite file, opened for reading alone, as batches of text.

    Pi-hole's, Technitium's and blocky's tables are known; else the first table with such columns.

    Raises:
        LogError: no table fits, or the file is damaged.
    """
    import pyarrow as pa

    made = text_schema()
    link = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)
    link.text_factory = lambda octets: octets.decode("utf-8", "replace")
    try:
        cursor = link.execute(_database_statement(link, path, given))
        while rows := cursor.fetchmany(_ROWS):
            columns = [[_text(value) for value in column] for column in zip(*rows, strict=True)]
            yield pa.record_batch([pa.array(c, pa.string()) for c in columns], schema=made)
    except sqlite3.Error as error:
        raise LogError(f"SQLite: {error}", path=path) from error
    finally:
        link.close()


def _database_statement(link: sqlite3.Connection, path: str, given: Mapping[str, str]) -> str:
    tables = [row[0] for row in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if not given:
        for table, statement in _DATABASES.items():
            if table in tables:
                return statement
    refused: LogError | None = None
    for table in tables:
        names = [row[1] for row in link.execute(f"PRAGMA table_info({identifier(table)})")]
        try:
            columns = chosen(given, names, path)
        except LogError as error:
            refused = error
            continue
        wanted = (identifier(columns[key]) if key in columns else "NULL" for key in COLUMNS[:-1])
        time, name, client, qtype, rcode = wanted
        cells = f"'reply', {time}, {name}, {client}, {qtype}, {rcode}, NULL"
        return selected(cells, identifier(table))
    raise refused or LogError("the database has no table", path=path)


def _text(value: object) -> str | None:
    return None if value is None or isinstance(value, bytes) else str(value)
