"""Links with delay, jitter, loss, a rate and a plug to pull, in user space: not every kernel has netem.

Each link is a pair of TUN devices whose packets are handed from one to the other. They are made in
the network namespace that this runs in; whoever started it moves them where they belong.
Commands come on stdin, one a line, and each is answered by one line on stdout:
    add NAME NEAR FAR        makes a link and its two devices
    set NAME KEY=VALUE ...   delay, jitter and queue in ms, loss in %, rate in Mbit/s, cut 0 or 1;
                             all count for each direction
The end of stdin ends it, and with it the devices.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x0001 | 0x1000


class Link:
    def __init__(self):
        self.delay = self.jitter = self.loss = self.rate = self.cut = 0.0
        # What a router holds back before it drops: without a bound a full link has no latency to speak of.
        self.queue = 200.0


class End:
    """One direction: packets that leave `source` arrive at `target`."""

    def __init__(self, link, source, target):
        self.link, self.source, self.target = link, source, target
        self.free_at = self.last_at = 0.0


def open_tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN_NO_PI))
    return fd


class Emulator:
    def __init__(self):
        self.links, self.ends = {}, {}
        self.waiting, self.sequence = [], 0
        self.poll = select.epoll()
        self.poll.register(0, select.EPOLLIN)
        os.set_blocking(0, False)
        self.typed = b""

    def add(self, name, near, far):
        link = self.links[name] = Link()
        one, other = open_tun(near), open_tun(far)
        for source, target in ((one, other), (other, one)):
            self.ends[source] = End(link, source, target)
            self.poll.register(source, select.EPOLLIN)

    def command(self, line):
        verb, name, *rest = line.split()
        if verb == "add":
            self.add(name, *rest)
        elif verb == "set":
            for word in rest:
                key, value = word.split("=")
                if not hasattr(self.links[name], key):
                    raise ValueError(key)
                setattr(self.links[name], key, float(value))
        else:
            raise ValueError(verb)

    def listen(self):
        data = os.read(0, 65536)
        if not data:
            sys.exit(0)
        *lines, self.typed = (self.typed + data).split(b"\n")
        for line in lines:
            try:
                self.command(line.decode())
                answer = "ok"
            except Exception as error:
                answer = "error %r" % error
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()

    def deliver(self, end, packet):
        if not end.link.cut:
            try:
                os.write(end.target, packet)
            except OSError:
                pass  # The device is down: so is the link.

    def take(self, end):
        link = end.link
        for _ in range(64):
            try:
                packet = os.read(end.source, 65536)
            except OSError:
                return
            if link.cut or (link.loss and random.random() * 100 < link.loss):
                continue
            now = at = time.monotonic()
            if link.rate:
                at = max(at, end.free_at)
                if (at - now) * 1000 > link.queue:
                    continue
                at = end.free_at = at + len(packet) * 8 / (link.rate * 1e6)
            at += (link.delay + random.uniform(-1, 1) * link.jitter) / 1000
            # Jitter delays, but overtakes nothing.
            at = end.last_at = max(at, end.last_at)
            if at <= now and not self.waiting:
                self.deliver(end, packet)
                continue
            self.sequence += 1
            heapq.heappush(self.waiting, (at, self.sequence, end, packet))

    def run(self):
        while True:
            now = time.monotonic()
            while self.waiting and self.waiting[0][0] <= now:
                _, _, end, packet = heapq.heappop(self.waiting)
                self.deliver(end, packet)
            pause = max(0, self.waiting[0][0] - time.monotonic()) if self.waiting else -1
            for fd, _ in self.poll.poll(pause):
                if fd == 0:
                    self.listen()
                else:
                    self.take(self.ends[fd])


Emulator().run()
