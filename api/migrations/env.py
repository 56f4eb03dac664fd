"""What Alembic runs revisions in.

`api.schema.upgrade` passes its connection. A developer who writes a revision names a database:
`alembic -x url=sqlite:////tmp/draft.sqlite3 revision --autogenerate --rev-id 0002 -m "…"`.
"""

from alembic import context
from sqlalchemy import Connection

from api.schema import METADATA
from ledger import databases


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    engine = databases.connect(context.get_x_argument(as_dictionary=True)["url"])
    with engine.begin() as connection:
        _run(connection)
    engine.dispose()
