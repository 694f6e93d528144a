"""The page of ``check --html`` in headless Chromium: it loads nothing, and boxes lie over names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from browser import chromium, screenshot, served
from click.testing import CliRunner
from docs_pictures import FOLDER, PICTURES
from made_documents import HEIGHT, WIDTH, pdf, written
from reportlab.pdfbase.pdfmetrics import stringWidth

from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

HIGH = 4_200
RED = (179, 0, 27)
LINES = [
    "TRIBUNALE DI MILANO", "R.G. 1/2022", "P.Q.M.",
    "ordina alla resistente di inibire l'accesso al sito illecito-finto.to",
    "entro 5 giorni dalla notificazione.",
    "<img src=/image> <link rel=stylesheet href=/style> <script src=/script></script>",
    "Milano, 11 luglio 2022",
]  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    source = tmp_path / "order.pdf"
    source.write_bytes(pdf(written(LINES, x=80, top=700, step=20)))
    out = tmp_path / "page.html"
    result = CliRunner().invoke(cli, ["check", str(source), "--html", str(out)])
    assert out.exists(), result.output
    return out


MEASURE = """<!doctype html><body style="margin: 0"><pre id=said></pre>
<iframe id=frame src="/page.html" style="border: 0; width: {width}px; height: {height}px"></iframe>
<script>
frame.onload = () => {{
  const places = {{}};
  for (const path of ["svg.page", "svg a.target rect", ".panel"]) {{
    const box = frame.contentDocument.querySelector(path).getBoundingClientRect();
    places[path] = [box.left, box.top, box.right, box.bottom];
  }}
  said.textContent = JSON.stringify(places);
}};
</script>"""


@pytest.fixture
def on_loopback(page: Path) -> Iterator[tuple[str, list[str]]]:
    """The page, one that measures it, and the paths that were asked for."""

    def content(path: str) -> bytes:
        if path.startswith("/measure"):
            return MEASURE.format(width=path.partition("?")[2], height=HIGH).encode()
        return page.read_bytes()

    with served(content) as found:
        yield found


def test_nothing_but_the_page_is_requested(on_loopback: tuple[str, list[str]]) -> None:
    url, asked = on_loopback
    dom = lxml.html.fromstring(chromium(f"{url}/page.html", "--dump-dom"))
    assert asked == ["/page.html"]
    assert dom.xpath("//script | //img") == []
    (box,) = dom.xpath("//svg/a[contains(@class,'target')]")
    assert dom.xpath("//li[@id=$id]/strong", id=box.get("href")[1:])[0].text == "illecito-finto.to"


@pytest.mark.parametrize("width", [1400, 600])
def test_the_box_lies_over_the_name(
    page: Path, on_loopback: tuple[str, list[str]], width: int
) -> None:
    url, _ = on_loopback
    dom = lxml.html.fromstring(chromium(f"{url}/measure?{width}", "--dump-dom"))
    places = json.loads(dom.xpath("//pre")[0].text)
    sheet, frame, panel = (places[path] for path in ("svg.page", "svg a.target rect", ".panel"))
    assert (panel[0] > sheet[2]) is (width > 900)
    assert all(0 <= place[0] < place[2] <= width for place in (sheet, frame, panel))
    scale = (sheet[2] - sheet[0] - 2) / WIDTH
    x0 = 80 + stringWidth(LINES[3].partition("illecito")[0], "Helvetica", 10)
    x1 = x0 + stringWidth("illecito-finto.to", "Helvetica", 10)
    low = HEIGHT - (700 - 60)
    left, top, right, bottom = ((one - sheet[n % 2] - 1) / scale for n, one in enumerate(frame))
    assert left == pytest.approx(x0 - 2, abs=1.5)
    assert right == pytest.approx(x1 + 2, abs=1.5)
    assert top < low - 7 < low + 2 < bottom
    image = screenshot(page.as_uri(), width, HIGH)
    within = image.crop((round(frame[0]), round(frame[1]), round(frame[2]), round(frame[3])))
    dots = [within.getpixel((x, y)) for x in range(within.width) for y in range(within.height)]
    assert sum(map(is_red, dots)) > within.width
    assert any(isinstance(dot, tuple) and max(dot) < 110 for dot in dots), "no letters"


def is_red(dot: object) -> bool:
    assert isinstance(dot, tuple)
    return all(abs(a - b) < 70 for a, b in zip(dot, RED, strict=True))


def test_the_pictures_of_the_docs_are_there_and_small() -> None:
    page = (FOLDER.parent / "read-an-order.md").read_text("utf-8")
    for name in PICTURES:
        assert f"(pictures/{name})" in page
        assert (FOLDER / name).stat().st_size < 150_000
