"""PAGE TEMPLATE: the page of a block from an operator's own template, with the extra ``pages``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from ..errors import ConfigurationError, missing_extra
from .pagehtml import page_html
from .pagemodel import BlockPage, PageOrder
from .pagewords import WORDS

_log = logging.getLogger("blocklist.pages")
_SAMPLE = BlockPage(
    name="blocked.example",
    mandated=True,
    orders=(PageOrder("Authority, 1/2026, 2026-01-31", "law 1/2026", "copyright", ""),),
    language="en",
    words=WORDS,
)


def page_template(path: str | Path) -> Callable[[BlockPage], str]:
    """Return what makes pages from a Jinja template; ``page`` in it is a ``BlockPage``.

    Values are escaped for HTML, and the template can call nothing of Python.

    Raises:
        ConfigurationError: it cannot be read, or is no template; or Jinja is not installed.
    """
    try:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ModuleNotFoundError as error:
        raise ConfigurationError(missing_extra("a page template", "pages")) from error
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ConfigurationError(f"{path}: {reason}") from error
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        made = environment.from_string(text)
        made.render(page=_SAMPLE)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise ConfigurationError(f"{path}{f':{line}' if line else ''}: {error}") from error

    def made_page(page: BlockPage) -> str:
        try:
            return made.render(page=page)
        except Exception:  # noqa: BLE001 - what fails with one order must block all the same
            _log.exception("the page template %s failed; the page of the package is sent", path)
            return page_html(page)

    return made_page
