"""REPORTS: orders and what the record says of them, as authorities and managers want to read it."""
