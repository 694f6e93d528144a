"""Small documents that cost much: refused with a clear error, in little time and memory."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from made_documents import zipped
from processortime import within

pytestmark = pytest.mark.no_core

_TYPES = (
    '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{}.main+xml" '
    'PartName="/{}"/></Types>'
)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheets_of_one_part() -> bytes:
    sheets = "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="r1"/>' for i in range(20_000))
    cells = "".join(
        f'<row><c t="inlineStr"><is><t>n{i}.example</t></is></c></row>' for i in range(200)
    )
    files = {
        "[Content_Types].xml": _TYPES.format("spreadsheetml.sheet", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns:r="{_R}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships><Relationship Id="r1" Type="{_R}/worksheet" Target="s.xml"/>'
            "</Relationships>"
        ),
        "xl/s.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>",
    }
    return zipped({name: text.encode() for name, text in files.items()})


def many_headers() -> bytes:
    body = f'<w:document xmlns:w="{_W}"><w:body><w:p/></w:body></w:document>'
    files = {
        "[Content_Types].xml": _TYPES.format("wordprocessingml.document", "word/document.xml"),
        "word/document.xml": body,
    }
    for i in range(999):
        text = f"{i}{'a' * 300_000}"
        files[f"word/header{i}.xml"] = (
            f'<w:hdr xmlns:w="{_W}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>'
        )
    return zipped({name: text.encode() for name, text in files.items()})


def overlapping() -> bytes:
    data, name = b"a.example\n" * 800_000, b"x.txt"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    sizes = (zlib.crc32(data), len(packed), len(data), len(name), 0)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, *sizes) + name + packed
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 200, 200, 200 * len(entry), len(local), 0)
    return local + 200 * entry + end


def many_small_bombs() -> bytes:
    return zipped({f"{i}.txt": b"a.example\n" * 800_000 for i in range(60)})


def form_that_draws_itself() -> bytes:
    drawn = b"BT /A 9 Tf 9 9 Td (www.a.example) Tj ET " + b"/F Do " * 8
    resources = b"/Resources << /XObject << /F 5 0 R >> /Font << /A 6 0 R >> >>"
    box = b"[0 0 600 800]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + box + resources + b" /Contents 4 0 R >>",
        b"<< /Length 6 >>\nstream\n/F Do \nendstream",
        b"<< /Type /XObject /Subtype /Form /BBox " + box + resources
        + b" /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out + b"xref\n0 7\n0000000000 65535 f \n" + table
        + b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    )  # fmt: skip


_PROGRAM = """
import resource, sys
from blocklist import OrderError, load_orders
try:
    load_orders(sys.argv[1])
except OrderError as error:
    print(error)
status = open("/proc/self/status").read()  # ru_maxrss counts what forked this process, too
own = int(status.partition("VmHWM:")[2].split()[0])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (sheets_of_one_part, "several of its sheets are one part"),
        (many_headers, "more headers and footers"),
        (overlapping, "overlap"),
        (many_small_bombs, "decompression bomb"),
        (form_that_draws_itself, "more memory than any order does"),
    ],
)
def test_cost(make: object, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x.bin"
    file.write_bytes(make())  # type: ignore[operator]
    with within(2):
        command = [sys.executable, "-c", _PROGRAM, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    said, megabytes = done.stdout.splitlines()[-2:]
    assert says in said
    assert int(megabytes) < 200
