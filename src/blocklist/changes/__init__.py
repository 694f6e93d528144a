"""CHANGES: what differs between two images, and whether it may be taken."""
