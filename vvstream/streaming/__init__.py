"""Layers that work on a whole sequence and, with the same weights, on one still arriving."""
