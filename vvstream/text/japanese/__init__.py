"""Figures of Japanese text -> the words that are said for them, in katakana."""
