"""Category and use as stated in four languages, to a few plain purposes."""

import re

from seed.clerk.reading import fold, tidy

CATEGORIES = {"pesticide": "pesticide", "plaguicida": "pesticide"}

# Stems, so that plurals and the other languages fall in; the order is that of the answer.
PURPOSES: tuple[tuple[str, str], ...] = (
    ("re-export", r"\bre ?exports?\b|\breexport|further export"),
    ("repackaging", r"\bre ?pack|\bfill(?:ing)? and pack|\breenvas|\bpackaging and"),
    (
        "formulation",
        r"\bformulat|\bmanufactur|\bto produce\b|\bproduction of\b|\bfabric|\bproducir f",
    ),
    ("research", r"\bresearch\b|\btrials?\b|\binvestigacion\b|\brecherche\b"),
    ("seed treatment", r"\bseeds?\b|\bsemillas?\b|\bsemences?\b"),
    ("insecticide", r"\bin(?:s)?ecticid|\binsetticid"),
    ("fungicide", r"\bfuni?gi?cid"),
    ("herbicide", r"\bherbicid"),
    ("fumigant", r"\bfumig|\bdesinfeccion del suelo|\bnemat|\bnamat"),
    ("growth regulator", r"\bgrowth regulator|\bregulador"),
)


def read_category(raw: str) -> str:
    """`pesticide` whatever the language; an unknown category stays as it was written."""
    return CATEGORIES.get(fold(raw), tidy(raw))


def read_purposes(raw: str) -> tuple[str, ...]:
    """Every purpose the text names. Re-export and repackaging matter: the goods will move on."""
    text = fold(tidy(raw))
    return tuple(purpose for purpose, pattern in PURPOSES if re.search(pattern, text))
