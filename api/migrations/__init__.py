"""Revisions of the database's schema, run by `api.schema`."""
