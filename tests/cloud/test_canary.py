"""The canary does the whole job in a real cloud, in one trace, and leaves nothing behind."""

from collections.abc import Mapping
from typing import Any

import httpx2
from sqlalchemy import create_engine, text

from local.cloud import Cloud
from local.story import read, story

EMAIL = "canary@localhost"


def rows(cloud: Cloud, statement: str, **values: Any) -> list[Mapping[str, Any]]:
    engine = create_engine(cloud.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        found = [dict(row) for row in connection.execute(text(statement), values).mappings()]
    engine.dispose()
    return found


def test_the_whole_job_is_done_and_nothing_is_left(cloud: Cloud) -> None:
    answer = cloud.invoke("canary", {})
    assert 0 < answer["took_s"] < 280
    assert rows(cloud, "SELECT id FROM users WHERE email = :email", email=EMAIL) == []
    assert 'medley_canary_failed{service="canary"} 0\n' in httpx2.get(f"{cloud.api_url}/dev/metrics").text
    lines = list(read(cloud.log_dir))
    done = [line for line in lines if line.source == "canary" and line.text.startswith("the job was done")][-1]
    assert done.trace_id
    told = story(lines, done.trace_id)
    met = {line.source for line in told}
    assert met >= {"canary", "gateway", "api", "ingest", "plan", "render", "assemble", "record"}
    uploaded = next(line for line in told if line.source == "ingest" and "clip_id=" in line.text)
    clip = uploaded.text.partition("clip_id=")[2][:36]
    later = """
        UPDATE users SET deleted_at = users.deleted_at - interval '3 days' FROM clips
        WHERE clips.id = :clip AND users.id = clips.user_id AND users.deleted_at IS NOT NULL RETURNING users.id
    """
    (owner,) = rows(cloud, later, clip=clip)  # sweep waits until no link of theirs is good any more
    assert stored(cloud, str(owner["id"]))
    cloud.invoke("sweep", {})
    assert not stored(cloud, str(owner["id"]))


def stored(cloud: Cloud, owner: str) -> list[str]:
    """The keys of what somebody has in the bucket."""
    found = cloud.storage.s3().list_objects_v2(Bucket=cloud.storage.bucket)
    return [each["Key"] for each in found.get("Contents", []) if f"/{owner}/" in each["Key"]]
