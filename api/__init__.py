"""The edges: HTTP, the command line, and the one place that wires everything together.

`api.application.create_app` makes the Flask application; `api.cli` is the command `shield`.
"""


class Misconfigured(Exception):
    """A setting is missing or wrong; the message names the variable."""
