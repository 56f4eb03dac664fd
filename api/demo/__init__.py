"""The demonstration: a fresh ledger, the real notifications, staged trade, alerts and their mail.

Everything goes through the doors that everybody uses: `bootstrap` founds the log, the sequencer
admits, the scanner judges, the outbox sends over SMTP. Only here, after the fact, are the labels
of the staged diversions held against the alerts that were raised.
"""
