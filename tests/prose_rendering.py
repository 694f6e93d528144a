"""The cases of ``prose_cases`` as plain text, HTML, DOCX and PDF."""

from __future__ import annotations

import html
import io
import re
import textwrap
from collections.abc import Iterator
from typing import Any

from prose_cases import Block, Case

_WIDTH = 84
_BULLET = "\N{BULLET}"


def as_text(case: Case) -> bytes:
    return "\n".join(_text_lines(case)).encode()


def _text_lines(case: Case) -> Iterator[str]:
    if case.header:
        yield case.header
        yield ""
    for block in case.blocks:
        if block.kind == "head":
            yield block.text.center(_WIDTH).rstrip()
        elif block.kind == "text":
            yield from _wrapped(block.text)
        elif block.kind == "lines":
            yield from block.text.split("\n")
        elif block.kind in ("numbers", "bullets"):
            for number, item in enumerate(block.items, 1):
                mark = f"{number}. " if block.kind == "numbers" else "- "
                first, *rest = _wrapped(item, _WIDTH - 6)
                yield f"   {mark}{first}"
                yield from (f"      {line}" for line in rest)
        elif block.kind == "table":
            widths = [max(map(len, column)) + 3 for column in zip(*block.rows, strict=True)]
            for row in block.rows:
                cells = zip(row, widths, strict=True)
                yield "".join(cell.ljust(width) for cell, width in cells).rstrip()
        elif block.kind == "page":
            if case.footer:
                yield _furniture(case.footer, 1, 2)
            yield "\f"
        yield ""


def _wrapped(text: str, width: int = _WIDTH) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _furniture(text: str, page: int, pages: int) -> str:
    return text.format(page=page, pages=pages)


def as_html(case: Case) -> bytes:
    body = "\n".join(map(_html_block, case.blocks))
    return (
        '<!DOCTYPE html>\n<html lang="it"><head><meta charset="utf-8"><title>Pagina</title>'
        '<script>var tracciatore = "misura-finta.com";</script></head>\n<body>\n'
        '<nav><a href="https://www.autorita-finta.it/home">Home</a></nav>\n'
        f"<main>\n{body}\n</main>\n<footer>Contatti</footer>\n</body></html>\n"
    ).encode()


def _html_block(block: Block) -> str:
    if block.kind == "head":
        return f"<h2>{html.escape(block.text)}</h2>"
    if block.kind in ("numbers", "bullets"):
        tag = "ol" if block.kind == "numbers" else "ul"
        items = "".join(f"<li>{html.escape(item)}</li>" for item in block.items)
        return f"<{tag}>{items}</{tag}>"
    if block.kind == "table":
        rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in block.rows)
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return "<p>" + html.escape(block.text).replace("\n", "<br>") + "</p>"


def as_docx(case: Case) -> bytes:
    import docx

    document = docx.Document()
    if case.columns > 1:
        columns = document.sections[0]._sectPr.xpath("./w:cols")[0]
        columns.set(_qualified("w:num"), str(case.columns))
    if case.header:
        document.sections[0].header.paragraphs[0].text = case.header
    if case.footer:
        document.sections[0].footer.paragraphs[0].text = _furniture(case.footer, 1, 1)
    for block in case.blocks:
        _add_docx(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _qualified(name: str) -> Any:
    from docx.oxml.ns import qn

    return qn(name)


def _add_docx(document: Any, block: Block) -> None:
    if block.kind == "head":
        document.add_paragraph(block.text).alignment = 1
    elif block.kind in ("text", "lines"):
        document.add_paragraph(block.text)  # a line feed becomes a line break
    elif block.kind in ("numbers", "bullets"):
        style = "List Number" if block.kind == "numbers" else "List Bullet"
        for item in block.items:
            document.add_paragraph(item, style=style)
    elif block.kind == "table":
        made = document.add_table(rows=0, cols=len(block.rows[0]))
        for row in block.rows:
            for cell, text in zip(made.add_row().cells, row, strict=True):
                cell.text = text
    elif block.kind == "page":
        document.add_page_break()


def as_pdf(case: Case) -> bytes:
    """Set pages with a header, a footer and columns as word processors do."""
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import (
        BaseDocTemplate,
        Frame,
        ListFlowable,
        PageBreak,
        PageTemplate,
        Paragraph,
        Spacer,
        Table,
    )

    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=15)
    justified = ParagraphStyle("justified", body, alignment=TA_JUSTIFY, spaceAfter=8)
    centred = ParagraphStyle("centred", body, alignment=TA_CENTER, spaceAfter=6)

    def flow(block: Block) -> list[Any]:
        if block.kind == "head":
            return [Paragraph(_escaped(block.text), centred)]
        if block.kind == "text":
            return [Paragraph(_escaped(block.text), justified)]
        if block.kind == "lines":
            made = [Paragraph(_escaped(line) or "&nbsp;", body) for line in block.text.split("\n")]
            return [*made, Spacer(1, 8)]
        if block.kind in ("numbers", "bullets"):
            kind = {"bulletType": "1", "bulletFormat": "%s."}
            if block.kind == "bullets":
                kind = {"bulletType": "bullet", "start": _BULLET}
            items = [Paragraph(_escaped(item), body) for item in block.items]
            return [ListFlowable(items, **kind), Spacer(1, 8)]
        if block.kind == "table":
            grid = [("GRID", (0, 0), (-1, -1), 0.5, "#000000")]
            rows = [[Paragraph(_escaped(cell), body) for cell in row] for row in block.rows]
            widths = [40] + [200] * (len(block.rows[0]) - 1)
            return [Table(rows, colWidths=widths, repeatRows=1, style=grid), Spacer(1, 8)]
        return [PageBreak()]

    def build(pages: int) -> tuple[bytes, int]:
        out = io.BytesIO()
        width, height = A4
        inner, gap = width - 120, 20
        each = (inner - gap * (case.columns - 1)) / case.columns
        frames = [
            Frame(60 + i * (each + gap), 70, each, height - 140, 0, 0, 0, 0)
            for i in range(case.columns)
        ]

        def furniture(canvas: Any, _: Any) -> None:
            canvas.setFont("Times-Roman", 9)
            if case.header:
                canvas.drawString(60, height - 40, case.header)
            if case.footer:
                foot = _furniture(case.footer, canvas.getPageNumber(), pages)
                canvas.drawCentredString(width / 2, 35, foot)

        template = BaseDocTemplate(out, pagesize=A4, invariant=1)
        template.addPageTemplates([PageTemplate(frames=frames, onPage=furniture)])
        template.build([part for block in case.blocks for part in flow(block)])
        return out.getvalue(), template.page

    _, pages = build(0)
    return build(pages)[0]


def _escaped(text: str) -> str:
    return re.sub(r"  +", " ", html.escape(text, quote=False))


RENDERINGS = {"text": as_text, "html": as_html, "docx": as_docx, "pdf": as_pdf}
