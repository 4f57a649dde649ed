"""Cameras of any maker that speak ONVIF: the camera itself is asked where its streams are.

What speaks SOAP is imported only where it is needed: it would cost every capture process 23 MB and a third of a second.
"""

import asyncio
from typing import Any, ClassVar

from pipeline.capture import faults
from pipeline.capture.channel import Channel, device
from pipeline.capture.faults import CameraError
from pipeline.capture.source import SourceOptions
from pipeline.capture.sources.rtsp import RtspSource
from pipeline.status import Failure
from pipeline.urls import credentials, redact, with_credentials

_PORT = 80


class OnvifSource(RtspSource):
    """`onvif://user:password@address:port/?channel=1&stream=sub`: media profiles of the channel's video source, the
    largest picture for main and the smallest for sub."""

    schemes: ClassVar[tuple[str, ...]] = ("onvif",)

    def _address(self, url: str, options: SourceOptions) -> str:
        import aiohttp
        from onvif.exceptions import ONVIFError
        from zeep.exceptions import Error as SoapError

        parts, which = device(url)
        user, password = credentials(url)
        port = parts.port or _PORT
        asking = _stream_uri(str(parts.hostname), port, user, password, which, options)
        try:
            uri = asyncio.run(asyncio.wait_for(asking, options.timeout_s))
        except (ONVIFError, SoapError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise _fault(redact(url), f"http://{parts.hostname}:{port}", error) from error
        if uri is None:
            raise CameraError(redact(url), Failure.NOT_FOUND, f"has no channel {which.channel}")
        return with_credentials(uri, user, password) if user else uri


async def _stream_uri(
    host: str, port: int, user: str, password: str, which: Channel, options: SourceOptions
) -> str | None:
    from onvif import ONVIFCamera

    camera = ONVIFCamera(host, port, user or None, password or None, no_cache=True, adjust_time=True)
    try:
        await camera.update_xaddrs()
        media: Any = await camera.create_media_service()
        by_source: dict[str, list[Any]] = {}
        for profile in await media.GetProfiles():
            if profile.VideoSourceConfiguration and profile.VideoEncoderConfiguration:
                by_source.setdefault(profile.VideoSourceConfiguration.SourceToken, []).append(profile)
        channels = list(by_source.values())
        if which.channel > len(channels):
            return None
        profiles = sorted(channels[which.channel - 1], key=_pixels)
        token = profiles[-1 if which.stream == "main" else 0].token
        protocol = "RTSP" if options.transport == "tcp" else "UDP"
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": protocol}}
        return (await media.GetStreamUri({"StreamSetup": setup, "ProfileToken": token})).Uri
    finally:
        await camera.close()


def _pixels(profile: Any) -> int:
    size = profile.VideoEncoderConfiguration.Resolution
    return size.Width * size.Height


def _fault(name: str, address: str, error: Exception) -> CameraError:
    from zeep.exceptions import Fault, TransportError

    refused = isinstance(error, TransportError) and error.status_code == 401
    if isinstance(error, Fault):
        codes = {str(code).rpartition("}")[2].rpartition(":")[2] for code in error.subcodes or ()}
        refused = "NotAuthorized" in codes or "not authorized" in str(error.message).lower()
    if refused:
        return CameraError(name, Failure.UNAUTHORISED, "user or password refused")
    return faults.opening(name, address, error, isinstance(error, TimeoutError))
