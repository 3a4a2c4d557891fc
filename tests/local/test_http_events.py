"""The exact shape of API Gateway's HTTP events and answers."""

from datetime import UTC, datetime

import pytest

from local.gateway.http_events import MalformedReply, http_event, read_reply

ID = "7c1d0f0e-3a63-4d6f-9d7e-0c1d2e3f4a5b"
AT = datetime(2026, 3, 12, 19, 3, 58, tzinfo=UTC)


def scope(**changes):
    return {
        "type": "http",
        "method": "POST",
        "path": "/v1/naïve path",
        "raw_path": b"/v1/na%C3%AFve%20path",
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("10.0.0.7", 5555),
        "headers": [(b"host", b"localhost:8000"), (b"user-agent", b"curl/8")],
    } | changes


def test_a_request_becomes_a_payload_of_version_two():
    event = http_event(scope(), b"", AT, ID)
    request_id = event["requestContext"].pop("requestId")
    trace = event["headers"].pop("x-amzn-trace-id")
    assert request_id.replace("-", "").startswith(trace.removeprefix("Root=1-69b30e1e-"))
    assert event == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/v1/na%C3%AFve%20path",
        "rawQueryString": "",
        "headers": {
            "host": "localhost:8000",
            "user-agent": "curl/8",
            "x-forwarded-for": "10.0.0.7",
            "x-forwarded-port": "8000",
            "x-forwarded-proto": "http",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "local",
            "http": {
                "method": "POST",
                "path": "/v1/na%C3%AFve%20path",
                "protocol": "HTTP/1.1",
                "sourceIp": "10.0.0.7",
                "userAgent": "curl/8",
            },
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1773342238000,
        },
        "isBase64Encoded": False,
    }


def test_repeated_headers_and_query_values_are_joined_and_cookies_listed():
    headers = [(b"Accept", b"a"), (b"accept", b"b"), (b"cookie", b"one=1; two=2"), (b"cookie", b"three=3")]
    event = http_event(scope(headers=headers, query_string=b"x=1&y=%20a%2Bb&x=2&z="), b"", AT, ID)
    assert event["headers"]["accept"] == "a,b"
    assert "cookie" not in event["headers"]
    assert event["cookies"] == ["one=1", "two=2", "three=3"]
    assert event["rawQueryString"] == "x=1&y=%20a%2Bb&x=2&z="
    assert event["queryStringParameters"] == {"x": "1,2", "y": " a+b", "z": ""}


def test_a_client_cannot_forge_what_the_gateway_says():
    event = http_event(scope(headers=[(b"x-forwarded-for", b"1.2.3.4")]), b"", AT, ID)
    assert event["headers"]["x-forwarded-for"] == "10.0.0.7"


@pytest.mark.parametrize(
    ("content_type", "body", "text", "base64"),
    [
        (b"application/json; charset=utf-8", '{"é":1}'.encode(), '{"é":1}', False),
        (b"application/problem+json", b"{}", "{}", False),
        (b"text/plain", b"words", "words", False),
        (b"application/octet-stream", b"\x00\xff", "AP8=", True),
        (b"text/plain", b"\xff", "/w==", True),
        (b"", b"abc", "YWJj", True),
    ],
)
def test_text_goes_as_text_and_everything_else_as_base64(content_type, body, text, base64):
    event = http_event(scope(headers=[(b"content-type", content_type)]), body, AT, ID)
    assert (event["body"], event["isBase64Encoded"]) == (text, base64)


def test_an_answer_keeps_status_headers_cookies_and_bytes():
    answer = {
        "statusCode": "201",
        "headers": {"X-A": 1},
        "cookies": ["a=1", "b=2"],
        "body": "AP8=",
        "isBase64Encoded": True,
    }
    reply = read_reply(answer)
    assert (reply.status, reply.body) == (201, b"\x00\xff")
    assert reply.headers == (("x-a", "1"), ("set-cookie", "a=1"), ("set-cookie", "b=2"))


@pytest.mark.parametrize(("answer", "body"), [({"a": 1}, b'{"a": 1}'), ("text", b"text"), (None, b"null")])
def test_an_answer_without_a_status_is_a_json_body(answer, body):
    reply = read_reply(answer)
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers == (("content-type", "application/json"),)


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "many"},
        {"statusCode": None},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": 200, "headers": "text"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
    ],
)
def test_an_answer_that_is_no_response_is_refused(answer):
    with pytest.raises(MalformedReply):
        read_reply(answer)
