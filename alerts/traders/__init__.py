"""Which traders are one: the same firm under several names, keys, scripts and slips of the pen.

Two sightings of a trader are *the same* by a registered identifier, or by a name that is alike and
something else that fits (the country, or a telephone, mailbox or address). A shared telephone alone
makes two firms *related*, no more: people share offices. What many have in common says nothing.
People have the last word: an agency states that traders of its country are one, or are not, and
takes it back, and what was before is as it was (`ledger.events.traders`).

Pure: `ties` compares two sightings, `clusters` brings together what is tied.
"""
