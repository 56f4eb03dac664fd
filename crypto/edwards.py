"""Which 32 bytes may be an Ed25519 public key: the check our signature library leaves out.

The library accepts the eight points of small order, under some of which one signature fits every
message, and encodings that are not the only spelling of their point. Decoding follows RFC 8032
§5.1.3 with its strict reading.

A point with a small-order component besides its prime-order one is let through: only its owner can
make one, and the library judges signatures by the cofactorless equation with a canonical R, so
what it accepts every cofactored verifier accepts too.
"""

from crypto import Malformed

P = 2**255 - 19
_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]


def check_public_key(encoded: bytes) -> None:
    """Refuse whatever an honest Ed25519 key generator can't have made."""
    x, y = _decode(encoded)
    # Three doublings multiply by the cofactor 8: exactly the small-order points go to (0, 1).
    for _ in range(3):
        x, y = _double(x, y)
    if (x, y) == (0, 1):
        raise Malformed("an Ed25519 key of small order: everybody can sign for it")


def _decode(encoded: bytes) -> Point:
    if len(encoded) != 32:
        raise Malformed("an Ed25519 key has 32 bytes")
    packed = int.from_bytes(encoded, "little")
    y, sign = packed & (2**255 - 1), packed >> 255
    if y >= P:
        raise Malformed("an Ed25519 key in a non-canonical encoding (y is not reduced)")
    # The inverse exists: d·y² + 1 is never 0, for -d is no square modulo p.
    x = _root((y * y - 1) * pow(_D * y * y + 1, -1, P) % P)
    if x == 0 and sign == 1:
        raise Malformed("an Ed25519 key in a non-canonical encoding (minus zero)")
    return (x if x & 1 == sign else P - x), y


def _root(square: int) -> int:
    """Take a square root modulo p (RFC 8032 §5.1.3 step 3)."""
    for candidate in (root := pow(square, (P + 3) // 8, P), root * _SQRT_MINUS_ONE % P):
        if candidate * candidate % P == square:
            return candidate
    raise Malformed("an Ed25519 key that is no point of the curve")


def _double(x: int, y: int) -> Point:
    """Add a point to itself by the affine law of -x² + y² = 1 + d·x²·y², which is complete."""
    product = _D * x * x % P * y * y % P
    return (
        2 * x * y * pow(1 + product, -1, P) % P,
        (y * y + x * x) * pow(1 - product, -1, P) % P,
    )
