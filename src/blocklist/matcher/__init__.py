"""MATCHER: questions to an image."""
