"""`python -m leeward` is the leeward command."""

from leeward.cli.main import app

app(prog_name="leeward")
