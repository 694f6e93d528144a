"""The answer of a proxy: HTTP 451, its headers, its page and the language of it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from browser import chromium, served
from helpers import order
from hypothesis import given
from hypothesis import strategies as st
from processortime import within
from strategies import any_text

from blocklist import (
    Authority,
    Blocklist,
    ConfigurationError,
    HttpAnswer,
    Match,
    Order,
    compile_orders,
)  # fmt: skip
from blocklist.answers.blockpage import choose_language
from blocklist.answers.pagetemplate import page_template
from blocklist.answers.pagewords import LANGUAGES, WORDS

pytestmark = pytest.mark.no_core

MILAN = Authority("milan", "Tribunale di Milano")


def act(id_: str = "it:1", authority: Authority = MILAN, **fields: Any) -> Order:
    return order("pirate.it", "http://shared.it/film", id=id_, authority=authority, **fields)


def match(*orders: Order, url: str = "http://www.pirate.it/") -> Match:
    found = Blocklist(compile_orders(list(orders))).match_url(url)
    assert found is not None
    return found


class Page(HTMLParser):
    """The text, tags and language of a page."""

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__()
        self.text, self.language = "", ""
        self.tags: list[str] = []
        self.feed(answer.body.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_451_names_authority_law_and_who_enforces() -> None:
    found = match(act(number="123/26/CONS", legal_basis="art. 156 l. 633/1941"))
    answer = found.http451(blocked_by="https://isp.example/why?x=1")
    headers = dict(answer.headers)
    assert (answer.status, answer.reason) == (451, "Unavailable For Legal Reasons")
    assert headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": "en",
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "Link": '<https://isp.example/why?x=1>; rel="blocked-by"',
    }
    text = Page(answer).text
    for told in ("www.pirate.it", "Tribunale di Milano, 123/26/CONS", "art. 156 l. 633/1941"):
        assert told in text


def test_own_policy_is_no_legal_reason() -> None:
    answer = match(act(authority=Authority.named("operator"))).http451()
    assert (answer.status, answer.reason) == (403, "Forbidden")
    assert "the policy of this network" in Page(answer).text
    assert "Link" not in dict(answer.headers)


def test_confidential_orders_are_not_named() -> None:
    secret = {"number": "99/26", "legal_basis": "law 269/1998", "confidential": True}
    hidden = act("it:secret", Authority("cncpo", "Centro nazionale"), **secret)
    answer = match(hidden).http451()
    assert answer.status == 451
    for word in (b"secret", b"99/26", b"269/1998", b"Centro", b"cncpo"):
        assert word not in answer.body
    both = match(hidden, act("it:2", number="7/26")).http451()
    assert b"7/26" in both.body
    assert b"99/26" not in both.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything(language: str) -> None:
    found = match(act(number="1", legal_basis="law 2"))
    page = Page(found.http451(accept_language=language, blocked_by="https://isp.example"))
    assert page.language == language
    assert "www.pirate.it" in page.text
    others = [Page(found.http451(accept_language=other)).text for other in LANGUAGES]
    assert len(set(others)) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("it", "it"), ("it-IT", "it"), ("IT-it;q=0.8", "it"), ("pt", "en"),
        ("pt, fr;q=0.3, de;q=0.8", "de"), ("fr;q=0", "en"), ("de;q=0.5,it;q=0.5", "de"),
        ("*", "en"), (" es ; q = 0.9 , it ; q=0.8", "es"), ("it;q=x", "en"), ("italiano", "en"),
        (",,,", "en"), ("it;q=1.0000", "it"),
    ],
)  # fmt: skip
def test_accept_language(header: str, language: str) -> None:
    assert choose_language(header) == language


@given(any_text | st.text("itde-;q=0.1,* \t", max_size=60))
def test_any_header_gives_a_language(header: str) -> None:
    assert choose_language(header, "fr") in LANGUAGES


@pytest.mark.parametrize("header", ["a" + " " * 200_000, "it," * 100_000, "a-" * 100_000 + "\x00"])
def test_a_hostile_header_costs_nothing(header: str) -> None:
    with within(0.5):
        choose_language(header)


@pytest.mark.parametrize(
    "uri",
    ["https://isp.example/\r\nX: y", 'https://isp.example/"', "https://isp.example/>", "a b",
     "https://isp.example/è"],
)  # fmt: skip
def test_blocked_by_cannot_break_the_header(uri: str) -> None:
    with pytest.raises(ValueError, match="blocked_by must be an http: or https: URI"):
        match(act()).http451(blocked_by=uri)


def test_no_pages_in_that_language() -> None:
    with pytest.raises(ValueError, match="no page in language 'pt'; choose one of: en, it, de, fr"):
        match(act()).http451(default_language="pt")


@given(any_text, any_text, any_text, any_text)
def test_whatever_is_asked_and_ordered_is_text_in_the_page(
    path: str, number: str, law: str, name: str
) -> None:
    """No tag, no script, no broken UTF-8 comes from a request or an order."""
    plain = Page(match(act(number="x", legal_basis="x")).http451()).tags
    tricky = f"<script>{number}</script>"
    orders = act("i", Authority("k", f"<b>{name}"), number=tricky, legal_basis=f"</li>{law}&lt;")
    answer = match(orders, url=f"http://pirate.it/<img>{path}").http451()
    page = Page(answer)
    assert page.tags == plain
    assert "<script>" in page.text
    assert dict(answer.headers)["Content-Length"] == str(len(answer.body))


def big(count: int) -> HttpAnswer:
    """The answer for many orders that say as much as they can."""
    acts = [
        act(
            f"it:{i}", number=f"{i}/26", legal_basis="<è>" * 200, category='"' * 500,
            link="https://authority.example/" + "x" * 270,
        )
        for i in range(count)
    ]  # fmt: skip
    return match(*acts).http451(
        blocked_by="https://isp.example/" + "y" * 280, organization="&" * 300,
        contact="mailto:noc@isp.example", objection="https://isp.example/" + "z" * 280,
    )  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_a_page_stays_small(count: int) -> None:
    answer = big(count) if count else match(act(confidential=True)).http451()
    assert len(answer.body) < 12_000
    assert ("+ " in Page(answer).text) is (count >= 5)


def test_the_page_says_all_that_the_operator_does() -> None:
    found = match(act(number="1", category="copyright", link="https://authority.example/1"))
    answer = found.http451(
        blocked_by="https://isp.example/", organization="Rete <S.p.A.>",
        contact="tel:+390212345", objection="mailto:reclami@isp.example",
    )  # fmt: skip
    body = answer.body.decode()
    for said in (
        'href="https://authority.example/1"', '<a href="https://isp.example/">Rete &lt;S.p.A.&gt;',
        '<a href="tel:+390212345">+390212345</a>', ">reclami@isp.example</a>", "copyright",
    ):  # fmt: skip
        assert said in body
    assert "script" not in Page(answer).tags


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//a.example", "a b"])
def test_a_link_of_an_order_leads_to_the_web_or_nowhere(link: str) -> None:
    assert b"<a " not in match(act(number="1", link=link)).http451().body


@pytest.mark.parametrize("key", ["contact", "objection"])
def test_what_a_reader_can_reach(key: str) -> None:
    for uri in ("javascript:alert(1)", "noc@isp.example", "mailto:a b", "https://"):
        with pytest.raises(ConfigurationError, match=f"{key} must be an https:, http:, mailto:"):
            match(act()).http451(**{key: uri})  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="organization is longer than 300 characters"):
        match(act()).http451(organization="x" * 301)


TEMPLATE = """<!doctype html><title>{{ page.words[page.language].title }}</title>
{% for order in page.orders %}<p>{{ order.reference }}{% endfor %}{{ page.name }}"""


def test_a_template_of_the_operator(tmp_path: Path) -> None:
    path = tmp_path / "page.html.j2"
    path.write_text(TEMPLATE)
    answer = match(act(number="<1>")).http451(template=page_template(path), accept_language="it")
    assert answer.body.decode() == (
        "<!doctype html><title>Non disponibile per motivi legali</title>\n"
        "<p>Tribunale di Milano, &lt;1&gt;www.pirate.it"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{% for %}", "page.html.j2:1: "),
        (b"{{ page.nothing }}", "has no attribute 'nothing'"),
        (b"{{ page.__class__.__mro__ }}", "page.html.j2: access to attribute '__class__'"),
        (b"\xff", "page.html.j2: not UTF-8 text"),
        (None, "page.html.j2: No such file or directory"),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, text: bytes | None, said: str) -> None:
    path = tmp_path / "page.html.j2"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(ConfigurationError, match=re.escape(said)):
        page_template(path)


def test_a_template_that_fails_later_blocks_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "page.html.j2"
    path.write_text("{{ 1 // page.orders | length }}")
    answer = match(act(confidential=True)).http451(template=page_template(path))
    assert answer.status == 451
    assert b"</html>" in answer.body


MEASURE = """<!doctype html><pre id=said></pre>
<iframe id=frame src="/page" style="border: 0; width: {width}px; height: 900px"></iframe>
<script>
frame.onload = () => {{
  const page = frame.contentDocument;
  const seen = {{ wide: page.documentElement.scrollWidth }};
  for (const button of page.querySelectorAll("input")) {{
    button.checked = true;
    seen[button.id] = page.querySelector("h1").innerText;
  }}
  said.textContent = JSON.stringify(seen);
}};
</script>"""


@pytest.mark.parametrize("width", [320, 768, 1400])
def test_in_a_browser(width: int) -> None:
    """No part is wider than the window, and each button shows its language and no other."""
    pages = {"/page": big(3).body, "/": MEASURE.format(width=width).encode()}
    with served(lambda path: pages.get(path, b"")) as (url, asked):
        dom = lxml.html.fromstring(chromium(f"{url}/", "--dump-dom"))
    assert set(asked) <= {"/", "/page", "/favicon.ico"}
    seen = json.loads(dom.xpath("//pre")[0].text)
    assert seen.pop("wide") <= width
    assert seen == {f"l-{language}": words.title for language, words in WORDS.items()}
