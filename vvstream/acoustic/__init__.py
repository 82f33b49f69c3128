"""From units to mel frames: text encoder with durations, length regulator, frame decoder."""
