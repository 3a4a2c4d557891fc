"""Accounts in the whole cloud: mails arrive, links work once, sockets are closed."""

import json
from contextlib import suppress
from uuid import uuid4

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from local.cloud import Cloud
from medley_client import ApiError, Client

PASSWORD, NEXT = "a long enough secret", "another long secret"


def reset_link(client: Client, email: str, count: int) -> str:
    client.call("POST", "/auth/reset-password", {"email": email})
    return client.mailed_token(email, count=count)


def test_a_password_is_reset_by_mail(cloud: Cloud) -> None:
    email = f"{uuid4()}@example.com"
    with Client(cloud.api_url) as client, Client(cloud.api_url) as other:
        client.sign_up(email, PASSWORD, "Someone")
        body = {"token": reset_link(other, email, 2), "password": NEXT}
        session = other.call("POST", "/auth/reset-password/complete", body)
        assert session["user"]["email"] == email
        with pytest.raises(ApiError, match="session_ended"):
            client.call("GET", "/me")
        with pytest.raises(ApiError, match="invalid_link"):
            other.call("POST", "/auth/reset-password/complete", body)
        other.sign_in(email, NEXT)
        [one] = other.call("GET", "/sessions")["items"]
        assert (one["current"], one["place"]) == (True, {"network": "127.0.0.1", "country": None})
        page = httpx2.get(f"{cloud.api_url}/dev/mailbox", timeout=30)
        assert f"to {email}" in page.text


def test_a_socket_is_closed_with_its_session_and_its_ticket_is_spent(cloud: Cloud, client: Client) -> None:
    ticket = client.call("POST", "/socket-tickets")
    url = f"{ticket['url']}?ticket={ticket['ticket']}"
    heard = []
    with connect(url) as socket:
        with pytest.raises(InvalidStatus) as refused:
            connect(url).__enter__()
        assert refused.value.response.status_code == 401
        client.call("POST", "/auth/sign-out")
        with suppress(ConnectionClosed):
            while True:
                heard.append(json.loads(socket.recv(timeout=30)))
    [closing] = heard
    assert len(closing.pop("trace_id")) == 32, "the trace of the request that ended it"
    assert closing == {"type": "socket_closing", "reason": "session_ended"}


def test_a_page_elsewhere_cannot_send_mail_or_read_it(cloud: Cloud) -> None:
    """Whatever name leads to this machine, and whatever it says of itself."""
    forged = {"authorization": "AWS4-HMAC-SHA256 Credential=mail/x, SignedHeaders=host, Signature=0"}
    sent = httpx2.post(f"{cloud.api_url}/@ses/v2/email/outbound-emails", json={}, headers=forged, timeout=30)
    read = httpx2.get(f"{cloud.api_url}/dev/mailbox.json", headers={"host": "evil.example.com"}, timeout=30)
    assert (sent.status_code // 100, read.status_code) == (4, 403)
