"""Captures goldens: what the release of the day keeps in its database and says on its queues. See README.md.

    python -m tests.golden.capture FOLDER

A whole embedded cloud runs, with everything real but the pollers: these are played here, so that each message is seen
on its way and an order can be left half done.
"""

import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from sqlalchemy import text

from infra.topology import TOPOLOGY, QueueTrigger, ScheduleTrigger, Topology
from local.cloud import Cloud
from local.compute.pollers import sqs_event
from medley.db.engine import make_engine
from medley.db.migrations import head
from medley.db.tables import metadata
from medley.media.sandbox.ffmpeg import executable
from medley_client import ApiError, Client, Json, ids

EMAIL, PASSWORD = "golden@example.com", "a long enough secret"
PATIENCE_S = 120
SPEC: Json = {"clips_per_video": 2, "resolution": 480, "quality": "draft", "seed": 7, "fps": 24}


class Recorder:
    """Plays the pollers of a cloud and keeps one message of each kind and queue: the largest, it says most."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._sqs = cloud.storage.sqs()
        self._consumers = {
            trigger.queue: row.name
            for row in TOPOLOGY.functions
            for trigger in row.triggers
            if isinstance(trigger, QueueTrigger)
        }
        self.messages: dict[str, dict[str, Any]] = {}

    def deliver(self, *queues: str, limit: int = 1_000) -> int:
        """Have the messages of these queues handled, and those that follow on them, at most `limit`; how many."""
        delivered = 0
        for queue in queues:
            url = self._cloud.storage.queue_urls[queue]
            while delivered < limit:
                found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, AttributeNames=["All"])
                messages = found.get("Messages", [])
                if not messages:
                    break
                for message in messages:
                    self._keep(queue, message["Body"])
                answer = self._cloud.invoke(self._consumers[queue], sqs_event(queue, messages))
                if answer["batchItemFailures"]:
                    raise RuntimeError(f"a message of {queue} failed: {messages}")
                for message in messages:
                    self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                delivered += len(messages)
        return delivered

    def see(self, queue: str) -> None:
        """Keep what waits in a queue, and leave it there."""
        url = self._cloud.storage.queue_urls[queue]
        found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        for message in found.get("Messages", []):
            self._keep(queue, message["Body"])

    def _keep(self, queue: str, body: str) -> None:
        message = json.loads(body)
        if "Records" in message or "Event" in message:
            kind = _kind_of_event(message)
        else:
            kind = message.get("type") or message.get("operation") or queue
        known = self.messages.setdefault(queue, {})
        if len(body) > len(json.dumps(known.get(kind, ""))):
            known[kind] = message


def _kind_of_event(message: Json) -> str:
    if "Records" not in message:
        return str(message["Event"])
    record = message["Records"][0]
    return f"{record['eventName']} {unquote_plus(record['s3']['object']['key']).partition('/')[0]}"


class Story:
    """What one person does, and how far it gets."""

    def __init__(self, cloud: Cloud, client: Client, folder: Path, recorder: Recorder) -> None:
        self.recorder = recorder
        self._cloud, self._client, self._folder = cloud, client, folder
        self._project = client.call("POST", "/projects", {"name": "Summer", "app": "video_mixer"})["id"]

    def fill_the_library(self) -> None:
        """Clips and assets in every state."""
        for name, color, sound in (("red", "red", 220), ("green", "green", 330), ("silent", "blue", 0)):
            self._client.upload(self._project, self._clip(name, color, sound))
        words = self._folder / "words.mp4"
        words.write_text("only words, many of them\n" * 9)
        self._client.upload(self._project, words)
        self._client.upload_asset(self._project, self._made("song.mp3", "-f", "lavfi", "-i", "sine=440:d=2"), "audio")
        logo = ("-f", "lavfi", "-i", "testsrc2=s=64x48", "-frames:v", "1", "-pix_fmt", "rgba")
        self._client.upload_asset(self._project, self._made("logo.png", *logo), "image")
        playlist = self._folder / "list.mp3"
        playlist.write_text("#EXTM3U\nfile:///etc/passwd\n")
        self._client.upload_asset(self._project, playlist, "audio")
        self.read_uploads()
        clips = self._client.all_items(f"/projects/{self._project}/clips")
        for name, some in (("Hook", clips[:1]), ("Body", clips[1:3])):
            self._client.call("POST", f"/projects/{self._project}/groups", {"name": name, "clip_ids": ids(some)})
        asked = {"name": "later.mp4", "size_bytes": 1000, "content_type": "video/mp4"}
        self._client.call("POST", f"/projects/{self._project}/clips", asked)

    def read_uploads(self) -> None:
        self.recorder.deliver("uploads", "facts")

    def order_in_every_state(self) -> Json:
        """Generations finished, in part finished, failed, cancelled, and three that are under way; by name, ids."""
        song, logo = self._client.all_items(f"/projects/{self._project}/assets")[:2]
        rich = {
            "transition": "dissolve",
            "transition_frames": 6,
            "caption": "Video {n} of {count}",
            "watermark": {"asset": logo["id"]},
            "music": {"asset": song["id"]},
            "loudness_lufs": -14,
        }
        orders = {"finished": self._order(count=2, **rich, key="finished")}
        self._finish(orders["finished"])
        self._keep_and_take(orders["finished"])
        orders["in part"] = self._order(count=3, seed=8, speeds=["5/4"], key="in part")
        self.recorder.deliver("plans", "render", "facts")
        self._finish(orders["in part"], without=self._newest_segment())
        orders["failed"] = self._fail()
        orders["cancelled"] = self._order(count=2, seed=9, looks=["mirror"], key="cancelled")
        self._client.call("POST", f"/generations/{orders['cancelled']}/cancel")
        self.recorder.deliver("plans", "render", "facts")
        orders["half made"] = self._order(count=12, seed=10, clips_per_video=3, looks=["none", "warm"], key="half made")
        self.recorder.deliver("plans", "render", "facts")
        self.recorder.deliver("assemble", limit=1)
        self.recorder.deliver("facts")
        orders["encoded"] = self._order(count=2, seed=11, key="encoded")
        self.recorder.deliver("plans", "render", "facts")
        orders["begun"] = self._order(count=2, seed=12, resolution=720, key="begun")
        self.recorder.deliver("plans")
        self.recorder.see("render")
        self.recorder.see("assemble")
        try:
            self._order(count=6, seed=13, resolution=1080, fps=60, clips_per_video=3, key="too dear")
        except ApiError as refusal:
            if refusal.code != "not_enough_credits":
                raise
        else:
            raise RuntimeError("that order should have been too dear")
        return orders

    def _keep_and_take(self, finished: str) -> None:
        """A preset, a preview, an archive of the videos of a generation that is finished, and one of the account."""
        self._client.call("POST", "/presets", {"name": "Short", "app": "video_mixer", "spec": SPEC})
        once = {"idempotency-key": "kept"}
        preview = {"spec": SPEC | {"count": 2}}
        self._client.call("POST", f"/projects/{self._project}/previews", preview, headers=once)
        self._client.call("POST", f"/generations/{finished}/bundles", {"outputs": [1, 2]}, headers=once)
        self._client.call("POST", "/me/exports", {"password": PASSWORD})
        self.recorder.deliver("plans", "render", "facts", "assemble", "facts", "bundles", "exports", "mail")

    def _fail(self) -> str:
        """An order of nothing but clips whose files are gone."""
        project = self._client.call("POST", "/projects", {"name": "Lost", "app": "video_mixer"})["id"]
        clip = self._client.upload(project, self._clip("lost", "white", 440))
        self.read_uploads()
        self._remove(f"uploads/{self.user}/{project}/{clip['id']}")
        answer = self._client.generate(project, SPEC | {"count": 1, "clips_per_video": 1}, key="failed")
        self.recorder.deliver("plans", "render", "facts")
        self._client.call("DELETE", f"/clips/{clip['id']}")
        return str(answer["id"])

    @property
    def user(self) -> str:
        return str(self._client.call("GET", "/me")["id"])

    def _order(self, *, key: str, **spec: Any) -> str:
        return str(self._client.generate(self._project, SPEC | spec, key=key)["id"])

    def _finish(self, generation_id: str, *, without: str | None = None) -> None:
        """Have an order worked on until it ends, with what is sent again later; the object `without` is lost each time
        before videos are joined."""
        ends_at = time.monotonic() + PATIENCE_S
        while self._client.call("GET", f"/generations/{generation_id}")["generation"]["state"] == "running":
            if time.monotonic() > ends_at:
                raise RuntimeError(f"generation {generation_id} does not end")
            if without is not None:
                self._remove(without)
            delivered = self.recorder.deliver("assemble", "facts", "plans", "render", "facts")
            if not delivered:
                time.sleep(1)

    def _newest_segment(self) -> str:
        s3 = self._cloud.storage.s3()
        newest = max(
            (each for each in s3.list_objects_v2(Bucket=self._cloud.storage.bucket, Prefix="segments/")["Contents"]),
            key=lambda each: (each["Key"].endswith(".mp4"), each["LastModified"]),
        )
        return str(newest["Key"])

    def _remove(self, key: str) -> None:
        self._cloud.storage.s3().delete_object(Bucket=self._cloud.storage.bucket, Key=key)

    def _clip(self, name: str, color: str, sound: int) -> Path:
        heard = ("-f", "lavfi", "-i", f"sine={sound}:d=1") if sound else ()
        picture = ("-f", "lavfi", "-i", f"color={color}:s=160x90:r=24:d=1")
        return self._made(f"{name}.mp4", *picture, *heard, "-preset", "ultrafast", "-pix_fmt", "yuv420p")

    def _made(self, name: str, *arguments: str) -> Path:
        path = self._folder / name
        subprocess.run([str(executable()), "-v", "error", "-y", *arguments, str(path)], check=True)
        return path


def tokens_of(client: Client, session: Json) -> Json:
    """Every kind of token there is, of one session; its first refresh token has been exchanged."""
    cookies = client._transport.http.cookies
    [name] = (name for name in cookies if name.startswith("medley_refresh"))
    first = cookies[name]
    ticket = client.call("POST", "/socket-tickets")["ticket"]
    client.call("POST", "/auth/refresh")
    return {
        "access": session["access_token"],
        "ticket": ticket,
        "refresh_exchanged": first,
        "refresh": cookies[name],
        "user_id": session["user"]["id"],
    }


def rows(database_url: str) -> Json:
    """Every row of every table as PostgreSQL writes it in JSON, tables in an order in which they can be filled."""
    found: Json = {}
    engine = make_engine(database_url)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            statement = text(f'SELECT to_jsonb(t) FROM "{table.name}" t ORDER BY to_jsonb(t)::text')  # noqa: S608
            found[table.name] = list(connection.execute(statement).scalars())
    engine.dispose()
    return found


def plans(cloud: Cloud) -> Json:
    """The plan of every generation as it lies in the bucket, in base64."""
    s3, bucket = cloud.storage.s3(), cloud.storage.bucket
    found = s3.list_objects_v2(Bucket=bucket, Prefix="plans/").get("Contents", [])
    bodies = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in found}
    return {key: base64.b64encode(body).decode() for key, body in bodies.items()}


def without_pollers() -> Topology:
    """The topology with nothing but requests calling its functions."""
    functions = tuple(
        replace(
            row, triggers=tuple(each for each in row.triggers if not isinstance(each, QueueTrigger | ScheduleTrigger))
        )
        for row in TOPOLOGY.functions
    )
    return replace(TOPOLOGY, functions=functions)


def main(arguments: Sequence[str]) -> None:
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch, "data")
        settings = {"ACCOUNT_SIGN_UP_BONUS": "60"}
        with (
            Cloud(data, durable=False, workers=2, settings=settings, topology=without_pollers()) as cloud,
            Client(cloud.api_url) as client,
        ):
            recorder = Recorder(cloud)
            client.ask_to_sign_up(EMAIL)
            recorder.deliver("mail")
            session = client.complete_sign_up(client.mailed_token(EMAIL), PASSWORD, "Golden")
            story = Story(cloud, client, Path(scratch), recorder)
            story.fill_the_library()
            orders = story.order_in_every_state()
            tokens = tokens_of(client, session)
            about = {"revision": head(), "at": datetime.now(UTC).isoformat(), "orders": orders, "password": PASSWORD}
            _write(out / "rows.json", about | rows(cloud.database_url))
            _write(out / "plans.json", plans(cloud))
        _write(out / "messages.json", story.recorder.messages)
        _write(out / "tokens.json", tokens | {"key_file": (data / "token-keys.json").read_text()})


def _write(path: Path, value: Json) -> None:
    """One line for each row, message or token, so that a change shows where it is."""
    lines = [f"{_line(key)}: {_block(part)}" for key, part in value.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _block(part: Any) -> str:
    match part:
        case {}:
            return "{\n" + ",\n".join(f"{_line(key)}: {_line(each)}" for key, each in part.items()) + "\n}"
        case [*every]:
            return "[" + ",".join(f"\n{_line(each)}" for each in every) + "]"
    return _line(part)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1:])
