"""Which address a webhook goes to: looked up once, checked, and then connected to as it is.

Otherwise whoever may subscribe could reach what only this machine can: a router's pages, a cloud's metadata service.
Looking the name up again to connect would let it answer with something else (DNS rebinding).
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_NAT64 = ip_network("64:ff9b::/96")


class ForbiddenAddressError(Exception):
    """A host's addresses are all such as only the administrator may allow."""


def resolve(host: str, port: int, allow: Iterable[Network]) -> list[str]:
    """The addresses of a host that may be connected to.

    Raises:
        OSError: it has none.
        ForbiddenAddressError: it has none that are public or listed.
    """
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except UnicodeError as error:
        raise OSError(f"{host}: is not a host's name") from error
    allowed = tuple(allow)
    good = [text for text in sorted(map(str, found)) if may_be_reached(ip_address(text.partition("%")[0]), allowed)]
    if not good:
        raise ForbiddenAddressError(f"{host} is not a public address; an administrator can list it in alerts.allow")
    return good


def may_be_reached(address: Address, allow: Iterable[Network] = ()) -> bool:
    """Whether an address is public, as are all that it stands for, or listed."""
    meant = {address, *_embedded(address)}
    return all(_public(each) or any(each.version == net.version and each in net for net in allow) for each in meant)


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 address is another way to write, or a tunnel to."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address] = [each for each in (address.ipv4_mapped, address.sixtofour) if each is not None]
    found += address.teredo or ()
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return found
