"""What a browser says it is, in a word or two."""

import pytest

from medley.domain.devices import SessionOnDevice, browser_of

MOZILLA = "Mozilla/5.0"
KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name", "platform"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {KHTML} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {KHTML} Chrome/140.0 Safari/537.36 OPR/120", "Opera", "Windows"),
        (f"{MOZILLA} (X11; CrOS x86_64 1) {KHTML} Chrome/140.0 Safari/537.36", "Chrome", "ChromeOS"),
        (
            f"{MOZILLA} (Linux; Android 15; SM-S911B) {KHTML} SamsungBrowser/28 Chrome/130 Safari",
            "Samsung Internet",
            "Android",
        ),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605", "Safari", "macOS"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Safari", "Chrome", "iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 FxiOS/140 Safari", "Firefox", "iPad"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        ("python-httpx2/2.16.2", "python-httpx2", ""),
        ("curl/8.9", "curl", ""),
        ("", "", ""),
        ("<script>alert(1)</script>", "", ""),
        ("x" * 400, "x" * 40, ""),
    ],
)
def test_a_device_is_named(user_agent: str, name: str, platform: str) -> None:
    session = SessionOnDevice.__new__(SessionOnDevice)
    object.__setattr__(session, "user_agent", user_agent)
    assert browser_of(user_agent) == session.name == name
    assert session.platform == platform
