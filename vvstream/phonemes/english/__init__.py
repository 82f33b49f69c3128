"""American English: dictionary, stress and suffix rules, tagger, letter-to-sound."""
