"""Subtitles, voiced: cues are read, cast, fitted into their time, and mixed."""
