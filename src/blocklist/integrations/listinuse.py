"""LIST IN USE: what is said of the list in use to clients that ask for ``check.rpz.blocklist``."""

from __future__ import annotations

from ..answers.check import DIGITS, check_text
from ..live.liveblocklist import AnyBlocklist, LiveBlocklist


def list_in_use(blocked: AnyBlocklist) -> str:
    """Return the text for a client: that of the TXT record, without a file."""
    current = blocked.current if isinstance(blocked, LiveBlocklist) else blocked
    return check_text(current.image.content_digest[:DIGITS])
