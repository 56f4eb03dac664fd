"""A simulator of trade that never saw the checker it judges, nor the worlds it was tuned on."""
