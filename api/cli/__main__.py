"""`python -m api.cli`: the command `shield` without its script."""

from api.cli import main

main(prog_name="shield")
