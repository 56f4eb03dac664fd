"""Keys: their ids, what is refused as one, and how private ones are kept."""

import stat

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from crypto import BadSignature, Malformed, Untrusted
from crypto.encodings import b64u_decode, b64u_encode
from crypto.keys import PrivateKey, PublicKey

ALGS = ["Ed25519", "ES256"]


@pytest.fixture(params=ALGS, scope="module")
def key(request):
    return PrivateKey.generate(request.param)


def test_the_thumbprint_is_that_of_rfc_8037():
    # RFC 8037 §A.1 to A.3: seed, public key and thumbprint.
    key = PrivateKey.from_seed(b64u_decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    assert key.public.jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_signature_fits_its_key_and_data_only(key):
    signature = key.sign(b"data")
    assert len(signature) == 64
    key.public.check(signature, b"data")
    with pytest.raises(BadSignature):
        key.public.check(signature, b"data ")
    with pytest.raises(BadSignature):
        PrivateKey.generate(key.alg).public.check(signature, b"data")


def test_every_spoiled_bit_of_a_signature_is_noticed(key):
    signature = key.sign(b"data")
    for bit in range(len(signature) * 8):
        spoiled = bytearray(signature)
        spoiled[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadSignature):
            key.public.check(bytes(spoiled), b"data")


def test_a_signature_has_64_bytes_and_never_der(key):
    signature = key.sign(b"data")
    # The last one holds the same two numbers for ES256, in 65 bytes.
    padded = signature[:32] + b"\0" + signature[32:]
    for wrong in (b"", signature[:-1], signature + b"\0", b"\0" + signature, padded):
        with pytest.raises(BadSignature):
            key.public.check(wrong, b"data")
    der = ec.generate_private_key(ec.SECP256R1()).sign(b"data", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(BadSignature):
        key.public.check(der, b"data")


def test_a_public_key_survives_its_jwk(key):
    again = PublicKey.from_jwk(key.public.jwk)
    assert again == key.public
    assert again.kid == key.kid
    again.check(key.sign(b"data"), b"data")


def test_public_remarks_do_not_change_a_key(key):
    remarks = {"kid": "ours", "use": "sig", "alg": key.alg, "key_ops": ["verify"]}
    assert PublicKey.from_jwk({**key.public.jwk, **remarks}) == key.public


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("d", "AAAA"),
        ("k", "AAAA"),
        ("x5c", []),
        ("use", "enc"),
        ("alg", "HS256"),
        ("key_ops", ["sign"]),
        ("key_ops", ["verify", "sign"]),
        ("kty", "RSA"),
        ("kty", None),
        ("crv", "X25519"),
        ("crv", 5),
        ("x", 5),
        ("x", ""),
        ("x", "AAAA"),
    ],
)
def test_a_jwk_with_a_wrong_member_is_malformed_and_named(key, member, value):
    with pytest.raises(Malformed) as refusal:
        PublicKey.from_jwk({**key.public.jwk, member: value})
    assert refusal.value.pointer in {f"/{member}", "/crv"}


def test_a_jwk_has_one_spelling(key):
    for name in key.public.jwk.keys() - {"kty", "crv"}:
        text = key.public.jwk[name]
        for other in (text + "=", text[:-1] + chr(ord(text[-1]) + 1), text + "\n"):
            with pytest.raises(Malformed):
                PublicKey.from_jwk({**key.public.jwk, name: other})


def test_a_jwk_without_a_member_is_malformed(key):
    for name in key.public.jwk:
        rest = {other: text for other, text in key.public.jwk.items() if other != name}
        with pytest.raises(Malformed):
            PublicKey.from_jwk(rest)


def test_a_point_off_the_p_256_curve_is_malformed():
    jwk = PrivateKey.generate("ES256").public.jwk
    y = bytearray(b64u_decode(jwk["y"]))
    y[31] ^= 1
    with pytest.raises(Malformed, match="no point"):
        PublicKey.from_jwk({**jwk, "y": b64u_encode(bytes(y))})


def test_a_compressed_p_256_point_is_not_a_second_spelling():
    raw = PrivateKey.generate("ES256").public.raw
    with pytest.raises(Malformed):
        PublicKey("ES256", bytes([2 + raw[64] % 2]) + raw[1:33])


def test_private_material_shows_nowhere_but_in_the_encrypted_file(key):
    assert repr(key) == f"PrivateKey(alg={key.alg!r}, kid={key.kid!r})"
    assert "object at" not in repr(key.public)


def test_a_key_comes_back_from_its_encrypted_pem(key):
    pem = key.to_pem(b"pass")
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    again = PrivateKey.from_pem(pem, b"pass")
    again.public.check(key.sign(b"data"), b"data")


def test_a_wrong_password_is_untrusted(key):
    for password in (b"wrong", b""):
        with pytest.raises(Untrusted):
            PrivateKey.from_pem(key.to_pem(b"pass"), password)


def test_a_private_key_is_never_printed_without_a_password(key):
    with pytest.raises(Untrusted):
        key.to_pem(b"")


def test_a_private_key_kept_in_clear_is_untrusted():
    clear = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(Untrusted):
        PrivateKey.from_pem(clear, b"pass")


@pytest.mark.parametrize(
    "foreign",
    [
        lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
        lambda: ec.generate_private_key(ec.SECP384R1()),
    ],
    ids=["RSA", "P-384"],
)
def test_a_pem_of_another_algorithm_is_malformed(foreign):
    pem = foreign().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"pass"),
    )
    with pytest.raises(Malformed):
        PrivateKey.from_pem(pem, b"pass")


def test_text_that_is_no_pem_is_malformed():
    with pytest.raises(Malformed):
        PrivateKey.from_pem(b"hello", b"pass")


def test_a_saved_key_can_be_read_by_its_owner_alone_and_is_never_overwritten(key, tmp_path):
    path = tmp_path / "agency.pem"
    key.save(path, b"pass")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PrivateKey.load(path, b"pass").public == key.public
    with pytest.raises(FileExistsError):
        PrivateKey.generate().save(path, b"pass")
    assert PrivateKey.load(path, b"pass").public == key.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610])
def test_a_key_file_that_others_can_touch_is_untrusted(mode, tmp_path):
    path = tmp_path / "agency.pem"
    PrivateKey.generate().save(path, b"pass")
    path.chmod(mode)
    with pytest.raises(Untrusted, match="0600"):
        PrivateKey.load(path, b"pass")


def test_a_seed_has_32_bytes():
    with pytest.raises(Malformed):
        PrivateKey.from_seed(b"short")
