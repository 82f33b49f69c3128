"""Words to phonemes: the inventory that the voices read, and one pronouncer for each language."""
