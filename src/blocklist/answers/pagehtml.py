"""PAGE HTML: the page of a block as one document: no script, nothing loaded, under 12,000 octets.

All languages are in it. The one of the request is shown; radio buttons show another, by style
alone, so that the page needs no address at which a browser could ask for another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from .pagemodel import BlockPage, PageOrder
from .pagewords import PageWords

_MOST = 12_000
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;
--link:#0550ae}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--paper:#151b23;
--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:clamp(1.25rem,5vw,4rem) 1.25rem}
h1{font-size:clamp(1.5rem,5vw,2.1rem);line-height:1.2;margin:0 0 .75rem}
h2{font-size:.95rem;color:var(--soft);font-weight:600;margin:1.75rem 0 .35rem}
p{margin:.35rem 0}
ol,ul{margin:0;padding:0;list-style:none}
li{padding:.7rem 0;border-top:1px solid var(--line)}
small{display:block;color:var(--soft);font-size:.9rem}
a{color:var(--link)}
time{white-space:nowrap}
.n{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
li,small,a{overflow-wrap:anywhere}
fieldset{border:0;border-top:1px solid var(--line);margin:2.5rem 0 0;padding:.9rem 0 0}
legend{float:left;margin-right:.9rem;color:var(--soft);font-size:.9rem}
fieldset label{display:inline-block;margin-right:.9rem;font-size:.9rem;white-space:nowrap}
@media print{body{background:#fff;color:#000}fieldset{display:none}
a::after{content:" (" attr(href) ")"}}
"""

_META = """<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"""


def page_html(page: BlockPage) -> str:
    """Return the page; orders that would make it longer than 12,000 octets are counted."""
    before = [
        f'<!DOCTYPE html>\n<html lang="{page.language}">\n<head>\n{_META}',
        f"<title>{_title(page.words[page.language], page)}</title>\n",
        f"<style>{_STYLE}{''.join(_shown(language) for language in page.words)}</style>\n",
        "</head>\n<body>\n<main>\n",
        f"<h1>{_said(page, lambda words: _title(words, page))}</h1>\n",
        f"<p>{_said(page, lambda w: w.by_order if page.mandated else w.by_policy)}</p>\n",
        _block(page, "asked", f'<p class="n" translate="no">{escape(page.name)}</p>'),
    ]
    after = [*_operator(page), _languages(page), "</main>\n</body>\n</html>\n"]
    room = _MOST - sum(len(part.encode()) for part in (*before, *after))
    return "".join([*before, *_orders(page, room), *after])


def _title(words: PageWords, page: BlockPage) -> str:
    return words.title if page.mandated else words.own_title


def _shown(language: str) -> str:
    """Return the rules that show a language while its button is chosen, and hide it else."""
    others = f"html:not(:has(#l-{language}:checked))"
    return f"{others} span[lang={language}]{{display:none}}\n"


def _said(page: BlockPage, text: Callable[[PageWords], str]) -> str:
    """Return a text in each language, that of the request first."""
    languages = sorted(page.words, key=lambda language: language != page.language)
    return "".join(
        f'<span lang="{language}">{escape(text(page.words[language]))}</span>'
        for language in languages
    )


def _block(page: BlockPage, heading: str, content: str) -> str:
    """Return a heading, the field of that name of the words, and what stands below it."""
    return f"<h2>{_named(page, heading)}</h2>\n{content}\n"


def _named(page: BlockPage, field: str) -> str:
    return _said(page, lambda words: str(getattr(words, field)))


def _orders(page: BlockPage, room: int) -> Iterable[str]:
    """Yield the orders that fit into so many octets, and how many others there are."""
    if not page.mandated:
        return
    items: list[str] = []
    room -= len(_block(page, "orders", "<ol>\n</ol><li>+ 100,000</li>\n").encode())
    for order in page.orders:
        item = f"<li>{_order(page, order)}</li>\n"
        room -= len(item.encode())
        if room < 0:
            items.append(f"<li>+ {len(page.orders) - len(items):,}</li>\n")
            break
        items.append(item)
    if not items:
        items = [f"<li>{_named(page, 'unnamed')}</li>\n"]
    yield _block(page, "orders", f"<ol>\n{''.join(items)}</ol>")


def _order(page: BlockPage, order: PageOrder) -> str:
    parts = [_DAY.sub(r"<time>\g<0></time>", escape(order.reference))]
    for label, text in (("law", order.legal_basis), ("subject", order.category)):
        if text:
            parts.append(f"<small>{_named(page, label)}: {escape(text)}</small>")
    if order.link:
        link = f'<a href="{escape(order.link)}">{_named(page, "document")}</a>'
        parts.append(f"<small>{link}</small>")
    return "".join(parts)


def _operator(page: BlockPage) -> Iterable[str]:
    """Yield who blocks, whom to ask and how to object, as far as the operator says so."""
    named = page.organization or page.blocked_by
    if named:
        who = escape(named)
        if page.blocked_by:
            who = f'<a href="{escape(page.blocked_by)}">{who}</a>'
        yield _block(page, "blocker", f"<p>{who}</p>")
    for heading, uri in (("questions", page.contact), ("objection", page.objection)):
        if uri:
            shown = escape(uri.removeprefix("mailto:").removeprefix("tel:"))
            yield _block(page, heading, f'<p><a href="{escape(uri)}">{shown}</a></p>')


def _languages(page: BlockPage) -> str:
    buttons = "\n".join(
        f'<label lang="{language}"><input type="radio" name="l" id="l-{language}"'
        f"{' checked' if language == page.language else ''}> {words.own_name}</label>"
        for language, words in page.words.items()
    )
    legend = _named(page, "languages")
    return f"<fieldset>\n<legend>{legend}</legend>\n{buttons}\n</fieldset>\n"
