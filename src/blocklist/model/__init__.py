"""MODEL: what an order, a target, a name, a URL and an address is."""
