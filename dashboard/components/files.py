"""Where the API has the results of an upload."""

from pipeline.store.jobs import Job


def address(job: Job, name: str) -> str:
    """Of one of its files, by its name in the folder of results."""
    return f"/api/jobs/{job.id}/files/{name}"
