"""ANSWERS: what may be told to whom about a blocked name."""
