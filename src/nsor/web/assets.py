"""Where the static files are, and the address under which a browser may keep them for ever.

Rules that hold here: the address carries a digest of all files, so a new release is a new address;
every file is our own (``default-src 'self'``), fonts beside their licences.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parent / "static"


_FILES = {
    path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
    for path in sorted(ROOT.rglob("*"))
    if path.is_file()
}
_DIGEST = hashlib.sha256(repr(_FILES).encode()).hexdigest()[:12]

ROUTE = f"/static/{_DIGEST}"


def address(name: str) -> str:
    """Return the address of a static file. Raises ``FileNotFoundError`` where there is none."""
    if name not in _FILES:
        raise FileNotFoundError(f"There is no static file {name}.")
    return f"{ROUTE}/{name}"
