"""Mouth shapes in time with the sound: visemes, blended, under the names of several faces."""
