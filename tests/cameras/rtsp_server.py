"""A real RTSP camera for tests: GStreamer's server, run by Debian's own Python, with a moving test picture or a file.

Usage: /usr/bin/python3 rtsp_server.py, with its settings (tests.cameras.camera.Settings) as JSON on stdin; it prints
"ready", and then the address that each DESCRIBE asks for.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} bitrate={kbps} ! rtph264pay",
    "hevc": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} bitrate={kbps} ! h265parse ! rtph265pay",
    "mjpeg": "jpegenc ! rtpjpegpay",
}


def main() -> None:
    """Serve rtsp://127.0.0.1:PORT/main until killed."""
    given = json.load(sys.stdin)
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(given["port"]))
    factory = GstRtspServer.RTSPMediaFactory()
    width, height = given["size"]
    raw = f"video/x-raw,format=I420,width={width},height={height},framerate={given['fps']}/1"
    pace = f"identity drop-probability={given['drop']}"
    encoder = ENCODERS[given["codec"]].format(**given)
    picture = f"videotestsrc is-live=true pattern=ball ! {raw} ! {pace} ! {encoder} name=pay0 pt=96"
    if given["file"]:
        picture = f"filesrc location={given['file']} ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96"
    factory.set_launch(f"( {picture} )")
    factory.set_shared(True)
    if given["user"]:
        _protect(server, factory, given)
    server.connect("client-connected", _listen)
    for mount in given["mounts"]:
        server.get_mount_points().add_factory(mount, factory)
    server.attach(None)
    print("ready", flush=True)
    GLib.MainLoop().run()


def _listen(_server, client) -> None:
    client.connect("describe-request", lambda _, request: print(request.uri.get_request_uri(), flush=True))


def _protect(server, factory, given) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "user")
    if given["digest"]:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(given["user"], given["password"], token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(given["user"], given["password"]), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
    permissions.add_permission_for_role("user", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main()
