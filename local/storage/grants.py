"""Grants of a function in the embedded S3: it may use the prefixes of its row, as its role does at AWS.

Who asks is known by the access key; a function's is its name.
"""

import re
from collections.abc import Mapping
from typing import Final

Grants = Mapping[str, Mapping[str, list[str]]]  # function -> "read" and "write" -> key prefixes

_READING: Final = frozenset({"GET", "HEAD"})
_ACCESS_KEY: Final = re.compile(r"Credential=([^/%]+)(?:/|%2F)")


def granted(method: str, path: str, query: str, authorization: str, grants: Grants) -> bool:
    """False if a function asks for what its row does not grant. Whoever is no function may do all: it is a person with
    a client.

    Args:
        path: `/bucket/key`, decoded.
        query, authorization: as they were sent; one of them names the access key.
    """
    found = _ACCESS_KEY.search(f"{authorization} {query}")
    if found is None or found[1] not in grants:
        return True
    key = path.lstrip("/").partition("/")[2]
    return key.startswith(tuple(grants[found[1]]["read" if method in _READING else "write"]))
