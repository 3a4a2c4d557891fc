"""Past-tense messages from workers, on queue `facts`, handled by `record`. Any may come twice, late or out of order."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from medley import limits
from medley.contracts import keys
from medley.contracts.assets import AssetFacts
from medley.contracts.keys import UploadedKey, UploadKey
from medley.contracts.media import READING, ClipFacts, Digest, WireModel, is_empty
from medley.domain.retries import Trouble
from medley.sentences import Sentence, parameters_of


class ClipAccepted(WireModel):
    """Ingest read the clip and it can be mixed.

    Its keys are the clip's own and no others: they are stored and signed for its owner, so a worker that was taken
    over could show them what is somebody else's.
    """

    type: Literal["clip_accepted"] = "clip_accepted"
    version: Literal[1] = 1
    owner_id: UUID
    clip_id: UUID
    facts: ClipFacts
    poster_key: str
    filmstrip_key: str | None = None  # what could not be made is not there
    waveform_key: str | None = None
    proxy_key: str | None = Field(default=None, exclude_if=is_empty)

    @model_validator(mode="after")
    def _keys_are_its_own(self) -> Self:
        for key, name in (
            (self.poster_key, keys.POSTER),
            (self.filmstrip_key, keys.FILMSTRIP),
            (self.waveform_key, keys.WAVEFORM),
            (self.proxy_key, keys.PROXY),
        ):
            if key not in (None, keys.derived(self.owner_id, self.clip_id, name)):
                raise ValueError(f"{name} of this clip is not stored as {key}")
        return self


class ClipRefused(WireModel):
    """Ingest read the clip and it cannot be mixed; `code` is stable, `message` for the user, made of `parameters`."""

    type: Literal["clip_refused"] = "clip_refused"
    version: Literal[1] = 1
    owner_id: UUID
    clip_id: UUID
    code: str
    message: str
    parameters: dict[str, Any] = Field(default_factory=dict, exclude_if=is_empty)


class AssetAccepted(WireModel):
    """Ingest read the asset: this is what it is, whatever its owner said it would be."""

    type: Literal["asset_accepted"] = "asset_accepted"
    version: Literal[1] = 1
    owner_id: UUID
    asset_id: UUID
    facts: AssetFacts


class AssetRefused(WireModel):
    """Ingest read the asset and it cannot be used; `code` is stable, `message` is for the user."""

    type: Literal["asset_refused"] = "asset_refused"
    version: Literal[1] = 1
    owner_id: UUID
    asset_id: UUID
    code: str
    message: str
    parameters: dict[str, Any] = Field(default_factory=dict, exclude_if=is_empty)


def refusal(key: UploadedKey, code: str, message: str) -> ClipRefused | AssetRefused:
    """That the file with this key cannot be used."""
    said = reason(code, message)
    if isinstance(key, UploadKey):
        return ClipRefused(owner_id=key.owner, clip_id=key.clip, **said)
    return AssetRefused(owner_id=key.owner, asset_id=key.asset, **said)


def reason(code: str, message: str) -> dict[str, Any]:
    """Code, message and parameters of a fact that says why; the parameters are the message's, if it has any."""
    return {"code": code, "message": str(message), "parameters": parameters_of(message)}


def said(fact: "ClipRefused | AssetRefused | OutputFailed | TaskBlocked | TaskFailed") -> Sentence:
    """The message of a fact that says why, with what it was made of."""
    return Sentence(fact.message, fact.code, fact.parameters)


class TaskFact(WireModel):
    """Fields of every fact about a task. `at` is the worker's clock when it said so: facts may wait."""

    version: Literal[1, 2] = 2
    owner_id: UUID
    generation_id: UUID
    task_id: UUID
    attempt: int = Field(ge=1)
    at: datetime | None = None


class TaskProgressed(TaskFact):
    """A sign of life: so much of this task's work is done. A hint; may be lost or come late."""

    type: Literal["task_progressed"] = "task_progressed"
    work_done: int = Field(ge=0)


class OutputPart(WireModel):
    """One object of an output. `role`: `main`, `poster`, `preview` or another that the app names; a role may come
    several times, as the pages of a document do. `facts` are the app's own (JSON values)."""

    role: str = Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")
    key: str
    media_type: str
    size_bytes: int = Field(gt=0)
    sha256: Digest
    facts: dict[str, Any] = Field(default_factory=dict)


class OutputMade(TaskFact):
    """One output is in the bucket and passed verification. Exactly one of its parts, the first, is `main`; `work` is
    how long or large it came out, in the app's unit."""

    type: Literal["output_made"] = "output_made"
    n: int = Field(ge=1)
    work: int = Field(gt=0)
    parts: tuple[OutputPart, ...] = Field(min_length=1, max_length=limits.PARTS_PER_OUTPUT)


class OutputFailed(TaskFact):
    """One output cannot be made."""

    type: Literal["output_failed"] = "output_failed"
    n: int = Field(ge=1)
    code: str
    message: str
    parameters: dict[str, Any] = Field(default_factory=dict, exclude_if=is_empty)


class TaskFinished(TaskFact):
    """All the task's work is in the bucket or reported failed. Times are of the worker, in milliseconds.

    `detail` is what the app wants to know later of what was made (JSON values).
    """

    type: Literal["task_finished"] = "task_finished"
    made: int = Field(default=0, ge=0)  # things made anew
    reused: int = Field(default=0, ge=0)  # things found in the bucket
    wall_ms: int = Field(default=0, ge=0)
    cpu_ms: int = Field(default=0, ge=0)
    detail: dict[str, Any] = Field(default_factory=dict)


class TaskInterrupted(TaskFact):
    """The worker stopped and did not fail. `trouble` says why, `code` more closely, `further` that it had stored
    something by then; what becomes of the task is decided where its row is."""

    type: Literal["task_interrupted"] = "task_interrupted"
    code: str
    trouble: Trouble = Trouble.OUTAGE
    further: bool = False


class TaskMissed(TaskFact):
    """Sweep had not heard of this attempt of the task for too long; `at` is the database's clock, and is told.

    It waits in line behind what the task's worker may have said, so that when it is read, all that was heard."""

    type: Literal["task_missed"] = "task_missed"


class TaskBlocked(TaskFact):
    """Some outputs of the task wait for what another task made: it is not there any more, or not as it was made.

    The tasks it needs are to be done again, then this one; the worker of an attempt after the first takes nothing it
    finds on trust. If that was tried before, these outputs fail with `code` and `message`. Sent in place of
    TaskFinished; its other outputs are told of by themselves. `lost` are the keys of what is to be made anew.
    """

    type: Literal["task_blocked"] = "task_blocked"
    outputs: tuple[int, ...] = Field(min_length=1)
    lost: tuple[str, ...] = Field(min_length=1)
    code: str
    message: str
    parameters: dict[str, Any] = Field(default_factory=dict, exclude_if=is_empty)


class TaskFailed(TaskFact):
    """The task cannot be done, and no retry will help; what depends on it fails with this reason.

    Sent in place of facts about single outputs, never after them.
    """

    type: Literal["task_failed"] = "task_failed"
    code: str
    message: str
    parameters: dict[str, Any] = Field(default_factory=dict, exclude_if=is_empty)


Fact = Annotated[
    ClipAccepted
    | ClipRefused
    | AssetAccepted
    | AssetRefused
    | TaskProgressed
    | OutputMade
    | OutputFailed
    | TaskFinished
    | TaskBlocked
    | TaskInterrupted
    | TaskMissed
    | TaskFailed,
    Field(discriminator="type"),
]
UploadFact = ClipAccepted | ClipRefused | AssetAccepted | AssetRefused
_FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


def read_fact(body: str | bytes) -> Fact:
    """The fact in a message. Raises: ValidationError."""
    return _FACT.validate_json(body, extra=READING)
