"""The clerk: reads the raw fields of an export notification as a careful person would.

One module reads one field. Each reader is a pure function that returns a `Reading`: the value, or
None where the field does not say, and in words every assumption it made on the way. `rows` puts
the readings together into a `Notification`, or a `Refused` that says why. Nothing is dropped in
silence and nothing is looked up row by row: general rules first, small tables of spellings second.
"""
