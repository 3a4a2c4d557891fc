import hashlib
from time import gmtime

from PIL import Image
from pydantic import BaseModel

from medley.contracts import keys
from medley.contracts.facts import OutputMade, OutputPart, TaskFinished
from medley.ports.worker import Job, Operation, WorkerContext


class Draw(BaseModel):
    pages: int


def draw(job: Job[Draw], context: WorkerContext) -> None:
    for output in job.outputs:
        pages = [Image.new("RGB", (90 + page, 120), tuple(output.recipe["color"])) for page in range(job.payload.pages)]
        once = {"save_all": True, "append_images": pages[1:], "creationDate": gmtime(0), "modDate": gmtime(0)}
        parts = []
        for role, page, name, media, options in (
            ("main", pages[0], ".pdf", "application/pdf", once),
            ("poster", pages[0], ".jpg", "image/jpeg", {}),
            *(("page", page, f"-{number}.png", "image/png", {}) for number, page in enumerate(pages)),
        ):
            key = keys.output_prefix(job.work.owner_id, job.work.generation_id, output.n) + name
            path = context.scratch / f"{output.n}{name}"
            page.save(path, **options)
            context.store.upload(path, key, media)
            size, digest = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
            parts.append(OutputPart(role=role, key=key, media_type=media, size_bytes=size, sha256=digest))
        context.report(OutputMade(**job.work.about, n=output.n, work=len(pages), parts=tuple(parts)))
    context.report(TaskFinished(**job.work.about, made=len(job.outputs)))


OPERATIONS = {"draw": Operation(Draw, draw)}
