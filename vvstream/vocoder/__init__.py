"""From mel frames and pitch to samples: a causal vocoder that shapes harmonics and noise."""
