"""`python server.py` is `python -m vvstream serve`: an installed package serves too."""

from vvstream.__main__ import serve_command

serve_command()
