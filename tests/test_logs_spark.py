"""The audit on Spark says what the audit of files says; one session on loopback for all tests."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_logs_truth import ROWS, ZONE, asked, compiled, made, shadow, write

from blocklist import ConfigurationError, LogError
from blocklist.logs import Audit
from blocklist.logs.spark import audit_frame

pytestmark = pytest.mark.no_core

REQUIRED = os.environ.get("BLOCKLIST_REQUIRE_SPARK") == "1"
DOCS = Path(__file__).parent.parent / "docs"
TABLES = ("rows", "names", "orders", "days")
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "1g",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not REQUIRED:
        pytest.importorskip("pyspark", reason="pyspark is not installed: nox -s spark")
        if shutil.which("java") is None:
            pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("spark"))  # Spark writes to the folder it starts in
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("OFF")
        yield spark
        spark.stop()


def on_spark(frame: Any, **options: Any) -> Audit:
    given: dict[str, Any] = {"zone": ZONE, "log_zone": "UTC", "min_clients": 1, **options}
    return audit_frame(frame, given.pop("image", compiled()), **given)


def assert_same(found: Audit, wanted: Audit) -> None:
    for name in TABLES:
        assert getattr(found, name).equals(getattr(wanted, name)), name
    for name in ("queries", "unread", "hit", "span", "leaks", "without", "digests"):
        assert getattr(found, name) == getattr(wanted, name), name


def test_the_tables_are_those_of_the_files(session: Any, tmp_path: Path) -> None:
    parts = [write(tmp_path / f"{n}.parquet", made()[n::3]) for n in range(3)]
    wanted = asked(*parts)
    frame = session.read.parquet(*parts)
    found = on_spark(frame.repartition(3), shadow=shadow())
    assert found.queries == ROWS
    assert found.rows.num_rows > 100
    assert_same(found, wanted)
    assert [one.format for one in found.files] == ["spark"]


def test_images_that_are_not_shipped_are_opened_where_they_are(
    session: Any, tmp_path: Path
) -> None:
    log = write(tmp_path / "log.parquet", made()[:200])
    compiled().save(tmp_path / "here.blk")
    found = on_spark(session.read.parquet(log), image=tmp_path / "here.blk", ship=False)
    assert 0 < found.hit < 200
    assert found.digests == (compiled().digest,)


def test_columns_of_other_types(session: Any, tmp_path: Path) -> None:
    rows = [row for row in made()[:400] if ".." not in row[1] and "\\" not in row[1]]
    times, names, clients, _ = zip(*rows, strict=True)
    wire = [b"".join(bytes([len(p)]) + p for p in wired(name)) + b"\0" for name in names]
    seconds = [at.replace(microsecond=0) for at in times]
    kinds = {
        "numbers": pa.array([int(at.timestamp()) for at in seconds]),
        "text": pa.array([at.strftime("%Y-%m-%dT%H:%M:%S") for at in seconds]),
        "zoned": pa.array(seconds, pa.timestamp("us", "UTC")),
        "local": pa.array([at.replace(tzinfo=None) for at in seconds], pa.timestamp("us")),
    }
    for kind, column in kinds.items():
        table = pa.table({"when.exactly": column, "qname": wire, "src": list(clients)})
        log = tmp_path / f"{kind}.parquet"
        pq.write_table(table, log)
        columns = {"time": "when.exactly", "name": "qname", "client": "src"}
        wanted = asked(str(log), columns=columns)
        assert wanted.hit > 100
        found = on_spark(session.read.parquet(str(log)), shadow=shadow(), columns=columns)
        assert_same(found, wanted)


def wired(name: str) -> list[bytes]:
    return [label.encode() for label in name.removesuffix(".").split(".")]


def test_what_is_wrong_is_said_in_a_sentence(session: Any) -> None:
    def said(rows: str, **options: Any) -> str:
        with pytest.raises(LogError) as caught:
            on_spark(session.sql(rows), **options)
        return str(caught.value)

    assert "not clear which column is time" in said("SELECT 1 AS n, 'a' AS name")
    assert "no column 'ts'" in said("SELECT 1 AS n", columns={"time": "ts", "name": "n"})
    at = "SELECT timestamp '2026-11-01 10:00:00' AS time"
    assert said(f"{at}, 7 AS name") == (
        "Spark: column name has the type INTEGER, not text or binary"
    )
    lost = f"{at}, 'a.example' AS name UNION ALL SELECT NULL, 'b.example'"
    assert "50.0% of the queries cannot be read" in said(lost)
    assert on_spark(session.sql(lost), lenient=True).unread == 1
    with pytest.raises(ConfigurationError, match="by is day or hour"):
        on_spark(session.sql(lost), by="week")


def test_no_rows_no_hits(session: Any) -> None:
    found = on_spark(session.createDataFrame([], "time timestamp, name string"))
    assert (found.queries, found.hit, found.span) == (0, 0, None)
    assert found.rows.num_rows == 0


def test_files_of_any_format_by_the_map_of_spark(session: Any, tmp_path: Path) -> None:
    logs = []
    for number in range(3):
        lines = (
            f"[{at.timestamp():.0f}] unbound[8:0] reply: {client} {name} A IN {rcode} 0.0 1 83\n"
            for at, name, client, rcode in made()[number:300:3]
        )
        (tmp_path / f"{number}.log").write_text("".join(lines))
        logs.append(str(tmp_path / f"{number}.log"))
    context = session.sparkContext

    def mapped(scan: Any, tasks: Any) -> Any:
        return context.parallelize(tasks, len(tasks)).map(scan).collect()

    found = asked(*logs, map=mapped)
    assert found.queries + found.unread == 300
    assert_same(found, asked(*logs))


def test_the_recipe_for_spark_sql_and_the_page_about_size(session: Any) -> None:
    first, *_ = examples("how-to/columns.md", "python")
    (recipe,) = examples("how-to/columns.md", "py")
    (example,) = examples("explanation/logs-at-scale.md", "py")
    for text in (first + recipe, example):
        exec(compile(text, "a page", "exec", dont_inherit=True), {"spark": session})


def examples(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_without_pyspark_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(ImportError, match='on Spark needs the extra "spark": pip install'):
        on_spark(None)
