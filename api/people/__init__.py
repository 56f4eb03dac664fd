"""People at the console: how they are invited, register a passkey, sign in and act.

The log knows a person by a pseudonym, roles and credentials (`ledger.persons`), and is believed in
all three. Only what must not be in a log lies in tables of ours: names, invitations, open sessions,
and challenges under way. Tokens are kept as hashes; there are no passwords.
"""
