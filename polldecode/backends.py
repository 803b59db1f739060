"""What fsspec needs beside itself for the URLs of some schemes, and how it is installed."""

from __future__ import annotations

from importlib.util import find_spec

BACKENDS = {  # scheme → module, and fsspec's extra
    "http": ("aiohttp", "http"),
    "https": ("aiohttp", "http"),
    "s3": ("s3fs", "s3"),
    "gs": ("gcsfs", "gcs"),
}


def needed_for(path: str) -> str | None:
    """Why a URL cannot be read: fsspec is there, and what it reads such URLs with is not. Else None."""
    scheme, mark, _ = path.partition("://")
    if not mark or scheme not in BACKENDS or find_spec("fsspec") is None:
        return None
    module, extra = BACKENDS[scheme]
    if find_spec(module) is not None:
        return None
    return f'reading {scheme}:// needs {module}: pip install "fsspec[{extra}]"'
