"""Text written without spaces: characters, the pieces that are said, and how they go together."""
