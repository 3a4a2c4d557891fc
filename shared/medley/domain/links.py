"""Links to stored objects: how long they live, and when two of them are the same. Plain values, no I/O."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from medley.limits import DOWNLOAD_URL_S, LINK_WINDOW_S


@dataclass(frozen=True)
class LinkWindow:
    """A stretch of LINK_WINDOW_S seconds in which all links to one object are the same, to the letter: a browser keeps
    the picture it has. Windows are numbered from 1970 on; an entity tag names its own, so it never outlives the links
    it covers."""

    number: int

    @classmethod
    def of(cls, now: datetime) -> "LinkWindow":
        """The window a moment lies in."""
        return cls(int(now.timestamp()) // LINK_WINDOW_S)

    @property
    def signed_at(self) -> datetime:
        """When links of this window say they were signed: at its start."""
        return datetime.fromtimestamp(self.number * LINK_WINDOW_S, UTC)

    @property
    def life_s(self) -> int:
        """Seconds from `signed_at` that they are good for: DOWNLOAD_URL_S at least, whenever they were given."""
        return LINK_WINDOW_S + DOWNLOAD_URL_S

    @property
    def expires_at(self) -> datetime:
        """When they end."""
        return self.signed_at + timedelta(seconds=self.life_s)
