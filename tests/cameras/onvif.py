"""A camera that is asked by ONVIF where its streams are: a SOAP server that checks the password's digest."""

import base64
import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"
 xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>{body}</s:Body></s:Envelope>"""

_REFUSED = """<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>
</s:Code><s:Reason><s:Text xml:lang="en">Sender not Authorized</s:Text></s:Reason></s:Fault>"""

_CAPABILITIES = """<tds:GetCapabilitiesResponse><tds:Capabilities>
<tt:Device><tt:XAddr>{base}/onvif/device_service</tt:XAddr></tt:Device>
<tt:Media><tt:XAddr>{base}/onvif/media_service</tt:XAddr>
<tt:StreamingCapabilities><tt:RTP_TCP>true</tt:RTP_TCP></tt:StreamingCapabilities></tt:Media>
</tds:Capabilities></tds:GetCapabilitiesResponse>"""

_SERVICES = """<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace>
<tds:XAddr>{base}/onvif/media_service</tds:XAddr>
<tds:Version><tt:Major>2</tt:Major><tt:Minor>0</tt:Minor></tds:Version></tds:Service></tds:GetServicesResponse>"""

_PROFILE = """<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>
<tt:VideoSourceConfiguration token="vsc{source}"><tt:Name>v</tt:Name><tt:UseCount>1</tt:UseCount>
<tt:SourceToken>source{source}</tt:SourceToken><tt:Bounds x="0" y="0" width="{width}" height="{height}"/>
</tt:VideoSourceConfiguration>
<tt:VideoEncoderConfiguration token="vec-{token}"><tt:Name>e</tt:Name><tt:UseCount>1</tt:UseCount>
<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>
<tt:Quality>4</tt:Quality><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address>
</tt:Address><tt:Port>0</tt:Port><tt:TTL>0</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>
<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration></trt:Profiles>"""

_URI = """<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri>
<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>
<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetStreamUriResponse>"""


@dataclass
class OnvifCamera:
    """`streams` are lists of (token, width, height, URI), a list a video source; a main stream need not come first."""

    streams: list[list[tuple[str, int, int, str]]]
    user: str = "admin"
    password: str = "hunter2"
    host: str = ""
    asked: list[str] = field(default_factory=list)

    def answer(self, request: str) -> tuple[int, str]:
        """Status and body for a SOAP request."""
        operation = re.search(r"Body[^>]*>\s*<(?:\w+:)?(\w+)", request)
        assert operation is not None
        self.asked.append(operation[1])
        base = f"http://{self.host}"
        if operation[1] == "GetSystemDateAndTime":
            return 200, _date()
        if not self._knows(request):
            return 400, _REFUSED
        match operation[1]:
            case "GetCapabilities":
                return 200, _CAPABILITIES.format(base=base)
            case "GetServices":
                return 200, _SERVICES.format(base=base)
            case "GetProfiles":
                profiles = [
                    _PROFILE.format(token=token, source=source, width=width, height=height)
                    for source, streams in enumerate(self.streams)
                    for token, width, height, _ in streams
                ]
                return 200, f"<trt:GetProfilesResponse>{''.join(profiles)}</trt:GetProfilesResponse>"
            case "GetStreamUri":
                wanted = re.search(r"ProfileToken[^>]*>([^<]*)", request)
                assert wanted is not None
                uris = {token: uri for streams in self.streams for token, _, _, uri in streams}
                return 200, _URI.format(uri=uris[wanted[1]].replace("&", "&amp;"))
            case other:
                raise AssertionError(other)

    def _knows(self, request: str) -> bool:
        """Whether the request carries this user's password, as WS-Security's digest."""
        names = ("Username", "Password", "Nonce", "Created")
        found = [re.search(rf"<\w*:?{name}(?: [^>]*)?>([^<]*)", request) for name in names]
        if not all(found):
            return False
        user, digest, nonce, created = (match[1] for match in found if match)
        known = hashlib.sha1(base64.b64decode(nonce) + created.encode() + self.password.encode()).digest()
        return user == self.user and base64.b64decode(digest) == known


def _date() -> str:
    now = datetime.now(UTC)
    return (
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime>"
        f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
        f"</tt:Time><tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
        "</tt:Date></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


@contextlib.contextmanager
def onvif_camera(streams: list[list[tuple[str, int, int, str]]], password: str = "hunter2") -> Iterator[OnvifCamera]:
    """A camera that ends with the block."""
    made = OnvifCamera(streams, password=password)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = made.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
            content = _ENVELOPE.format(body=body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.host = f"127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
