"""``python -m blocklist``: the command line."""

from .cli import main

main()
