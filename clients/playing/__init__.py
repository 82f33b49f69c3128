"""What the clients share: command lines, the sound card, the terminal, a session as it is heard."""
