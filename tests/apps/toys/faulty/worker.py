import hashlib
from uuid import UUID

from pydantic import BaseModel

from medley.contracts import keys
from medley.contracts.facts import OutputFailed, OutputMade, OutputPart, TaskFailed, TaskFinished
from medley.errors import Unavailable
from medley.ports.worker import Job, Operation, WorkerContext

TRIED: set[UUID] = set()  # in this process: each goes well there the second time
FAILED = {"code": "asked_to_fail", "message": "It was asked to fail."}


class Try(BaseModel):
    fault: str


def attempt(job: Job[Try], context: WorkerContext) -> None:
    work, fault = job.work, job.payload.fault
    if fault == "task":
        return context.report(TaskFailed(**work.about, **FAILED))
    if fault in {"interrupted", "crash"} and work.task_id not in TRIED:
        TRIED.add(work.task_id)
        raise Unavailable("Not now.") if fault == "interrupted" else ZeroDivisionError
    for output in job.outputs:
        if fault == "output":
            context.report(OutputFailed(**work.about, n=output.n, **FAILED))
            continue
        content, key = output.title.encode(), keys.output(work.owner_id, work.generation_id, output.n, "txt")
        context.store.write(content, key, "text/plain")
        size, digest = len(content), hashlib.sha256(content).hexdigest()
        part = OutputPart(role="main", key=key, media_type="text/plain", size_bytes=size, sha256=digest)
        context.report(OutputMade(**work.about, n=output.n, work=1, parts=(part,)))
    return context.report(TaskFinished(**work.about))


OPERATIONS = {"try": Operation(Try, attempt)}
