"""The REST API. Errors are {"detail": "one sentence"}."""

from dataclasses import asdict
from typing import Annotated, Any

import redis
from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from pipeline import __version__
from pipeline.config import CameraConfig
from pipeline.data import FrameRecord
from pipeline.delivery_names import named
from pipeline.errors import InputError
from pipeline.server import live, record, subscribing
from pipeline.server.services import RESULTS, current
from pipeline.server.uploads import TooLargeError, Upload
from pipeline.status import CameraStatus, SystemStatus
from pipeline.store.jobs import Job

api = FastAPI(title="Sightline", version=__version__, docs_url=None, redoc_url=None)
for part in (live, record, subscribing):
    api.include_router(part.router)

Limit = Annotated[int, Query(ge=1, le=1000)]


@api.exception_handler(TooLargeError)
async def too_large(_request: Request, error: Exception) -> JSONResponse:
    """More than server.upload_mb allows."""
    return JSONResponse({"detail": str(error)}, 413)


@api.exception_handler(InputError)
async def wrong_input(_request: Request, error: Exception) -> JSONResponse:
    """What the user gave is wrong."""
    return JSONResponse({"detail": str(error)}, 422)


@api.exception_handler(RequestValidationError)
async def wrong_request(_request: Request, error: Exception) -> JSONResponse:
    """The request itself is not as it should be: the first fault, in one sentence, without what was sent."""
    assert isinstance(error, RequestValidationError)
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"] if part not in ("body", "query"))
    return JSONResponse({"detail": f"{where}: {fault['msg'].lower()}"}, 422)


@api.exception_handler(redis.RedisError)
async def broker_away(_request: Request, _error: Exception) -> JSONResponse:
    """The broker is away; the pipeline goes on, and this will again."""
    return JSONResponse({"detail": "the broker is away; try again in a moment"}, 503)


@api.get("/health")
def health() -> dict[str, str]:
    """Whether the server answers."""
    return {"status": "ok", "version": __version__}


@api.get("/system")
def system() -> SystemStatus | None:
    """What the worker runs on."""
    return current().system()


@api.get("/cameras")
def cameras() -> list[CameraStatus]:
    """All cameras and what they are doing."""
    return current().cameras()


@api.post("/cameras", status_code=202)
def add_camera(camera: CameraConfig) -> dict[str, str]:
    """Add a camera under a new name, and start it."""
    return {"camera": current().add_camera(None, camera)}


@api.put("/cameras/{name}", status_code=202)
def put_camera(name: str, camera: CameraConfig) -> dict[str, str]:
    """Add a camera, or change one that was added, and start it."""
    return {"camera": current().add_camera(name, camera)}


@api.post("/cameras/{camera}/{do}", status_code=202)
def start_or_stop(camera: str, do: str) -> dict[str, str]:
    """Start or stop a camera."""
    if do not in ("start", "stop"):
        raise HTTPException(404, f"{do}: a camera can start or stop")
    current().command(do, camera)
    return {"camera": camera}


@api.delete("/cameras/{camera}", status_code=202)
def remove_camera(camera: str) -> dict[str, str]:
    """Stop a camera and forget it."""
    current().command("remove", camera)
    return {"camera": camera}


@api.get("/cameras/{camera}/records")
async def records(request: Request, camera: str, limit: Limit = 100) -> list[FrameRecord]:
    """A camera's newest frame records, the oldest of them first."""
    return await request.app.state.bus.records(camera, limit)


@api.post("/uploads", status_code=202)
async def upload(request: Request, name: str, profile: str | None = None) -> dict[str, Any]:
    """Take in a clip, sent as the body, and queue it to be analysed, as a profile says if one is named."""
    size = request.headers.get("content-length", "")
    # In a thread, so that a slow disk delays this upload and no live picture.
    announced = int(size) if size.isdecimal() else 0
    incoming = await run_in_threadpool(Upload, current(), name, announced, profile)
    try:
        async for piece in request.stream():
            await run_in_threadpool(incoming.write, piece)
        return _told(await run_in_threadpool(incoming.finish))
    except ClientDisconnect:
        incoming.discard()
        raise HTTPException(400, f"{incoming.name}: the upload broke off") from None
    except OSError as error:
        incoming.discard()
        raise HTTPException(507, f"{incoming.name}: cannot be stored ({error.strerror})") from error
    except BaseException:
        incoming.discard()
        raise


@api.get("/jobs")
def jobs(limit: Limit = 100) -> list[dict[str, Any]]:
    """The newest uploads and how far they are."""
    return [_told(job) for job in current().jobs.list(limit)]


@api.get("/jobs/{job_id}")
def job(job_id: str) -> dict[str, Any]:
    """One upload and how far it is."""
    return _told(_job(job_id))


@api.post("/jobs/{job_id}/cancel", status_code=202)
def cancel(job_id: str) -> dict[str, Any]:
    """Stop an upload that waits or is being analysed."""
    if not current().jobs.cancel(_job(job_id).id):
        raise HTTPException(409, f"{job_id}: has ended already")
    return _told(_job(job_id))


@api.get("/jobs/{job_id}/files/{file:path}")
def result(job_id: str, file: str) -> FileResponse:
    """One of an upload's results; those of its deliveries lie in `deliveries/`."""
    path = _job(job_id).out / file
    if not (file in RESULTS or named(file)) or not path.is_file():
        raise HTTPException(404, f"{file}: no such result; known are {', '.join(RESULTS)} of a job that is done")
    return FileResponse(path)


def _job(job_id: str) -> Job:
    try:
        return current().jobs.get(job_id)
    except KeyError:
        raise HTTPException(404, f"{job_id}: no such upload") from None


def _told(job: Job) -> dict[str, Any]:
    """A job without the places of its files on this machine."""
    fields = asdict(job)
    del fields["path"]
    return {**fields, "eta_s": job.eta_s, "camera": job.camera}
