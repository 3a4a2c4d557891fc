"""Tokens of the last release, and the keys that made them, are good with the code of today."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from medley.errors import NotSignedIn
from medley.runtime.token_keys import of_one_key
from medley.runtime.tokens import SignedTokens
from tests.golden import releases


@dataclass
class CaptureClock:
    """Stands still a moment before the capture's end."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture(params=releases.REVISIONS)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def found(revision: str) -> dict[str, Any]:
    return releases.tokens(revision)


@pytest.fixture
def tokens(revision: str, found: dict[str, Any]) -> SignedTokens:
    at = datetime.fromisoformat(releases.kept(revision)["at"]).astimezone(UTC)
    keys = of_one_key(found["key_file"]) if revision == "0006" else found["key_file"]
    return SignedTokens(keys, "medley", CaptureClock(at))


def test_signed_ones(tokens: SignedTokens, found: dict[str, Any]) -> None:
    claims = tokens.read_access(found["access"])
    assert str(claims.user_id) == found["user_id"]
    ticket = tokens.read_ticket(found["ticket"])
    assert ticket.claims == claims
    assert not ticket.origin
    with pytest.raises(NotSignedIn):
        tokens.read_ticket(found["access"])


def test_one_exchanged_leads_to_its_child(tokens: SignedTokens, found: dict[str, Any], revision: str) -> None:
    """So a browser that lost the answer to its last request is still signed in after the upgrade."""
    exchanged, current = (tokens.read_refresh(found[name]) for name in ("refresh_exchanged", "refresh"))
    [session] = releases.kept(revision)["sessions"]
    assert (exchanged.digest, current.digest) == (session["previous_hash"], session["refresh_hash"])
    assert [child.digest for child in tokens.children(exchanged)] == [current.digest]
