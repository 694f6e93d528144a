"""FORWARDER: a resolver that blocks, asks other resolvers for the rest, and keeps no cache.

``configuration`` says what it should be, and ``reading`` reads that; ``views`` says who gets which
image, ``forwarding`` what each query gets; ``upstream`` asks the other resolvers, ``listeners``
take and give octets, and ``running`` puts them together. See ``docs/how-to/serve.md``.
"""
