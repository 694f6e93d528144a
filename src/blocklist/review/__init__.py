"""REVIEW: what a person compares with the document, and the order that comes of it."""
