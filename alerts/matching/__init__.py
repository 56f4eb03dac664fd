"""Matching without references: an arrival told under one reference, its departure under another.

An importer that gives a consignment a number of its own leaves two halves in the ledger: a shipment
that never arrived, and an import that nobody announced. They are paired by how much better "one
shipment" explains what both halves say than "two that have nothing to do with each other" does
(Fellegi and Sunter, A Theory for Record Linkage, 1969): each thing compared adds a weight in bits,
the binary logarithm of how often halves of one shipment look so (m) over how often strangers do
(u). m are parameters, `chances` says where from; u is counted among what the ledger has of the same
substance between the same countries in those months, and by how many shipments carry a number.

Every arrival goes with one departure at most, by the assignment that explains all of them best. A
pair of at least `LIKELY` bits is likely one shipment, and rules take it so; from `POSSIBLE` on it
is shown, without effect.

Pure: `halves` says what a half is, `comparing` and `weighing` give weights, `assignment` and
`pairs` decide who goes with whom. `book` keeps it up to date with the scan.
"""
