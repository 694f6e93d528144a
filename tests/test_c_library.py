"""The library for C and LuaJIT: its answers are those of ``is_blocked``, whatever it is given."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from helpers import image, order
from scale import size
from servers.founding import MUST_BLOCK, MUST_RESOLVE, founding_image
from servers.library import SOURCES, environment, installed
from servers.many import near, random_image
from servers.page import fenced
from servers.program import built_once, find_program, until
from strategies import wire

from blocklist import Authority, Blocklist, compile_orders

pytestmark = pytest.mark.no_core

ROOT = Path(__file__).parents[1]
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror")


def compiled(source: Path, target: Path, *flags: str | Path) -> Path:
    command = [find_program("cc"), *STRICT, *flags, f"-I{installed()}/include", source]
    linked = [] if any("libblocklist.c" in str(flag) for flag in flags) else ["-lblocklist"]
    done = subprocess.run(
        [*command, f"-L{installed()}/lib", *linked, "-o", target],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


@cache
def ask_program() -> Path:
    source = ROOT / "examples" / "c" / "ask.c"
    return built_once("ask", lambda folder: compiled(source, folder / "ask", "-O2")) / "ask"


def run(command: Sequence[str | Path], lines: Sequence[bytes] = ()) -> list[bytes]:
    done = subprocess.run(
        command, input=b"".join(line + b"\n" for line in lines), capture_output=True,
        env=environment(), timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.splitlines()


def as_text(name: bytes) -> bytes:
    """Return wire format as text with RFC 1035 escapes."""
    labels, at = [], 0
    while name[at]:
        label = name[at + 1 : at + 1 + name[at]]
        labels.append(b"".join(bytes([o]) if chr(o).isalnum() and o < 128 else b"\\%03d" % o
                               for o in label))  # fmt: skip
        at += 1 + name[at]
    return b".".join(labels)


LUA = """
local list = require("blocklist").open(arg[1], {uniform_reason = arg[2]})
for line in io.read("*a"):gmatch("(.-)\\n") do
  local hex = line:match("^ (.*)")
  if not hex then print(list:is_blocked(line) and "blocked" or "free")
  else
    local name = hex:gsub("..", function(digits) return string.char(tonumber(digits, 16)) end)
    local code, orders = list:reason(name)
    assert((code ~= nil) == list:is_blocked_wire(name))
    print(code and "blocked " .. code .. " " .. orders or "free")
  end
end
"""


@pytest.fixture(params=["C", "LuaJIT"])
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> list[str | Path]:
    """The command that answers names, but for the image."""
    if request.param == "C":
        return [ask_program()]
    script = tmp_path / "ask.lua"
    script.write_text(LUA, "utf-8")
    return [find_program("luajit"), script]


def saved(tmp_path: Path, built: object) -> Path:
    path = tmp_path / "it.blk"
    built.save(path)  # type: ignore[attr-defined]
    return path


@pytest.mark.parametrize("seed", range(3))
def test_answers_are_those_of_the_image(
    tmp_path: Path, asking: list[str | Path], seed: int
) -> None:
    built = random_image(seed)
    blocked = Blocklist(built)
    names = near(blocked, seed, size(3000))
    path = saved(tmp_path, built)
    texts = [as_text(name) + b"." * (number % 2) for number, name in enumerate(names)]
    wanted = [blocked.is_blocked(name) for name in names]
    assert 200 < sum(wanted) < 2800
    said = run([*asking, path], [*texts, *(b" " + name.hex().encode() for name in names)])
    assert [row == b"blocked" for row in said[: len(names)]] == wanted
    assert [row.startswith(b"blocked 15 ") for row in said[len(names) :]] == wanted


def test_texts_of_any_kind(tmp_path: Path, asking: list[str | Path]) -> None:
    blocked = Blocklist(random_image(5))
    path = saved(tmp_path, blocked.image)
    texts = [
        "", ".", "..", "a..d.example", ".d.example", "d.example..", "\\", "\\1", "\\256.example",
        "a" * 64 + ".d.example", "x." * 120 + "d.example", "x." * 130 + "d.example", "\x7f",
        "d\\.example", "\\100.example", "\\d.example", "d.example\0", "\0d.example",
    ]  # fmt: skip
    said = run([*asking, path], [text.encode() for text in texts])
    assert [row == b"blocked" for row in said] == [blocked.is_blocked(text) for text in texts]


def test_wire_formats_of_any_kind(tmp_path: Path, asking: list[str | Path]) -> None:
    blocked = Blocklist(image("a.example", "*kickass*"))
    path = saved(tmp_path, blocked.image)
    good = wire("a.example")
    names = [b"", b"\0", good, good[:-1], good + b"\0", good[:-1] + b"\xc0\x0c", b"\x40" + good,
             b"\xff", b"\1", b"\2a", b"\0" + good, b"\1x" * 122 + good, b"\1x" * 123 + good,
             b"\7kickass\0", b"\7kickass", b"\x3f" + b"k" * 63 + good]  # fmt: skip
    said = run([*asking, path], [b" " + name.hex().encode() for name in names])
    assert [row != b"free" for row in said] == [blocked.is_blocked(name) for name in names]


def test_the_reason(tmp_path: Path, asking: list[str | Path]) -> None:
    agcom = Authority("agcom", "AGCOM")
    orders = [
        order("=one.example", "two.example", id='é"\\/\n\U0001f4a9', authority=agcom),
        order("*.one.example", "two.example", id="own"),
        order(
            "two.example",
            "*.one.example",
            "hidden.example",
            id="hid",
            confidential=True,
            authority=agcom,
        ),
        order("*kickass*", id="it:\ud8002", authority=agcom, exceptions=("x.two.example",)),
        order(*(f"l{n}.example" for n in range(9)), id="z" * 300),
    ]
    built = compile_orders(orders)
    blocked = Blocklist(built)
    names = ["one.example", "A.one.example", "two.example", "b.x.two.example", "hidden.example",
             "kickass.org", "l3.example", "free.example"]  # fmt: skip
    said = run([*asking, saved(tmp_path, built)], [b" " + wire(n).hex().encode() for n in names])
    assert said == [
        'blocked 16 é"\\/?\U0001f4a9'.encode(),
        b"blocked 15 own",
        'blocked 16 own, é"\\/?\U0001f4a9'.encode(),
        b"free",
        b"blocked 16 ",
        b"blocked 16 it:?2",
        b"blocked 15 ",
        b"free",
    ]
    for name, row in zip(names, said, strict=True):
        match = blocked.match(name)
        assert (match is None) == (row == b"free")
        assert match is None or row.startswith(b"blocked %d " % match.ede().code)


VECTORS = json.loads((ROOT / "tests" / "vectors" / "disclosure.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_what_may_be_told_of_orders(
    tmp_path: Path, asking: list[str | Path], vector: dict[str, Any]
) -> None:
    """The decisions of answers/disclosure.py. An answer that is hidden names no order at all."""
    built = compile_orders(
        order(
            "x.example",
            id=data["id"],
            authority=Authority(data["authority"], data["authority"].title()),
            confidential=data["confidential"],
        )
        for data in vector["orders"]
    )
    (said,) = run([*asking, saved(tmp_path, built)], [b" " + wire("www.x.example").hex().encode()])
    _, code, told = said.decode().split(" ", 2)
    assert code == ("16" if vector["mandated"] else "15")
    assert told == ", ".join(vector["told"])
    assert (not told) is vector["hidden"]


UNIFORM = json.loads((ROOT / "tests" / "vectors" / "uniform.json").read_text("utf-8"))


def test_the_same_reason_for_every_block(tmp_path: Path, asking: list[str | Path]) -> None:
    """As that of ``answers/disclosure.py``: neither code nor text tells of an order."""
    court = Authority("court", "Court")
    built = compile_orders(
        [
            order("ordered.example", id="a", authority=court),
            order("secret.example", id="b", authority=court, confidential=True),
            order("own.example", id="c", exceptions=("x.own.example",)),
        ]
    )
    path = saved(tmp_path, built)
    names = ("ordered.example", "secret.example", "own.example", "x.own.example", "free.example")
    lines = [b" " + wire(name).hex().encode() for name in names]
    for vector in UNIFORM:
        said = run([*asking, path, vector["uniform_reason"]], lines)
        told = f"blocked 16 {vector['told']}".encode()
        assert said == [told, told, told, b"free", b"free"], vector["case"]
    assert run([*asking, path, "a\tb\x7f"], lines[:1]) == [b"blocked 16 a?b?"]


def test_the_founding_case(tmp_path: Path, asking: list[str | Path]) -> None:
    path = saved(tmp_path, founding_image())
    names = [*MUST_BLOCK, *MUST_RESOLVE]
    said = run([*asking, path], [name.encode() for name in names])
    assert said == [b"blocked"] * len(MUST_BLOCK) + [b"free"] * len(MUST_RESOLVE)


def test_images_that_cannot_be_opened(tmp_path: Path, asking: list[str | Path]) -> None:
    good = bytes(image("a.example").octets)
    path = tmp_path / "it.blk"
    for octets, problem in (
        (None, "No such file or directory"),
        (b"", "not a blocklist image, or cut short"),
        (good[:-1], "not a blocklist image, or cut short"),
        (good[:8] + b"\x07" + good[9:], "another format version: compile it again"),
        (good[:12] + b"\1" + good[13:], "contradict each other"),
        (good[:-1] + bytes([good[-1] ^ 1]), "its checksum is another"),
    ):
        if octets is not None:
            path.write_bytes(octets)
        done = subprocess.run(
            [*asking, path], capture_output=True, text=True, env=environment(), check=False
        )
        assert done.returncode == 1
        assert done.stdout == ""
        assert problem in done.stderr
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "sparse").write_bytes(good)
    os.truncate(tmp_path / "sparse", 1 << 40)  # no memory is asked for as much as that
    for other in (tmp_path, tmp_path / "pipe", tmp_path / "sparse"):
        done = subprocess.run([*asking, other], capture_output=True, text=True, timeout=20,
                              env=environment(), check=False)  # fmt: skip
        assert "not a blocklist image" in done.stderr


def test_a_new_image_is_taken_at_a_signal_and_a_bad_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "it.blk"
    image("a.example").save(path)
    with subprocess.Popen(
        [ask_program(), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(), text=True, bufsize=1,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None

        def ask(name: str) -> str:
            process.stdin.write(f"{name}\n")  # type: ignore[union-attr]
            return process.stdout.readline().strip()  # type: ignore[union-attr]

        assert (ask("a.example"), ask("b.example")) == ("blocked", "free")
        image("b.example").save(path)
        process.send_signal(signal.SIGHUP)
        assert (ask("c.example"), ask("a.example"), ask("b.example")) == ("free", "free", "blocked")
        (tmp_path / "bad").write_bytes(b"bad" * 100)
        (tmp_path / "bad").replace(path)
        process.send_signal(signal.SIGHUP)
        assert (ask("c.example"), ask("b.example")) == ("free", "blocked")
        process.stdin.close()
        assert "not a blocklist image" in process.stderr.read()


def test_a_copy_outlives_what_is_done_to_the_file(tmp_path: Path) -> None:
    path = saved(tmp_path, image("a.example", *(f"name{n}.example" for n in range(9000))))
    octets = path.read_bytes()
    with subprocess.Popen(
        [ask_program(), path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for turn in range(size(200, 20)):
            process.stdin.write(b"name7.example\nb.example\n")
            process.stdin.flush()
            answers = process.stdout.readline(), process.stdout.readline()
            assert answers == (b"blocked\n", b"free\n"), turn
            path.write_bytes(b"")  # the same file, cut short, then of the old size
            path.write_bytes(os.urandom(len(octets)))
            process.send_signal(signal.SIGHUP)
        process.stdin.close()
        assert process.stderr is not None
        assert b"not a blocklist image" in process.stderr.read()


def test_lua_copies_or_maps(tmp_path: Path) -> None:
    path = saved(tmp_path, image("a.example", *(f"name{n}.example" for n in range(9000))))
    script = tmp_path / "share.lua"
    script.write_text("""
        local path = arg[1]
        local function is_mapped()
          return io.open("/proc/self/maps"):read("*a"):find(path, 1, true) ~= nil
        end
        local told = {}
        local options = {check_every = 0, log = function(text) told[#told + 1] = text end}
        local copied = require("blocklist").open(path, options)
        assert(not is_mapped())
        local shared = require("blocklist").open(path, {share = true})
        assert(is_mapped())
        assert(copied:is_blocked("name7.example") and shared:is_blocked("name7.example"))
        for _ = 1, 20 do
          io.open(path, "w"):close()
          local file = io.open(path, "r+")
          file:write(("x"):rep(1000000))
          file:close()
          assert(copied:is_blocked("name7.example") and not copied:is_blocked("b.example"))
        end
        assert(told[1]:find("the last good image stays in use"), told[1])
    """)
    run([find_program("luajit"), script, path])


def is_left_alone(path: Path) -> bool:
    """Whether the clock of its file system is far enough ahead since it was written."""
    now = path.with_suffix(".now")
    now.touch()
    return now.stat().st_ctime_ns - path.stat().st_ctime_ns > 100_000_000


def test_the_threads_of_a_process_have_one_copy_of_a_file(tmp_path: Path) -> None:
    path = saved(tmp_path, image("a.example", *(f"name{n}.example" for n in range(9000))))
    image("b.example").save(tmp_path / "new.blk")
    until(lambda: is_left_alone(path))  # until then each open makes a copy
    script = tmp_path / "once.lua"
    script.write_text("""
        local function resident()
          return tonumber(io.open("/proc/self/status"):read("*a"):match("VmRSS:%s+(%d+)"))
        end
        local open, options = require("blocklist").open, {check_every = 0, max_shrink = 1}
        local first = open(arg[1], options)
        local before, lists = resident(), {}
        for number = 1, 100 do lists[number] = open(arg[1], options) end
        assert(resident() - before < 4000, resident() - before)
        assert(first.edition == lists[100].edition)
        os.rename(arg[2], arg[1])
        assert(first:is_blocked("b.example") and first.edition ~= lists[100].edition)
        assert(lists[7]:is_blocked("b.example") and lists[7].edition == first.edition)
        lists = nil
        collectgarbage()
        collectgarbage()
        assert(first:is_blocked("b.example") and not first:is_blocked("a.example"))
    """)
    run([find_program("luajit"), script, path, tmp_path / "new.blk"])


def test_lua_releases_an_image_as_soon_as_it_has_the_next(tmp_path: Path) -> None:
    path = saved(tmp_path, image("a.example", *(f"name{n}.example" for n in range(9000))))
    script = tmp_path / "release.lua"
    script.write_text("""
        collectgarbage("stop")
        local octets = io.open(arg[1]):read("*a")
        local function resident()
          return tonumber(io.open("/proc/self/status"):read("*a"):match("VmRSS:%s+(%d+)"))
        end
        local list = require("blocklist").open(arg[1], {check_every = 0, log = function() end})
        local before, edition
        for turn = 1, 60 do
          local file = io.open(arg[1] .. ".new", "w")
          file:write(octets)
          file:close()
          os.rename(arg[1] .. ".new", arg[1])
          assert(list:is_blocked("name7.example") and list.edition ~= edition)
          edition = list.edition
          if turn == 10 then before = resident() end
        end
        assert(resident() - before < 25 * #octets / 1024, resident() - before)
    """)
    run([find_program("luajit"), script, path])


def test_sets_of_orders(tmp_path: Path) -> None:
    """What blocks a name, as a number, with what the answer to a client is chosen by."""
    agcom = Authority("agcom", "AGCOM")
    built = compile_orders([
        order("one.example", "two.example", id="1", authority=agcom, response="sinkhole 192.0.2.1"),
        order("two.example", "*kickass*", id='2 "é"', response='\n"Ü'),
        order("two.example", id="3", confidential=True, authority=Authority("cncpo", "CNCPO")),
    ])  # fmt: skip
    script = tmp_path / "sets.lua"
    script.write_text("""
        local list = require("blocklist").open(arg[1])
        local uniform = require("blocklist").open(arg[1], {uniform_reason = "by law"})
        for hex in io.lines() do
          local name = hex:gsub("..", function(digits) return string.char(tonumber(digits, 16)) end)
          local set = list:set(name)
          if not set then print("free") else
            local told = {list:set_reason(set)}
            assert(told[2] == select(2, list:reason(name)))
            assert(table.concat({uniform:set_reason(set)}, "|") == "16|by law")
            for _, order in ipairs(list:set_orders(set)) do
              told[#told + 1] = order.authority .. "=" .. order.response
            end
            print(table.concat(told, "|"))
          end
        end
    """)
    names = ["one.example", "WWW.one.example", "two.example", "xkickass.org", "free.example"]
    said = run(
        [find_program("luajit"), script, saved(tmp_path, built)],
        [wire(name).hex().encode() for name in names],
    )
    assert said == [
        b"16|1|agcom=sinkhole 192.0.2.1", b"16|1|agcom=sinkhole 192.0.2.1",
        '16|1, 2 "é"|agcom=sinkhole 192.0.2.1|operator=?"Ü|cncpo='.encode(),
        '15|2 "é"|operator=?"Ü'.encode(), b"free",
    ]  # fmt: skip


def test_a_lua_without_ffi_is_told(tmp_path: Path) -> None:
    """As that of a build with plain Lua is."""
    script = tmp_path / "plain.lua"
    script.write_text(
        "package.preload.ffi, package.loaded.ffi = nil, nil\nrequire(arg[1]).open(arg[2])"
    )
    path = saved(tmp_path, image("a.example"))
    for module in ("blocklist", "blocklist.recursor"):
        done = subprocess.run(
            [find_program("luajit"), script, module, path], capture_output=True, text=True,
            env=environment(), check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "built with a Lua without FFI" in done.stderr


def test_lua_may_drop_a_list_with_its_library(tmp_path: Path) -> None:
    """The rule for dnsdist on the page only describes one; its collection crashed once."""
    script = tmp_path / "drop.lua"
    script.write_text(
        'for _ = 1, 2 do require("blocklist").open(arg[1]); collectgarbage(); collectgarbage() end'
    )
    run([find_program("luajit"), script, saved(tmp_path, image("a.example"))])


def test_the_lua_module_looks_again_after_the_clock_was_set_back(tmp_path: Path) -> None:
    path = saved(tmp_path, image("a.example"))
    image("b.example").save(tmp_path / "new.blk")
    script = tmp_path / "back.lua"
    script.write_text("""
        local now = os.time()
        os.time = function() return now end
        local list = require("blocklist").open(arg[1])
        assert(list:is_blocked("a.example"))
        os.rename(arg[2], arg[1])
        assert(list:is_blocked("a.example"))
        now = now - 3600
        assert(list:is_blocked("b.example") and not list:is_blocked("a.example"))
    """)
    run([find_program("luajit"), script, path, tmp_path / "new.blk"])


def test_the_program_of_the_page(tmp_path: Path) -> None:
    path = saved(tmp_path, founding_image())
    source = tmp_path / "demo.c"
    source.write_text(fenced("c-and-lua.md", "c").replace("/var/lib/blocklist/it.blk", str(path)))
    assert run([compiled(source, tmp_path / "demo")]) == [b"blocked"]


def test_only_the_functions_of_the_header_are_exported() -> None:
    done = subprocess.run(
        [find_program("nm"), "-D", "--defined-only", installed() / "lib" / "libblocklist.so"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    header = (SOURCES / "blocklist.h").read_text()
    declared = set(re.findall(r"^BLK_API .*?(\w+)\(", header, re.MULTILINE))
    assert len(declared) == 15
    assert {line.split()[2] for line in done.stdout.splitlines()} == declared
    lua = (SOURCES / "blocklist.lua").read_text()
    assert declared <= set(re.findall(r"\w+", lua))


def test_pkg_config_file() -> None:
    text = (installed() / "lib" / "pkgconfig" / "blocklist.pc").read_text()
    assert f"Libs: -L{installed()}/lib -lblocklist\n" in text


def test_the_header_is_c_and_cplusplus(tmp_path: Path) -> None:
    source = tmp_path / "own.c"
    source.write_text("#include <blocklist.h>\nint main(void) { return blk_abi() != BLK_ABI; }\n")
    run([compiled(source, tmp_path / "c")])
    if shutil.which("c++") is None:
        pytest.skip("no C++ compiler")
    flags = ["-std=c++17", *STRICT[1:], f"-I{installed()}/include"]
    linked = [f"-L{installed()}/lib", "-lblocklist", "-o", str(tmp_path / "cpp")]
    subprocess.run(["c++", *flags, "-x", "c++", str(source), *linked], check=True)
    run([tmp_path / "cpp"])


@pytest.mark.parametrize("scalar", [False, True])
def test_damaged_images_under_sanitizers(tmp_path: Path, scalar: bool) -> None:
    """Whatever an image holds, nothing outside of it is read, and no name makes it fail."""
    built = compile_orders([
        order(*(f"n{n}.example" for n in range(40)), "=x.example", id="ü", confidential=True),
        order("*.b.example", "*kickass*", "n1.example", exceptions=("c.b.example",), id='"\\'),
    ])  # fmt: skip
    names = near(Blocklist(built), 1, 150)
    path = saved(tmp_path, built)
    flags = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    program = compiled(
        ROOT / "tests" / "embedding" / "hostile.c", tmp_path / "hostile", *flags,
        *(["-DBLK_SCALAR"] if scalar else []), SOURCES / "libblocklist.c",
    )  # fmt: skip
    (said,) = run([program, path, tmp_path, "600"], [name.hex().encode() for name in names])
    opened, blocked = map(int, re.findall(rb"\d+", said))
    assert opened > 120
    assert blocked > 5000


@pytest.mark.parametrize("checks", ["-fsanitize=thread", "-fsanitize=address,undefined"])
def test_threads_ask_without_allocating_while_images_change(tmp_path: Path, checks: str) -> None:
    path = saved(tmp_path, image("a.example", "*kickass*"))
    wraps = "-Wl,--wrap=malloc,--wrap=calloc"
    program = compiled(
        ROOT / "tests" / "embedding" / "threads.c", tmp_path / "threads", "-O1", "-g", "-pthread",
        checks, wraps, SOURCES / "libblocklist.c",
    )  # fmt: skip
    assert run([program, path]) == [b"0 wrong, 0 allocations"]
