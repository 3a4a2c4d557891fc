"""Apps the core has never heard of, ordered end to end: what an app is takes no change anywhere else."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.cloud import Cloud
from local.data_directory import DataDirectory
from medley_client import ApiError, Client, Json

PACKAGES = [f"tests.apps.toys.{name}" for name in ("faulty", "broken", "stamps")]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    data = tmp_path_factory.mktemp("toys") / "data"
    with Cloud(data, durable=False, workers=2, settings={"APP_PACKAGES": json.dumps(PACKAGES)}) as running:
        yield running
    DataDirectory(data).forget()


Ordered = Callable[..., Json]


@pytest.fixture(scope="module", autouse=True)
def begun(cloud: Cloud) -> Iterator[tuple[Client, Json]]:
    """Somebody's order of what fails in every way. It comes first: what crashed is tried again after half a minute."""
    with Client(cloud.api_url) as somebody:
        somebody.sign_up(f"{uuid4()}@example.com", "a long enough secret", "Someone")
        yield somebody, ordered(somebody, "faulty", count=5, faults=["none", "output", "task", "crash", "interrupted"])


@pytest.fixture
def order(client: Client, finish: Callable[[Json], Json]) -> Ordered:
    """Order of an app in a project of its own, and wait for the end."""

    def place(app: str, **spec: Any) -> Json:
        return finish(ordered(client, app, **spec))

    return place


def ordered(client: Client, app: str, **spec: Any) -> Json:
    """An order of an app, in a project of its own, for what was quoted."""
    project = client.call("POST", "/projects", {"name": "Toys", "app": app})["id"]
    quote = client.call("POST", f"/projects/{project}/quote", {"spec": spec})
    generation = client.generate(project, spec)
    assert generation["price"] == quote["price"]
    return generation


def test_apps_are_on_their_cards_and_one_that_does_not_load_says_why(client: Client, cloud: Cloud) -> None:
    cards = client.all_items("/apps")
    assert [card["id"] for card in cards] == ["stamps", "faulty", "broken"]
    assert [card["unavailable"] for card in cards[:2]] == [None, None]
    assert cards[2]["unavailable"]["code"] == "app_unavailable"
    assert "ModuleNotFoundError" in cards[2]["unavailable"]["message"]
    with pytest.raises(ApiError) as refused:
        client.call("POST", "/projects", {"name": "Toys", "app": "broken"})
    assert refused.value.code == "app_unavailable"
    assert '"apps_left_out"' in (cloud.log_dir / "api.log").read_text()


def test_pictures_with_several_parts(client: Client, order: Ordered, tmp_path: Path) -> None:
    before = client.call("GET", "/wallet")["available"]
    final = order("stamps", count=2, pages=3)
    assert (final["state"], final["outputs_made"], final["price"], final["charged"]) == ("succeeded", 2, 8, 8)
    assert final["work_done"] == final["work_total"] == 6
    assert client.call("GET", "/wallet")["available"] == before - 8
    with pytest.raises(ApiError) as refused:
        client.call("GET", f"/generations/{final['id']}/distinctness")
    assert (refused.value.status, refused.value.code) == (404, "no_such_report")
    outputs = client.all_items(f"/generations/{final['id']}/outputs")
    for output in outputs:
        kinds = [(part["role"], part["media_type"]) for part in output["parts"]]
        assert kinds == [("main", "application/pdf"), ("poster", "image/jpeg"), *[("page", "image/png")] * 3]
        assert output["poster_url"]
        path = client.download(final["id"], output["n"], tmp_path)
        assert path.name == f"Sheet {output['n']}.pdf"
        content = path.read_bytes()
        assert (content[:5], sha256(content).hexdigest()) == (b"%PDF-", output["sha256"])


def test_a_task_that_fails_takes_with_it_what_needs_it(client: Client, order: Ordered) -> None:
    final = order("faulty", count=3, prepare="task")
    assert (final["state"], final["outputs_failed"], final["charged"]) == ("failed", 3, 0)
    assert client.call("GET", "/wallet")["reserved"] == 0


def test_operations_that_fail_cost_nothing_and_stop_no_other(begun: tuple[Client, Json]) -> None:
    client, generation = begun
    *_, last = client.watch(generation["id"], poll_s=0.5, timeout_s=600)
    final = last["generation"]
    assert (final["outputs_made"], final["outputs_failed"]) == (3, 2)
    assert (final["price"], final["charged"]) == (15, 9)
    outputs = {output["n"]: output for output in client.all_items(f"/generations/{final['id']}/outputs")}
    assert [outputs[n]["state"] for n in range(1, 6)] == ["made", "failed", "failed", "made", "made"]
    assert {outputs[n]["reason"]["code"] for n in (2, 3)} == {"asked_to_fail"}
    wallet = client.call("GET", "/wallet")
    assert (wallet["reserved"], wallet["spent"]) == (0, 9)
