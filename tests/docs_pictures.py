"""Makes the pictures of docs/how-to/read-an-order.md; the order is one of the tests' own.

``PYTHONPATH=tests python tests/docs_pictures.py``; needs Chromium and Pillow.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from browser import screenshot
from click.testing import CliRunner
from PIL import Image
from prose_genres import ORDERS
from prose_rendering import as_pdf

from blocklist.cli.group import cli

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "pictures"
PICTURES = ("the-page.png", "the-page-on-a-telephone.png", "a-name-in-its-sentence.png")
_COLOURS = 128


def pictures() -> Iterator[tuple[str, Image.Image]]:
    """Yield each picture with its name."""
    with tempfile.TemporaryDirectory() as folder:
        source, page = Path(folder, "ordinanza.pdf"), Path(folder, "ordinanza.html")
        source.write_bytes(as_pdf(ORDERS[0]))
        done = CliRunner().invoke(cli, ["check", str(source), "--html", str(page)])
        assert page.exists(), done.output
        url = page.as_uri()
        yield PICTURES[0], screenshot(url, 1280, 1100)
        yield PICTURES[1], screenshot(url, 500, 900)
        yield PICTURES[2], screenshot(url, 1280, 1100, scale=2).crop((160, 1360, 1420, 1760))


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, image in pictures():
        image.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
