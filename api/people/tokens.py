"""Secrets that a browser holds: 256 random bits, of which we keep the hash alone."""

import hashlib
from collections.abc import Callable

from crypto.encodings import b64u_encode

TOKEN_BYTES = 32


def draw(random: Callable[[int], bytes]) -> str:
    return b64u_encode(random(TOKEN_BYTES))


def digest(token: str) -> str:
    """What is stored. The token is random, so nobody finds it by trying and no salt is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def derived(token: str, what: str) -> str:
    """Another secret that follows from a token and does not lead back to it."""
    return b64u_encode(hashlib.sha256(f"shield/{what}\0{token}".encode()).digest())
