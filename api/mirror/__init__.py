"""A mirror: a full copy of a log, run by a participant who trusts nobody, in a database of its own.

Nothing is stored before it is proved. The copy can be served read-only, to whoever asks for the
log and not for its hub.
"""
