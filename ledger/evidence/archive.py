"""The .zip of a bundle: the same contents have the same bytes, and nothing unusual is read.

Files are stored, not compressed: bytes then do not depend on a version of zlib, and most of what is
in a bundle (hashes, signatures, a PDF) would not shrink anyway.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from crypto import Malformed

MAX_FILES = 20_000
MAX_BYTES = 256 * 1024 * 1024

_NAME = re.compile(
    r"[a-z][a-z_]*\.[a-z]+|README\.txt"
    r"|(?:entries/(?:0|[1-9][0-9]{0,15})\.json"
    r"|proofs/(?:0|[1-9][0-9]{0,15})\.tlog-proof"
    r"|statements/(?:0|[1-9][0-9]{0,15})\.sd-jwt)"
)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a .zip can tell
_UNREADABLE = (  # what the library raises for bytes that were tampered with
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, struct.error),
)
_UNIX, _MODE = 3, 0o644 << 16


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, in the order of their names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system, member.external_attr = _UNIX, _MODE
            archive.writestr(member, files[name])
    return written.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of an archive; Malformed for what no bundle has. Limits come before reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_FILES or sum(m.file_size for m in members) > MAX_BYTES:
                raise Malformed("too large for a bundle")
            if len({m.filename for m in members}) != len(members):
                raise Malformed("two files of one name")
            for member in members:
                if not _NAME.fullmatch(member.filename):
                    raise Malformed(f"{member.filename!a} is no file of a bundle")
            return {member.filename: archive.read(member) for member in members}
    except _UNREADABLE as error:
        raise Malformed(f"not a readable .zip: {error}") from error
