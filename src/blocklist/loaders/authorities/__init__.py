"""AUTHORITIES: one file for each authority whose orders have a form of their own."""
