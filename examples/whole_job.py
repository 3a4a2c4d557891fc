"""The whole job by what /docs says: python examples/whole_job.py API_URL FOLDER SIX_CLIPS makes 20 videos."""

import sys
import time
import uuid
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import httpx2
from websockets.sync.client import connect

url, folder, *clips = sys.argv[1:]
api, email = httpx2.Client(base_url=url, timeout=60), f"{uuid.uuid4()}@example.com"


def call(method, path, body=None):
    answer = api.request(method, f"/v1{path}", json=body, headers={"idempotency-key": str(uuid.uuid4())})
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def put(request, content):
    return httpx2.put(request["url"], headers=request["headers"], content=content, timeout=600).headers["etag"]


def upload(path):
    content = path.read_bytes()
    asked = {"name": path.name, "size_bytes": len(content), "content_type": "video/mp4"}
    clip, upload = call("POST", f"/projects/{project}/clips", asked).values()
    if upload["kind"] == "single":
        return put(upload["request"], content) and clip["id"]
    put(upload["parts"][0]["request"], content[: upload["part_bytes"]])  # here the connection breaks; an hour later:
    upload = call("POST", f"/clips/{clip['id']}/upload")["upload"]
    etags = {part["number"]: part["etag"] for part in call("GET", f"/clips/{clip['id']}/parts")["items"]}
    for n in set(range(1, upload["parts_total"] + 1)) - set(etags):
        part = call("POST", f"/clips/{clip['id']}/parts", {"numbers": [n]})["parts"][0]
        etags[n] = put(part["request"], content[(n - 1) * upload["part_bytes"] :][: part["size_bytes"]])
    parts = [{"number": n, "etag": etags[n]} for n in sorted(etags)]
    return call("POST", f"/clips/{clip['id']}/complete", {"parts": parts})["id"]


def ended(path):  # a push is a hint, and may be lost: look again after a while, too
    while (found := call("GET", path)).get("generation", found)["state"] in ("expected", "running", "making"):
        with suppress(TimeoutError):
            print(socket.recv(timeout=2))
    return found


call("POST", "/auth/sign-up", {"email": email})
while not (mails := api.get("/dev/mailbox.json", params={"to": email}).json()["items"]):
    time.sleep(0.2)
account = {"token": mails[0]["links"][0].partition("#token=")[2], "password": "long and secret", "name": "Ada"}
api.headers["authorization"] = f"Bearer {call('POST', '/auth/sign-up/complete', account)['access_token']}"
ticket = call("POST", "/socket-tickets")
with connect(f"{ticket['url']}?ticket={ticket['ticket']}") as socket:
    project = call("POST", "/projects", {"app": "video_mixer", "name": "Spring"})["id"]
    ids = [ended(f"/clips/{upload(Path(clip))}")["id"] for clip in clips]
    for name, members in {"Hook": ids[:2], "Body": ids[2:4], "End": ids[4:]}.items():
        call("POST", f"/projects/{project}/groups", {"name": name, "clip_ids": members})
    spec = {"mode": "groups", "order": "shuffled", "count": 20, "resolution": 480, "quality": "draft", "seed": 7}
    print("The first of them:", call("POST", f"/projects/{project}/plan?first=1", {"spec": spec})["videos"])
    print("Credits:", call("POST", f"/projects/{project}/quote", {"spec": spec})["price"])
    order = call("POST", f"/projects/{project}/generations", {"spec": spec})["id"]
    assert ended(f"/generations/{order}")["generation"]["state"] == "succeeded"
    bundle = call("POST", f"/generations/{order}/bundles", {"naming": "{project} {n}"})["id"]
    (volume,) = ended(f"/bundles/{bundle}")["volumes"]
with zipfile.ZipFile(BytesIO(httpx2.get(volume["url"], timeout=600).content)) as videos:
    assert videos.testzip() is None and sum(name.endswith(".mp4") for name in videos.namelist()) == 20
    videos.extractall(folder)
call("POST", "/auth/sign-out")
