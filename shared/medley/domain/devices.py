"""Devices: what a browser says it is, in words a person knows."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

# In order: many name others too, to be let in where those are.
_BROWSERS: Final = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_PLATFORMS: Final = (
    ("Windows", r"\bWindows\b"),
    ("iPhone", r"\biPhone\b"),
    ("iPad", r"\biPad\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("macOS", r"\bMacintosh\b|\bMac OS X\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
_PRODUCT: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,39}")  # of a program: `python-httpx2/2.16` is python-httpx2


@dataclass(frozen=True)
class SessionOnDevice:
    """A session that is signed in, as its owner sees it. Its device was `first_seen_at`. `country` is empty where no
    proxy of ours told it."""

    id: UUID
    user_agent: str
    network: str
    country: str
    first_seen_at: datetime
    signed_in_at: datetime
    last_seen_at: datetime

    @property
    def name(self) -> str:
        """`Firefox`, or what a program calls itself; empty if it says nothing."""
        return browser_of(self.user_agent)

    @property
    def platform(self) -> str:
        """`Windows`; empty if it is none we know."""
        return _first(_PLATFORMS, self.user_agent)


def browser_of(user_agent: str) -> str:
    """What a user agent calls itself, shortly."""
    if found := _first(_BROWSERS, user_agent):
        return found
    product = _PRODUCT.match(user_agent.partition("/")[0])
    return product.group().strip() if product else ""


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, user_agent)), "")
