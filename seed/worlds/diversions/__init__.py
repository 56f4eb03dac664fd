"""Families of diversion, found by name: each bends the facts of a voyage, never how it is told."""
