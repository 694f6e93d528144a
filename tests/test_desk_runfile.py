"""``run.toml``: what it says, and errors that name key and line."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blocklist.desk.runfile import read_run_file
from blocklist.desk.runsettings import RunSettings
from blocklist.errors import ConfigurationError

pytestmark = pytest.mark.no_core

EXAMPLES = sorted(Path(__file__).parent.parent.joinpath("examples/run").glob("*.toml"))
SOURCE = '[[source]]\nname = "a"\npath = "a.txt"\n'
OUTPUT = '[[output]]\nname = "o"\nformat = "rpz"\npath = "o.rpz"\n'


def read(folder: Path, text: str, **options: Any) -> RunSettings:
    path = folder / "run.toml"
    path.write_text(text, "utf-8")
    return read_run_file(path, **options)


def test_standard_settings_and_paths(tmp_path: Path) -> None:
    settings = read(tmp_path, f'state = "s"\n{SOURCE}{OUTPUT}')
    assert settings.state == tmp_path / "s"
    assert settings.guards.critical == "default"
    (source,), (output,) = settings.sources, settings.outputs
    assert (source.base, source.pattern) == (tmp_path / "a.txt", "")
    assert (source.editions, source.max_drop, source.max_growth) == ("each", 0.2, 1.0)
    assert (output.path, output.mode, output.confidential) == (tmp_path / "o.rpz", None, None)
    assert settings.alarm.repeat == timedelta(days=1)


def test_all_settings(tmp_path: Path) -> None:
    (tmp_path / "top.csv").write_text("1,a.example\n")
    settings = read(
        tmp_path,
        'state = "s"\njurisdiction = "it"\n[guards]\ncritical = "none"\nprotect = ["x.example"]\n'
        'popular = { file = "top.csv", hold = 5 }\nmax_drop = "5%"\nmax_growth = "300%"\n'
        '[[source]]\nname = "a"\npath = "orders/adm/elenco*.txt"\nformat = "adm-giochi"\n'
        'editions = "newest-file"\nchecksum = "orders/adm/controllo*.txt"\nmax_age = "3d"\n'
        'max_drop = 0.5\nfetch = ["true", "x y"]\nfetch_timeout = "10s"\nconfidential = true\n'
        f'{OUTPUT}mode = "0640"\nconfidential = false\noptions = {{ zone = "z.example" }}\n'
        'reload = ["true"]\ncheck = { resolvers = ["127.0.0.1:53"], within = "2m" }\n'
        'on_failure = "previous"\n[probe]\nevery = "1d"\n[alarm]\ndeadlines = ["2h", "7d"]\n'
        'metrics = "m.prom"\ncommand = ["true"]\nrepeat = "6h"\n',
    )
    assert settings.jurisdiction == "IT"
    assert settings.guards.popular is not None
    assert (settings.guards.popular.hold, settings.guards.popular.mention) == (5, 10_000)
    assert settings.guards.max_growth == 3
    (source,), (output,) = settings.sources, settings.outputs
    assert source.base == tmp_path / "orders/adm"
    assert source.checksum == (tmp_path / "orders/adm", "controllo*.txt")
    assert (source.max_drop, source.max_growth, source.fetch) == (0.5, 3, ("true", "x y"))
    assert output.mode == 0o640
    assert output.check is not None
    assert output.check.within == timedelta(minutes=2)
    assert settings.alarm.deadlines == (timedelta(days=7), timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('state = "s"\nstat = 1\n', 2, "stat is unknown; did you mean state?"),
        (f'state = "s"\n{SOURCE}{OUTPUT}[history]\norigin = "x y"\n', 10, "cannot be an origin"),
        (f'state = "s"\n{SOURCE}{OUTPUT}[history]\nkey = 3\n', 10, "history.key"),
        (f'state = "s"\n{SOURCE}{OUTPUT}[history]\norigins = "x"\n', 10, "did you mean origin?"),
        (f'state = "s"\n{OUTPUT}', None, "source is missing; say at least one [[source]]"),
        (f'state = "s"\n{SOURCE}', None, "output is missing"),
        (f"{SOURCE}{OUTPUT}", None, "state is missing"),
        (f'state = "s"\n{SOURCE}{SOURCE}{OUTPUT}', 6, "source[2].name = 'a' stands twice"),
        (f'state = "s"\n{SOURCE}{OUTPUT}reload = "rndc reload"\n', 9, "is a list of arguments"),
        (f'state = "s"\n{SOURCE}{OUTPUT}mode = "640x"\n', 9, "'640x' is not a mode such as 0640"),
        (f'state = "s"\n{SOURCE}{OUTPUT}group = "no-such-group-x"\n', 9, "no-such-group-x"),
        (f'state = "s"\n{SOURCE}editions = "newest"\n{OUTPUT}', 5, "must be each, serial or"),
        (f'state = "s"\n{SOURCE}checksum = "c"\n{OUTPUT}', 5, 'needs editions = "newest-file"'),
        (f'state = "s"\n{SOURCE}max_age = "3 weeks"\n{OUTPUT}', 5, "must be a duration"),
        (f'state = "s"\n{SOURCE}confidential = true\n{OUTPUT}', 6, "must be said, true or false"),
        (f'state = "s"\n{SOURCE}image = "x.blk"\n{OUTPUT}', 4, "or image or maildir must be said"),
        (f'state = "s"\n{SOURCE}from = "x@y.example"\n{OUTPUT}', 5, "is of a maildir"),
        (f'state = "s"\n{SOURCE}{OUTPUT}check = {{ resolvers = [] }}\n', 9, "is empty"),
        (f'state = "s"\n{SOURCE}{OUTPUT}check = {{ within = "1s" }}\n', 9, "is missing"),
        (f'state = "s"\n{SOURCE}{OUTPUT}check = {{ proxy = "x:1" }}\n', 9, "'x:1' is no URL"),
        (
            f'state = "s"\n{SOURCE}{OUTPUT}'.replace("a.txt", "out/**/*").replace("o.rpz", "out/o"),
            8, "lies in source a",
        ),
        # What other rooms make of it.
        (f'state = "s"\n{SOURCE}format = "nonesuch"\n{OUTPUT}', 5, "nonesuch"),
        (f'state = "s"\n{SOURCE}fetch = ["no-such-program"]\n{OUTPUT}', 5, "no such program"),
        (f'state = "s"\n{SOURCE}{OUTPUT.replace("rpz", "rpzz", 1)}', 7, "'rpzz' is unknown"),
        (
            f'state = "s"\n{SOURCE}{OUTPUT}options = {{ response = "nonesense" }}\n',
            9, "options cannot be used",
        ),
        (
            f'state = "s"\n{SOURCE}{OUTPUT}check = {{ resolvers = ["a b"] }}\n',
            9, "'a b' is not a resolver",
        ),
        (f'state = "s"\n[guards]\nprotect = ["=x.com"]\n{SOURCE}{OUTPUT}', 3, "give a name"),
        (f'state = "s"\n[guards]\ncritical = "no"\n{SOURCE}{OUTPUT}', 3, "No such file"),
    ],
)  # fmt: skip
def test_an_error_names_key_and_line(
    text: str, line: int | None, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)) as caught:
        read(tmp_path, text)
    assert caught.value.line == line
    assert str(caught.value).startswith(str(tmp_path / "run.toml"))


def test_what_other_rooms_must_check_is_left_out_where_nothing_is_to_be_done(
    tmp_path: Path,
) -> None:
    read(tmp_path, f'state = "s"\n{SOURCE}format = "nonesuch"\n{OUTPUT}', thorough=False)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_read(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    tomllib.loads(text)
    # The groups and programs are those of another machine.
    text = re.sub(r"(?m)^group = .*\n", "", text)
    text = re.sub(r"(?m)^(reload|fetch) = \[.*?\]", r'\1 = ["true"]', text)
    assert read(tmp_path, text).outputs


def test_there_is_an_example_of_each_common_case() -> None:
    assert {path.stem for path in EXAMPLES} == {
        "first", "one-unbound", "bind-and-unbound", "serve", "edge", "shadow",
    }  # fmt: skip
