"""LIVE: an image that can be replaced while it answers, and what a host does with the answers."""
