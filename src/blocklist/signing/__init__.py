"""SIGNING: keys and signed notes, as the C2SP specification signed-note has them."""
