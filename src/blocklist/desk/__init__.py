"""DESK: one cycle from the folder of orders to blocks that are seen to serve.

``cycle`` has the thirteen steps in their sequence. ``cli`` alone imports this room.
"""
