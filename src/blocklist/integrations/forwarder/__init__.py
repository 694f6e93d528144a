"""FORWARDER: a resolver that blocks, forwards all other queries, and keeps no cache.

``configuration`` holds the settings, ``settings`` reads them; ``views`` chooses the image for a
client, ``forwarding`` handles each query; ``upstream`` queries other resolvers, ``listeners`` takes
and sends octets, ``server`` puts them together. See ``docs/how-to/serve.md``.
"""
