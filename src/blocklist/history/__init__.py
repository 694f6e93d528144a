"""HISTORY: what was blocked when, on whose order, in a log that cannot be changed unseen."""
