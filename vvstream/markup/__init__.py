"""SSML: text with tags, cut anywhere -> the same words as without, each with its manner."""
