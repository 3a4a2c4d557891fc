"""The site: files of the built app, its page at every other address, and nothing of anybody else's."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from local.gateway.site import Site

BUCKET = "http://localhost:8001"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Medley</title>")
    (folder / "assets" / "main-abc.js").write_text("go()" * 100)
    (folder / "samples").mkdir()
    (folder / "samples" / "one.mp4").write_bytes(bytes(range(100)))
    (tmp_path / "secret.txt").write_text("not for pages")
    return Site(folder, BUCKET)


def scope(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": sent}


@pytest.mark.parametrize("path", ["/v1", "/v1/me", "/openapi.json", "/healthz", "/readyz"])
def test_addresses_of_the_api_are_not_its(site: Site, path: str) -> None:
    assert not site.serves(scope(path))


def test_it_answers_reading_alone(site: Site) -> None:
    methods = ("GET", "HEAD", "POST", "DELETE")
    assert [method for method in methods if site.serves(scope("/", method))] == ["GET", "HEAD"]


def test_without_a_build_it_serves_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path / "dist", BUCKET)
    assert not site.serves(scope("/"))
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("built meanwhile")
    assert site.serves(scope("/"))


@pytest.mark.parametrize("path", ["/", "/projects/0189/mix", "/v1beta"])
def test_every_address_of_the_app_is_its_page(site: Site, path: str) -> None:
    reply = site.answer(scope(path))
    headers = dict(reply.headers)
    assert (reply.status, reply.body) == (200, b"<!doctype html><title>Medley</title>")
    assert headers["cache-control"] == "no-cache"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", f"connect-src 'self' {BUCKET}"} <= set(policy)


def test_the_documentation_of_the_api_has_a_page_of_its_own(site: Site, tmp_path: Path) -> None:
    assert b"<title>Medley</title>" in site.answer(scope("/docs")).body  # an older build has none
    (tmp_path / "dist" / "docs.html").write_text("the API")
    assert site.answer(scope("/docs")).body == b"the API"
    assert b"<title>Medley</title>" in site.answer(scope("/projects/docs")).body


@pytest.mark.parametrize(
    "path", ["/assets/gone-1.js", "/favicon.ico", "/../secret.txt", "/assets/../../secret.txt", "/a\0"]
)
def test_a_file_that_is_not_there_is_no_page(site: Site, path: str) -> None:
    reply = site.answer(scope(path))
    assert (reply.status, reply.body) == (404, b"Not found.")


def test_files_named_by_their_content_are_kept_for_ever(site: Site) -> None:
    reply = site.answer(scope("/assets/main-abc.js", accept_encoding="gzip, br"))
    headers = dict(reply.headers)
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert (headers["content-encoding"], gzip.decompress(reply.body)) == ("gzip", b"go()" * 100)
    plain = site.answer(scope("/assets/main-abc.js"))
    assert ("content-encoding" in dict(plain.headers), plain.body) == (False, b"go()" * 100)


def test_what_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    tag = dict(site.answer(scope("/")).headers)["etag"]
    assert site.answer(scope("/", if_none_match=tag)).status == 304
    (tmp_path / "dist" / "index.html").write_text("a new release")
    assert site.answer(scope("/", if_none_match=tag)).body == b"a new release"


def test_head_has_the_headers_alone(site: Site) -> None:
    reply = site.answer(scope("/", "HEAD"))
    assert (reply.status, reply.body, dict(reply.headers)["content-length"]) == (200, b"", "36")


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-9", 206, bytes(range(10)), "bytes 0-9/100"),
        ("bytes=90-", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=-5", 206, bytes(range(95, 100)), "bytes 95-99/100"),
        ("bytes=90-500", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=-", 200, bytes(range(100)), None),
        ("bytes=0-1,5-6", 200, bytes(range(100)), None),
        (f"bytes={'9' * 5_000}-", 200, bytes(range(100)), None),
        (f"bytes=0-{'9' * 5_000}", 200, bytes(range(100)), None),
        (f"bytes=-{'9' * 5_000}", 200, bytes(range(100)), None),
    ],
)
def test_players_ask_for_ranges(site: Site, asked: str, status: int, content: bytes, told: str | None) -> None:
    reply = site.answer(scope("/samples/one.mp4", range=asked))
    assert (reply.status, reply.body, dict(reply.headers).get("content-range")) == (status, content, told)


@pytest.mark.parametrize("path", ["/" + "a" * 300, "/" + "a/" * 3_000, "/" + "a" * 300 + ".js"])
def test_an_address_too_long_for_a_file_is_nowhere(site: Site, path: str) -> None:
    assert site.answer(scope(path)).status == 404
