"""Loads every family of crimes; each module declares its own."""

import importlib

_MODULES = ("plots_way", "plots_transit", "plots_permits", "plots_labels", "plots_firms",
            "plots_orders", "plots_use")  # fmt: skip


def load() -> None:
    """Import the modules in which families are declared."""
    for name in _MODULES:
        importlib.import_module(f"visitor.{name}")
