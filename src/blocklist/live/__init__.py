"""LIVE: an image that is replaced while it answers, and what its host does with the answers."""
