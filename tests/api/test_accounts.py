"""Signing up and in: what is accepted, what is refused, and how often one may try."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from secrets import token_hex

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.pool import QueuePool

from functions.api.dependencies import Dependencies
from medley import limits
from medley.db.unit_of_work import SqlUnitOfWork
from medley.runtime.passwords import Argon2Hasher
from medley.settings import AccountSettings, SiteSettings
from tests.api import post
from tests.api.gateway import PASSWORD, Browser


def execute(engine: Engine, statement: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def test_a_new_account_is_signed_in_and_has_its_bonus(visitor: Browser) -> None:
    reply = visitor.sign_up("Ada@Example.com", name="  Ada  ")
    assert reply.status == 201
    assert reply.json["expires_in_s"] == limits.ACCESS_TOKEN_S
    assert reply.json["user"] | {"id": "", "created_at": ""} == {
        "id": "",
        "email": "ada@example.com",
        "email_verified": True,
        "name": "Ada",
        "role": "user",
        "language": "en",
        "theme": "system",
        "mail_on_end": False,
        "created_at": "",
    }
    assert visitor.get("/v1/me").json == reply.json["user"]
    assert visitor.get("/v1/wallet").json == {"available": 100, "reserved": 0, "earned": 100, "spent": 0}
    (entry,) = visitor.get("/v1/wallet/entries").json["items"]
    assert (entry["seq"], entry["kind"], entry["d_available"], entry["balance"]) == (1, "bonus", 100, 100)


def test_the_refresh_token_is_where_no_script_can_read_it(visitor: Browser) -> None:
    cookie, device = visitor.sign_up("ada@example.com").set_cookies
    name, _, rest = cookie.partition("=")
    assert name == "__Host-medley_refresh"
    assert device.startswith("__Host-medley_device=")
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= {part.strip().lower() for part in device.split(";")}
    assert {part.strip().lower() for part in rest.split(";")[1:]} == {
        "httponly",
        "secure",
        "samesite=strict",
        "path=/",
        f"max-age={limits.REFRESH_TOKEN_S}",
    }


def test_on_plain_http_the_cookie_has_a_name_browsers_accept_there(deps: Dependencies) -> None:
    """With the port in it: cookies of two clouds on one machine do not overwrite each other."""
    site = SiteSettings(url="http://localhost:8123")
    plain = Browser(replace(deps, accounts=AccountSettings(cookie_secure=False), site=site))
    cookie, device = plain.sign_up("ada@example.com").set_cookies
    assert cookie.startswith("medley_refresh_8123=")
    assert device.startswith("medley_device_8123=")
    assert "secure" not in cookie.lower() + device.lower()
    assert plain.post("/v1/auth/refresh").status == 200


def test_without_a_bonus_the_wallet_is_empty(deps: Dependencies) -> None:
    browser = Browser(replace(deps, accounts=AccountSettings(sign_up_bonus=0)))
    browser.sign_up("ada@example.com")
    assert browser.get("/v1/wallet").json["available"] == 0
    assert browser.get("/v1/wallet/entries").json == {"items": [], "next": None}


@pytest.mark.parametrize(
    "again", ["ada@example.com", "ADA@EXAMPLE.COM", "\uff41\uff44\uff41\uff20example.com", " ada@example.com\n"]
)
def test_an_address_has_one_account_however_it_is_spelled(ada: Browser, visitor: Browser, again: str) -> None:
    taken, free = (visitor.post("/v1/auth/sign-up", {"email": email}) for email in (again, "new@example.com"))
    assert (taken.status, taken.json | {"email": ""}) == (free.status, free.json | {"email": ""})
    told, welcomed = post.deliver(visitor.deps)
    assert (told.to, told.subject, told.token) == ("ada@example.com", "You have a Medley account already", "")
    assert welcomed.token


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("ada@xn--bcher-kva.example", "ada@b\u00fccher.example"),
        ("ada@B\u00dcCHER.example", "ada@b\u00fccher.example"),
        ("ada@example\u3002com", "ada@example.com"),
        ("ada@example\uff0ecom", "ada@example.com"),
        ("ada@stra\u00dfe.example", "ada@stra\u00dfe.example"),
    ],
)
def test_whoever_signed_up_can_sign_in_with_what_they_typed(visitor: Browser, written: str, stored: str) -> None:
    assert visitor.sign_up(written).json["user"]["email"] == stored
    assert visitor.sign_in(written).status == 200
    assert visitor.sign_in(stored).status == 200


@pytest.mark.parametrize("email", ["", "nobody", "ada@localhost", "@", "\ufdfa" * limits.EMAIL_CHARACTERS])
def test_what_is_no_address_cannot_sign_in_and_is_counted(visitor: Browser, email: str) -> None:
    for _ in range(limits.SIGN_IN_FAILURES):
        reply = visitor.sign_in(email)
        assert (reply.status, reply.code) == (401, "wrong_credentials")
    assert visitor.sign_in(email).code == "too_many_attempts"


@pytest.mark.parametrize(
    ("field", "length"), [("email", limits.EMAIL_CHARACTERS), ("password", limits.PASSWORD_CHARACTERS_MAX)]
)
def test_what_is_too_long_to_be_right_is_not_even_tried(visitor: Browser, field: str, length: int) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD}
    assert visitor.post("/v1/auth/sign-in", body | {field: "x" * length}).code == "wrong_credentials"
    for beyond in (length + 1, 8_000):
        reply = visitor.post("/v1/auth/sign-in", body | {field: token_hex(4_000)[:beyond]})
        assert (reply.status, reply.code) == (422, "invalid_input")
        [fault] = reply.metadata["fields"]
        assert (fault["field"], fault["code"]) == (f"body.{field}", "string_too_long")


def test_of_two_that_sign_up_at_once_one_gets_the_account(deps: Dependencies, engine: Engine) -> None:
    spellings = ["ada@example.com", "Ada@example.com", "ADA@example.com", "\uff41da@example.com"]
    for email in spellings:
        assert Browser(deps).post("/v1/auth/sign-up", {"email": email}).status == 202
    tokens = [received.token for received in post.deliver(deps)]
    with ThreadPoolExecutor(len(tokens)) as pool:
        replies = list(pool.map(lambda token: Browser(deps).complete_sign_up(token), tokens))
    assert sorted(reply.status for reply in replies) == [201, 422, 422, 422]
    assert {reply.code for reply in replies if reply.status == 422} == {"invalid_link"}
    with engine.connect() as connection:
        counts = connection.execute(text("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM entries)")).one()
    assert tuple(counts) == (1, 1)


def test_an_account_that_is_made_leaves_the_links_of_others_alone(deps: Dependencies, ada: Browser) -> None:
    emails = ["bob@example.com", "carol@example.com", "dan@example.com"]
    for email in emails:
        Browser(deps).post("/v1/auth/sign-up", {"email": email})
    first, second, third = (received.token for received in post.deliver(deps))
    assert Browser(deps).complete_sign_up(first).status == 201
    assert Browser(deps).complete_sign_up(second).status == 201
    changed = ada.post(
        "/v1/me/password", {"password": PASSWORD, "new_password": "another sentence that is long enough"}
    )
    assert changed.status == 204
    assert Browser(deps).complete_sign_up(third).status == 201


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@example.com.",
        "ada@exa mple.com",
        "ada@example.com\r\nbcc: eve@example.com",
        "ada@[127.0.0.1]",
        "ada@localhost",
        "\u0430da@example.com",  # Cyrillic
        "a" * 65 + "@example.com",
        "ada@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60 + "." + "f" * 8 + ".com",
        "x" * 5000,
    ],
)
def test_what_is_no_address_is_refused(visitor: Browser, email: str) -> None:
    reply = visitor.sign_up(email)
    assert (reply.status, reply.code) == (422, "invalid_input")
    assert [fault["field"] for fault in reply.metadata["fields"]] == ["body.email"]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("x7$kQ2p", "too_short"),
        ("Password123", "well_known"),
        ("88888888", "well_known"),
        ("ADA@example.com", "is_email"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(visitor: Browser, password: str, reason: str) -> None:
    reply = visitor.sign_up("ada@example.com", password)
    assert (reply.status, reply.code, reply.metadata) == (
        422,
        "weak_password",
        {"reason": reason, "least": 8, "limit": 128},
    )


@pytest.mark.parametrize("password", ["x7$kQ2p!", "x7" * 64, "🦊 and 日本語 " * 8, "   surrounded by blanks   "])
def test_any_other_password_is_fine_and_counts_to_the_last_character(visitor: Browser, password: str) -> None:
    assert visitor.sign_up("ada@example.com", password).status == 201
    assert visitor.sign_in("ada@example.com", password).status == 200
    assert visitor.sign_in("ada@example.com", password[:-1]).code == "wrong_credentials"


@pytest.mark.parametrize(("length", "status"), [(limits.NAME_CHARACTERS, 201), (limits.NAME_CHARACTERS + 1, 422)])
def test_names_have_a_limit(visitor: Browser, length: int, status: int) -> None:
    assert visitor.sign_up("ada@example.com", name="n" * length).status == status


@pytest.mark.parametrize("field", ["role", "credits", "user_id", "available", "email_verified"])
def test_nobody_sets_what_is_not_theirs_to_set(visitor: Browser, engine: Engine, field: str) -> None:
    bodies = {
        "/v1/auth/sign-up": {"email": "ada@example.com"},
        "/v1/auth/sign-up/complete": {"token": "x", "password": PASSWORD, "name": "Ada"},
    }
    for path, body in bodies.items():
        reply = visitor.post(path, body | {field: "admin"})
        assert (reply.status, reply.metadata["fields"][0]["code"]) == (422, "extra_forbidden")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM users")).scalar_one() == 0


@dataclass
class RecordingHasher(Argon2Hasher):
    """Argon2, cheaply; remembers what it was asked to compare with."""

    compared: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(memory_kib=8)

    def verify(self, password: str, hashed: str | None) -> bool:
        self.compared.append(hashed)
        return super().verify(password, hashed)


def test_an_unknown_address_and_a_wrong_password_look_alike(deps: Dependencies, ada: Browser) -> None:
    hasher = RecordingHasher()
    visitor = Browser(replace(deps, hasher=hasher))
    unknown = visitor.sign_in("eve@example.com", "not the password")
    wrong = visitor.sign_in("ada@example.com", "not the password")
    unvarying = {"code", "message", "http_status", "metadata"}
    assert unknown.status == wrong.status == 401
    assert {k: unknown.json["error"][k] for k in unvarying} == {k: wrong.json["error"][k] for k in unvarying}
    assert [known is not None for known in hasher.compared] == [False, True]  # a hash is computed for both


def test_a_hash_of_older_parameters_is_made_anew_when_its_password_is_at_hand(
    deps: Dependencies, ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    today = Argon2Hasher(memory_kib=16, passes=2)
    assert Browser(replace(deps, hasher=today)).sign_in("ada@example.com").status == 200
    with unit_of_work() as uow:
        user = uow.accounts.user_by_email("ada@example.com")
    assert user is not None
    assert not today.outdated(user.password_hash)
    assert ada.sign_in("ada@example.com").status == 200


def test_a_password_changed_while_it_was_compared_opens_nothing(
    deps: Dependencies, ada: Browser, unit_of_work: Callable[[], SqlUnitOfWork]
) -> None:
    class SlowHasher(Argon2Hasher):
        """Slow enough for the password to be changed meanwhile."""

        def verify(self, password: str, hashed: str | None) -> bool:
            with unit_of_work() as uow:
                user = uow.accounts.user_by_email("ada@example.com")
                assert user is not None
                uow.accounts.replace_password_hash(user.id, user.password_hash, self.hash("another sentence"))
                uow.commit()
            return super().verify(password, hashed)

    reply = Browser(replace(deps, hasher=SlowHasher(memory_kib=8))).sign_in("ada@example.com")
    assert (reply.status, reply.code) == (401, "wrong_credentials")


def test_no_password_is_hashed_while_a_transaction_is_open(deps: Dependencies, ada: Browser, engine: Engine) -> None:
    hashed: list[str] = []

    class WatchingHasher(Argon2Hasher):
        """Of newer parameters, so that a sign-in hashes too."""

        def hash(self, password: str) -> str:
            assert isinstance(engine.pool, QueuePool)
            assert engine.pool.checkedout() == 0
            hashed.append(password)
            return super().hash(password)

    watched = Browser(replace(deps, hasher=WatchingHasher(memory_kib=16)))
    assert watched.sign_in("ada@example.com").status == 200
    assert len(hashed) == 1


def test_wrong_passwords_are_limited_per_account_and_address(deps: Dependencies, ada: Browser, engine: Engine) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    for _ in range(limits.SIGN_IN_FAILURES):
        assert eve.sign_in("Ada@example.com", "a guess").status == 401
    refused = eve.sign_in("ada@example.com")
    assert (refused.status, refused.code) == (429, "too_many_attempts")
    wait_s = refused.metadata["retry_after_s"]
    assert 1 <= wait_s <= limits.SIGN_IN_WINDOW_S
    assert refused.headers["retry-after"] == str(wait_s)
    assert ada.sign_in("ada@example.com").status == 200  # from elsewhere the owner is not locked out
    assert eve.sign_in("bob@example.com", "a guess").status == 401  # another account is another matter
    execute(engine, "UPDATE sign_in_failures SET window_start = now() - interval '60 s'")
    assert eve.sign_in("ada@example.com").status == 200


def test_wrong_passwords_are_limited_per_address_whatever_the_account(deps: Dependencies, ada: Browser) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    for n in range(limits.SIGN_IN_FAILURES_PER_ADDRESS):
        assert eve.sign_in(f"user{n}@example.com", "a guess").status == 401
    assert eve.sign_in("ada@example.com").status == 429
    assert ada.sign_in("ada@example.com").status == 200


def test_an_account_is_guarded_against_guesses_from_everywhere(deps: Dependencies, ada: Browser) -> None:
    for n in range(limits.SIGN_IN_FAILURES_PER_ACCOUNT):
        guesser = Browser(deps, source_ip=f"198.51.{n // 250}.{n % 250}")
        assert guesser.sign_in("ada@example.com", "a guess").status == 401
    assert Browser(deps, source_ip="192.0.2.1").sign_in("ada@example.com", "a guess").status == 429


def test_the_forwarded_for_header_is_not_believed(deps: Dependencies, ada: Browser) -> None:
    eve = Browser(deps, source_ip="198.51.100.66")
    body = {"email": "ada@example.com", "password": "a guess"}
    replies = [
        eve.post("/v1/auth/sign-in", body, headers={"x-forwarded-for": f"10.0.0.{n}"})
        for n in range(limits.SIGN_IN_FAILURES + 1)
    ]
    assert [reply.status for reply in replies] == [401] * limits.SIGN_IN_FAILURES + [429]


def test_parallel_guesses_do_not_slip_through(deps: Dependencies, ada: Browser) -> None:
    body = {"email": "ada@example.com", "password": "a guess"}
    with ThreadPoolExecutor(16) as pool:
        replies = list(
            pool.map(lambda _: Browser(deps, "198.51.100.66").send("POST", "/v1/auth/sign-in", body), range(32))
        )
    assert [reply.status for reply in replies].count(401) == limits.SIGN_IN_FAILURES


def test_signing_in_rightly_is_not_held_against_anyone(ada: Browser) -> None:
    replies = [ada.sign_in("ada@example.com") for _ in range(limits.SIGN_IN_FAILURES + 2)]
    assert {reply.status for reply in replies} == {200}


def test_sign_ups_are_limited_per_address(visitor: Browser, deps: Dependencies, engine: Engine) -> None:
    execute(
        engine,
        "INSERT INTO sign_in_failures (subject, failures) VALUES (:subject, :failures)",
        subject=f"mail ip:{visitor.source_ip}",
        failures=limits.MAILS_PER_NETWORK - 1,
    )
    assert visitor.sign_up("ada@example.com").status == 201
    assert visitor.sign_up("bob@example.com").code == "too_many_attempts"
    assert Browser(deps, source_ip="192.0.2.1").sign_up("bob@example.com").status == 201


def test_a_disabled_user_is_out_at_once(ada: Browser, engine: Engine) -> None:
    execute(engine, "UPDATE users SET disabled_at = now()")
    assert ada.get("/v1/wallet").code == "session_ended"
    assert ada.post("/v1/auth/refresh").code == "session_ended"
    assert ada.sign_in("ada@example.com").code == "wrong_credentials"
