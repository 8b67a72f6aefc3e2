"""Load what could use a network without opening a socket: a protected site opens none, not even to this machine."""

import socket
import sys


def load_quietly() -> None:
    """How is urllib3, which comes with folium, loaded without the socket that it opens to see whether there is IPv6?

    It is told that there is none while it loads. Afterwards it may use whatever this computer has: a connection tries
    each address in turn.
    """
    if "urllib3" in sys.modules:
        return
    has_ipv6 = socket.has_ipv6
    socket.has_ipv6 = False
    try:
        from urllib3.util import connection  # noqa: PLC0415
    finally:
        socket.has_ipv6 = has_ipv6
    connection.HAS_IPV6 = has_ipv6
