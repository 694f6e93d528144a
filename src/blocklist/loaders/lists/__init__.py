"""LISTS: one file for each syntax in which resolvers, proxies and filters write names."""
