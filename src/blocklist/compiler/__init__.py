"""COMPILER: orders to image."""
