"""LUA: strings of Lua 5.1 and LuaJIT, whatever an order's text holds."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f]')


def lua_string(text: str) -> str:
    r"""Return a literal; what is no character in UTF-8 becomes ``?``.

    >>> print(lua_string('a "b" \\ c\n'))
    "a \034b\034 \092 c\010"
    """
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return '"' + _SPECIAL.sub(lambda found: f"\\{ord(found[0]):03d}", plain) + '"'
