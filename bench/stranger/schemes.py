"""Every family of schemes there is: importing their modules declares them."""

from stranger import schemes_books, schemes_goods, schemes_people, schemes_way
from stranger.plots import FAMILIES

MODULES = (schemes_books, schemes_goods, schemes_people, schemes_way)
__all__ = ["FAMILIES", "MODULES"]
