"""The ingest function, from the S3 event in an SQS message to the fact on the queue."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote_plus
from uuid import UUID

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from cli.directory_store import DirectoryStore
from functions.ingest import handler
from functions.ingest.handler import Dependencies
from medley import limits
from medley.contracts import keys
from medley.contracts.assets import AudioAssetFacts, ImageFacts
from medley.contracts.facts import AssetAccepted, AssetRefused, ClipAccepted, ClipRefused, read_fact
from medley.contracts.keys import AssetKey, UploadKey
from medley.contracts.notifications import created_keys
from medley.errors import StorageUnavailable
from medley.ports.cloud import Message, StoredObject
from medley.runtime.observability import logger
from tests.media.clips import AAC, Maker, picture, run, tone

Key = TypeVar("Key", UploadKey, AssetKey)
OWNER, PROJECT = UUID(int=1), UUID(int=2)


class Facts:
    """A queue that keeps what it is sent, or refuses it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refuses = False

    def send(self, messages: Sequence[Message]) -> Sequence[Message]:
        if self.refuses:
            return messages
        self.messages += messages
        return []

    def read(self) -> list[Any]:
        return [read_fact(message.body) for message in self.messages]


class Ingest:
    """The function over a directory, with what it sends and hands back."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bucket")
        self.facts = Facts()
        self.handed_back: list[tuple[str, str, int]] = []
        self.scratch = folder / "scratch"
        self.folder = folder

    def put(self, source: Path | bytes, n: int = 7) -> UploadKey:
        """Upload a file as clip `n`."""
        return self._put(UploadKey(OWNER, PROJECT, UUID(int=n)), source)

    def put_asset(self, source: Path | bytes, n: int = 8) -> AssetKey:
        """Upload a file as asset `n`."""
        return self._put(AssetKey(OWNER, PROJECT, UUID(int=n)), source)

    def _put(self, key: Key, source: Path | bytes) -> Key:
        path = self.folder / f"upload-{key.id}"
        path.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
        self.store.upload(path, str(key), "application/octet-stream")
        return key

    def read(self, key: str) -> bytes:
        """The content of an object."""
        path = self.folder / "read"
        self.store.download(key, path)
        return path.read_bytes()

    def tell(self, *bodies: str) -> list[str]:
        """Invoke the function with these messages; returns the ids of those that failed."""
        deps = Dependencies(
            store=self.store,
            queue=self.facts,
            hand_back=lambda *back: self.handed_back.append(back),
            postpone=None,
            scratch=self.scratch,
            threads=1,
            logger=logger("test"),
        )
        answer = handler.handle(sqs_event(*bodies), LambdaContext(), deps)
        assert not self.scratch.exists() or list(self.scratch.iterdir()) == []
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def sqs_event(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{n}",
                "receiptHandle": f"receipt-{n}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0", "SenderId": "S3"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:uploads",
                "awsRegion": "us-east-1",
            }
            for n, body in enumerate(bodies)
        ]
    }


def s3_event(*found: UploadKey | AssetKey | str) -> str:
    """What S3 sends: keys are encoded as in a form."""
    records = [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": "medley", "arn": "arn:aws:s3:::medley"},
                "object": {"key": quote_plus(str(key), safe="/"), "size": 1, "eTag": "e", "sequencer": "0"},
            },
        }
        for key in found
    ]
    return json.dumps({"Records": records})


@pytest.fixture
def ingest(tmp_path: Path) -> Ingest:
    return Ingest(tmp_path)


def test_a_clip_is_accepted_with_its_poster(ingest: Ingest, make: Maker) -> None:
    key = ingest.put(make("rotated 90"))
    assert ingest.tell(s3_event(key)) == []
    (fact,) = ingest.facts.read()
    assert isinstance(fact, ClipAccepted)
    assert (fact.owner_id, fact.clip_id) == (OWNER, key.clip)
    assert fact.facts.video.rotation == 90
    assert fact.facts.size_bytes == make("rotated 90").stat().st_size
    assert fact.poster_key == keys.derived(OWNER, key.clip, "poster.jpg")
    assert ingest.store.head(fact.poster_key) is not None
    assert ingest.facts.messages[0].queue == "facts"
    assert ingest.facts.messages[0].group == str(OWNER)


def test_what_a_timeline_shows_of_a_clip(ingest: Ingest, make: Maker) -> None:
    with_sound, without = ingest.put(make("HEVC"), 1), ingest.put(make("no sound"), 2)
    assert ingest.tell(s3_event(with_sound, without)) == []
    first, second = ingest.facts.read()
    for fact, key in ((first, with_sound), (second, without)):
        assert fact.filmstrip_key == keys.derived(OWNER, key.clip, "filmstrip.jpg")
        assert ingest.read(fact.filmstrip_key).startswith(b"\xff\xd8")
        assert len(fact.facts.activity.motion) == 5
    assert first.waveform_key == keys.derived(OWNER, with_sound.clip, "waveform.json")
    assert len(json.loads(ingest.read(first.waveform_key))["peaks"]) == limits.WAVEFORM_PEAKS
    assert second.waveform_key is None
    assert first.proxy_key == keys.derived(OWNER, with_sound.clip, "proxy.mp4")
    assert ingest.read(first.proxy_key)[4:8] == b"ftyp"
    assert second.proxy_key is None  # it is small, and plays anywhere as it is
    made = {first.poster_key, first.filmstrip_key, first.waveform_key, first.proxy_key}
    assert made == set(with_sound.objects[1:])


def test_a_clip_that_takes_too_long_to_look_over_is_accepted(
    ingest: Ingest, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OVERVIEW_S", 0)
    monkeypatch.setattr("medley.media.sandbox.child_process.PULSE_S", 0.0)
    assert ingest.tell(s3_event(ingest.put(make("plain")))) == []
    (fact,) = ingest.facts.read()
    assert isinstance(fact, ClipAccepted)
    assert ingest.store.head(fact.poster_key) is not None
    assert (fact.facts.activity, fact.filmstrip_key, fact.waveform_key, fact.proxy_key) == (None, None, None, None)


def test_assets_are_accepted_for_what_they_are(ingest: Ingest, tmp_path: Path) -> None:
    run(*tone(), *AAC, str(tmp_path / "song.m4a"))
    run(*picture("64x48"), "-frames:v", "1", str(tmp_path / "logo.png"))
    song, logo = ingest.put_asset(tmp_path / "song.m4a", 1), ingest.put_asset(tmp_path / "logo.png", 2)
    assert ingest.tell(s3_event(song, logo)) == []
    heard, seen = ingest.facts.read()
    assert isinstance(heard, AssetAccepted)
    assert isinstance(heard.facts, AudioAssetFacts)
    assert (heard.owner_id, heard.asset_id, heard.facts.channels) == (OWNER, song.asset, 2)
    assert isinstance(seen.facts, ImageFacts)
    assert (seen.asset_id, seen.facts.width) == (logo.asset, 64)
    assert {message.group for message in ingest.facts.messages} == {str(OWNER)}


def test_an_asset_that_is_none_is_refused(ingest: Ingest) -> None:
    playlist = ingest.put_asset(b"#EXTM3U\nhttp://169.254.169.254/latest\n")
    assert ingest.tell(s3_event(playlist)) == []
    (fact,) = ingest.facts.read()
    assert isinstance(fact, AssetRefused)
    assert (fact.owner_id, fact.asset_id, fact.code) == (OWNER, playlist.asset, "playlist")


def test_an_asset_too_large_is_not_even_fetched(ingest: Ingest) -> None:
    key = ingest.put_asset(b"song")
    for size, code in ((limits.ASSET_AUDIO_BYTES, "not_media"), (limits.ASSET_AUDIO_BYTES + 1, "too_large")):
        ingest.store.head = lambda key, size=size: StoredObject(key, size, "e", datetime.now(UTC))  # type: ignore[misc]  # says another size
        assert ingest.tell(s3_event(key)) == []
        assert ingest.facts.read()[-1].code == code


def test_an_asset_that_is_gone_is_forgotten(ingest: Ingest) -> None:
    assert ingest.tell(s3_event(AssetKey(OWNER, PROJECT, UUID(int=9)))) == []
    assert ingest.facts.messages == []


def test_twice_is_as_once(ingest: Ingest, make: Maker) -> None:
    body = s3_event(ingest.put(make("plain")))
    assert ingest.tell(body, body) == []
    first, second = ingest.facts.messages
    assert first == second


def test_a_bad_file_is_refused_and_the_others_go_on(ingest: Ingest, make: Maker) -> None:
    contents = {"empty": b"", "playlist": b"#EXTM3U\n", "not_media": b"Not a video, sorry."}
    bad = {code: ingest.put(content, n) for n, (code, content) in enumerate(contents.items(), 3)}
    good = ingest.put(make("tiny"), 2)
    assert ingest.tell(s3_event(*bad.values(), good)) == []
    *refused, accepted = ingest.facts.read()
    assert all(isinstance(fact, ClipRefused) for fact in refused)
    assert {fact.code: fact.clip_id for fact in refused} == {code: key.clip for code, key in bad.items()}
    assert isinstance(accepted, ClipAccepted)
    assert accepted.clip_id == good.clip


def test_a_clip_that_is_gone_is_forgotten(ingest: Ingest) -> None:
    assert ingest.tell(s3_event(UploadKey(OWNER, PROJECT, UUID(int=9)))) == []
    assert ingest.facts.messages == []


def test_a_clip_deleted_while_it_is_looked_at_is_forgotten(ingest: Ingest, make: Maker) -> None:
    key = ingest.put(make("tiny"))
    ingest.store.head = lambda key: StoredObject(key, 1, "e", datetime.now(UTC))  # type: ignore[method-assign] # the moment before
    ingest.store.delete(str(key))
    assert ingest.tell(s3_event(key)) == []
    assert ingest.facts.messages == []


def test_the_first_message_of_a_notification(ingest: Ingest) -> None:
    body = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "medley", "RequestId": "1", "HostId": "2"}
    assert ingest.tell(json.dumps(body)) == []
    assert ingest.facts.messages == []


def test_a_foreign_key_is_left_alone(ingest: Ingest, make: Maker) -> None:
    good = ingest.put(make("tiny"))
    foreign = ("uploads/me/../you", "uploads/a b+c/ü", "outputs/1/2/3.mp4", "uploads/", "assets/", "assets/1/2/3")
    assert ingest.tell(s3_event(*foreign, good)) == []
    (fact,) = ingest.facts.read()
    assert fact.clip_id == good.clip


def test_keys_are_decoded_as_a_form() -> None:
    body = s3_event("uploads/a b+c/ü%20")
    assert json.loads(body)["Records"][0]["s3"]["object"]["key"] == "uploads/a+b%2Bc/%C3%BC%2520"
    assert created_keys(body) == ["uploads/a b+c/ü%20"]


@pytest.mark.parametrize("size", [limits.UPLOAD_BYTES, limits.UPLOAD_BYTES + 1])
def test_a_file_too_large_is_not_even_fetched(size: int, ingest: Ingest, make: Maker) -> None:
    key = ingest.put(make("tiny"))
    ingest.store.head = lambda key: StoredObject(key, size, "e", datetime.now(UTC))  # type: ignore[method-assign] # says another size
    failed = ingest.tell(s3_event(key))
    if size > limits.UPLOAD_BYTES:
        assert [fact.code for fact in ingest.facts.read()] == ["too_large"]
    else:
        assert failed == ["message-0"] or isinstance(ingest.facts.read()[0], ClipAccepted)  # the disk may be too full


def test_what_is_down_is_tried_again(ingest: Ingest, make: Maker) -> None:
    key = ingest.put(make("tiny"))
    ingest.facts.refuses = True
    assert ingest.tell(s3_event(key), s3_event("elsewhere/x")) == ["message-0"]
    ingest.facts.refuses = False

    def down(key: str, path: Path) -> None:
        path.write_bytes(b"a part")
        raise StorageUnavailable("The store does not answer.")

    ingest.store.download = down  # type: ignore[method-assign] # a store that fails half-way
    assert ingest.tell(s3_event(key)) == ["message-0"]
    assert [handle for _, handle, _ in ingest.handed_back] == ["receipt-0", "receipt-0"]
    assert ingest.facts.messages == []


@pytest.mark.parametrize("body", ["not JSON", "{}", '{"Records": [{"eventName": "ObjectCreated:Put"}]}'])
def test_a_message_nobody_can_read_ends_as_a_dead_letter(body: str, ingest: Ingest) -> None:
    assert ingest.tell(body) == ["message-0"]
