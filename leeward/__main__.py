"""`python -m leeward` is the leeward command."""

from leeward.cli.main import main

main()
