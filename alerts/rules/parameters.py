"""What can be tuned about a rule: named numbers and words, read with the unit in their names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Self, TypeAlias

Value: TypeAlias = Decimal | int | str
NO_VALUES: Mapping[str, Value] = {}
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Parameters(Mapping[str, Value]):
    """The parameters of one rule, its defaults overridden where somebody decided so."""

    values_by_name: Mapping[str, Value]

    def __getitem__(self, name: str) -> Value:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def but(self, changes: Mapping[str, Value]) -> Self:
        """The same with some values changed; ValueError for a name or a type it does not have."""
        if not changes:
            return self
        for name, value in changes.items():
            default = self.values_by_name.get(name)
            if default is None:
                raise ValueError(f"there is no parameter {name}")
            if isinstance(value, str) != isinstance(default, str) or isinstance(value, bool):
                raise ValueError(f"{name} does not take {value!r}")
        return type(self)({**self.values_by_name, **changes})

    def number(self, name: str) -> Decimal:
        return Decimal(self.values_by_name[name])

    def whole(self, name: str) -> int:
        return int(self.values_by_name[name])

    def share(self, name: str) -> Decimal:
        """A percentage as a fraction of one."""
        return self.number(name) / HUNDRED

    def days(self, name: str) -> timedelta:
        return _days(self.values_by_name[name])

    def hours(self, name: str) -> timedelta:
        return timedelta(hours=float(self.number(name)))

    def words(self, name: str) -> frozenset[str]:
        """A list written with blanks or commas between the words."""
        return frozenset(str(self.values_by_name[name]).replace(",", " ").split())


@lru_cache(maxsize=512)
def _days(value: Value) -> timedelta:
    return timedelta(days=float(Decimal(value)))
