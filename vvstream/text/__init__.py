"""Text as people write it -> words ready to be pronounced, however the text arrives."""
