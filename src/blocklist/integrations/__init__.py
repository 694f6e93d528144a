"""INTEGRATIONS: the blocklist inside other programs; one file a resolver or proxy."""
