"""Whose address a request came from, when proxies stand before the server."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def visitor_address(chain: str, trusted: Sequence[Network]) -> str | None:
    """The rightmost address of a chain that is no proxy of ours.

    Whatever stands left of it was written by the visitor, and may be invented.

    Parameters
    ----------
    chain : str
        ``X-Forwarded-For`` and the address that connected, with commas between; an
        entry may have a port.
    trusted : sequence of IPv4Network or IPv6Network
        Where the company's proxies are.

    Returns
    -------
    str or None
        None where every entry is a proxy's, or the first that is not is no address.
    """
    for entry in reversed(chain.split(",")):
        address = _address(entry.strip())
        if address is None:
            return None
        if not any(address in network for network in trusted):
            return str(address)
    return None


def _address(entry: str) -> IPv4Address | IPv6Address | None:
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        address = ip_address(entry)
    except ValueError:  # "unknown", a host name, what somebody made up
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
