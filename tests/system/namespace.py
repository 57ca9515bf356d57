# SPDX-License-Identifier: MIT
"""
A network of the tests' own: a namespace with one TAP interface, tap0, at fec0::2,
and a router's announcement of fec0::/64. It goes with the process that holds it. Needs root.
"""

import ctypes
import os
import socket
import struct
import subprocess
import threading

from waiting import until

CLONE_NEWNET = 0x40000000
INTERFACE = "tap0"

# RFC 4861 sections 4.2 and 4.6.2: no router of a default route, one prefix for SLAAC.
ADVERTISEMENT = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0) + struct.pack(
    "!BBBBIII16s", 3, 4, 64, 0xC0, 3600, 3600, 0, socket.inet_pton(socket.AF_INET6, "fec0::"))

SET_UP = f"""
ip link set lo up
ip tuntap add {INTERFACE} mode tap
ip link set {INTERFACE} up
ip addr add fec0::2/64 dev {INTERFACE} nodad
"""


def leave_the_machines_network():
    """
    As root, the run has a network of its own: the ports that the configurations name, and NTP's,
    are free there, and nothing else that runs on the machine is met. Others do without.
    """
    if os.geteuid() == 0 and ctypes.CDLL(None).unshare(CLONE_NEWNET) == 0:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


class Namespace:
    def __init__(self):
        self._holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL)
        own = os.readlink("/proc/self/ns/net")
        until(lambda: os.readlink(self._path()) != own, "the network namespace")
        self.prefix = ["nsenter", f"--net={self._path()}"]
        subprocess.run([*self.prefix, "sh", "-ec", SET_UP], check=True)

    def _path(self):
        return f"/proc/{self._holder.pid}/ns/net"

    def inside(self, function):
        """Calls the function within the namespace; sockets it makes stay there."""
        result = []

        def enter():
            with open(self._path()) as namespace:
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.setns(namespace.fileno(), CLONE_NEWNET) == 0
            try:
                result.append(function())
            except Exception as error:  # handed on to the caller below
                result.append(error)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def _packets(self):
        raw = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)  # not for ourselves
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF,
                       socket.if_nametoindex(INTERFACE))
        return raw

    def advertise(self):
        """Tells the prefix to all nodes, as a router does at times and when asked."""
        def send():
            with self._packets() as raw:
                raw.sendto(ADVERTISEMENT, ("ff02::1", 0))
        self.inside(send)

    def connect(self, host, port, source=None):
        source = source and (source, 0)
        return self.inside(lambda: socket.create_connection((host, port), 20, source))

    def add_address(self, address, length=64):
        nodad = ["nodad"] if ":" in address else []
        subprocess.run([*self.prefix, "ip", "addr", "add", f"{address}/{length}", "dev", INTERFACE,
                        *nodad], check=True)

    def listen(self, host, port):
        def listener():
            sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, port))
            sock.listen(4)
            return sock
        return self.inside(listener)

    def capture(self):
        """A socket that sees all frames of the interface."""
        def packets():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            sock.bind((INTERFACE, 0))
            sock.setblocking(False)
            return sock
        return self.inside(packets)

    def stop(self):
        self._holder.stdin.close()
        self._holder.wait(10)
