"""Keys in a device: SoftHSM stands for one, and no key of it is ever in our hands."""

import pickle
import subprocess
import sys

import pytest

from crypto import CryptoError, Malformed, UnknownKey, Untrusted
from crypto.concealing import KEY_BYTES, WrappingKeys, new_wrapping_key
from crypto.devices import Address, DeviceSigningKey, DeviceWrapping
from crypto.keys import PrivateKey
from crypto.notes import Signer, open_note, sign

URI = "pkcs11:token=shield;object=wrapping?module-path=/lib/x.so&pin-source=file:/run/pin"


def test_an_address_says_all_four_parts():
    assert Address.parse(URI) == Address(
        token="shield", object="wrapping", module="/lib/x.so", pin_file="/run/pin"
    )
    spelt = URI.replace("token=shield", "token=the%20shield").replace("file:", "file://")
    assert Address.parse(spelt).token == "the shield"
    assert Address.parse(spelt).pin_file == "/run/pin"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "pkcs11:",
        URI.replace("pkcs11:", "file:"),
        URI.replace("token=shield;", ""),
        URI.replace("object=wrapping", ""),
        URI.replace("module-path=/lib/x.so&", ""),
        URI.replace("pin-source=file:/run/pin", "pin-value=1234"),
        f"{URI}&pin-value=1234",
        URI.replace("object=", "slot-id=1;object="),
    ],
)
def test_an_address_with_less_or_more_is_refused_and_never_holds_a_pin(uri):
    with pytest.raises(Malformed) as refused:
        Address.parse(uri)
    assert "1234" not in str(refused.value)


def test_what_a_device_wrapped_it_unwraps_in_its_own_place_only(device):
    keys = DeviceWrapping(device.address("first"))
    assert keys.current() == "first"
    name, wrapped = keys.wrap(bytes(KEY_BYTES), b"7")
    assert name == "first"
    assert keys.unwrap(name, wrapped, b"7") == bytes(KEY_BYTES)
    assert keys.wrap(bytes(KEY_BYTES), b"7") != (name, wrapped)
    for place in range(len(wrapped)):
        spoilt = wrapped[:place] + bytes([wrapped[place] ^ 1]) + wrapped[place + 1 :]
        with pytest.raises(Untrusted):
            keys.unwrap(name, spoilt, b"7")
    for bad, context in ((wrapped, b"8"), (wrapped[:20], b"7"), (b"", b"7")):
        with pytest.raises(CryptoError):
            keys.unwrap(name, bad, context)


def test_from_a_file_into_a_device_and_from_one_key_to_the_next(device):
    line = new_wrapping_key()
    in_file = WrappingKeys(source=lambda: line)
    name, wrapped = in_file.wrap(bytes(KEY_BYTES), b"1")
    moved = DeviceWrapping(device.address("first"), older=in_file)
    assert moved.unwrap(name, wrapped, b"1") == bytes(KEY_BYTES)
    with pytest.raises(UnknownKey):
        DeviceWrapping(device.address("first")).unwrap(name, wrapped, b"1")
    name, wrapped = moved.wrap(bytes(KEY_BYTES), b"1")
    rotated = DeviceWrapping(device.address("second"))
    assert rotated.unwrap(name, wrapped, b"1") == bytes(KEY_BYTES)
    assert rotated.wrap(bytes(KEY_BYTES), b"1")[0] == "second"


def test_an_address_of_a_device_goes_to_another_process(device):
    keys = pickle.loads(pickle.dumps(DeviceWrapping(device.address("first"))))  # noqa: S301
    assert keys.unwrap(*keys.wrap(bytes(KEY_BYTES), b"1"), b"1") == bytes(KEY_BYTES)


def test_a_key_that_is_not_there_is_told_and_so_is_a_wrong_pin_or_module(device, tmp_path):
    with pytest.raises(UnknownKey, match="nothing"):
        DeviceWrapping(device.address("nothing")).current()
    with pytest.raises(UnknownKey):
        DeviceSigningKey(device.address("nothing"))
    shown = tmp_path / "shown"
    shown.write_text("1234")
    shown.chmod(0o644)
    with pytest.raises(Untrusted, match="0600"):
        DeviceWrapping(device.address("first", pin_file=shown)).current()
    with pytest.raises(Untrusted):
        DeviceWrapping(device.address("first", module="/nowhere.so")).current()


def test_a_device_signs_checkpoints_that_open_under_its_public_key(device):
    key = PrivateKey(DeviceSigningKey(device.address("log")))
    assert key.alg == "Ed25519"
    signer = Signer(name="ledger.test/shield", key=key)
    note = sign("ledger.test/shield\n1\nx\n", signer)
    assert open_note(note, [signer.verifier]).text == "ledger.test/shield\n1\nx\n"
    key.public.check(key.sign(b"anything"), b"anything")


def test_a_key_in_a_device_is_never_printed(device):
    key = DeviceSigningKey(device.address("log"))
    with pytest.raises(Untrusted):
        PrivateKey(key).to_pem(b"a password of some length")
    with pytest.raises(Untrusted):
        key.private_bytes_raw()


def test_without_the_package_a_device_is_refused_with_the_way_to_it(device):
    asked = (
        "import sys; sys.modules['pkcs11'] = None\n"
        "from crypto.devices import *\n"
        f"DeviceWrapping(Address.parse({device.uri('first')!r})).current()\n"
    )
    ran = subprocess.run([sys.executable, "-c", asked], check=False, capture_output=True, text=True)
    assert "install shield-ledger[pkcs11]" in ran.stderr
