"""The event types: a file a family, a class a type. `ledger.vocabulary.kinds` finds them."""
