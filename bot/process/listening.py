"""Taking a port before anything else is started."""

from __future__ import annotations

import errno
import socket

from bot.domain.errors import Misconfigured

__all__ = ["bound_socket"]

_WHY = {
    errno.EADDRINUSE: "is taken by another program",
    errno.EACCES: "may not be used by this account",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
}


def bound_socket(host: str, port: int, hint: str) -> socket.socket:
    """A socket that has the port to itself; 0 takes a free one.

    Raises `Misconfigured`: one line that says what is wrong and, by `hint`, what to do.
    """
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Lets a restarted service have its port again at once; two live ones still cannot share it.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(128)
        taken.setblocking(False)
    except (OSError, OverflowError) as error:
        taken.close()
        reason = _WHY.get(getattr(error, "errno", 0) or 0, str(error))
        raise Misconfigured(f"port {port} on {host} {reason}; {hint}") from None
    return taken
