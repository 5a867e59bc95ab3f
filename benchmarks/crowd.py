"""Twenty people at once through the product's own web server, and how many pages it gives when nobody pauses (NFR).

Each reader is a thread of this process with a session of its own; the time is theirs, from the request sent to the last
byte of the answer, waiting for a free worker included.
"""

import os
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from random import Random
from statistics import median
from threading import Thread

from benchmarks.timing import p95, table
from iom.embedded.places import CHECKOUT
from iom.embedded.processes import THREADS, WORKERS, web

READERS = 20
PAUSE = 2.0
LASTS = 120.0
GOAL = 100
HAMMERS, HAMMERED = 8, 10.0
ROUNDS = 3
PATIENCE = 180.0
HOST = "127.0.0.1"
Taken = dict[str, list[float]]


@dataclass(frozen=True)
class Reader:
    """Somebody signed in, and the pages they go round: title and address."""

    cookie: str
    round: list[tuple[str, str]]


@contextmanager
def server() -> Iterator[int]:
    """The web server as every installation starts it, on a free port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    os.environ.update(ADDRESS=HOST, PORT=str(port))
    running = subprocess.Popen(web(), cwd=CHECKOUT)
    try:
        until = time.monotonic() + PATIENCE
        while not _listens(port):
            assert time.monotonic() < until, "the web server did not start"
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex((HOST, port)) == 0


def get(port: int, cookie: str, address: str) -> float:
    """Milliseconds of one page."""
    began = time.perf_counter()
    line = HTTPConnection(HOST, port, timeout=60)
    line.request("GET", address, headers={"Host": "localhost", "Cookie": cookie})
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 200, f"{address}: {answer.status}"
    return (time.perf_counter() - began) * 1000


def _reads(port: int, reader: Reader, number: int, until: float, taken: Taken) -> None:
    """Page after page with a pause between, of a length drawn anew each time."""
    chance = Random(number)  # noqa: S311
    turn = cycle(reader.round[number % len(reader.round) :] + reader.round[: number % len(reader.round)])
    time.sleep(chance.uniform(0, PAUSE))
    while time.monotonic() < until:
        title, address = next(turn)
        taken[title].append(get(port, reader.cookie, address))
        time.sleep(chance.expovariate(1 / PAUSE))


def at_once(port: int, readers: list[Reader], lasts: float) -> Taken:
    """Everybody's milliseconds by the page's title."""
    taken: Taken = defaultdict(list)
    until = time.monotonic() + lasts
    threads = [
        Thread(target=_reads, args=(port, reader, number, until, taken))
        for number, reader in enumerate(readers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def per_second(port: int, cookie: str, address: str) -> float:
    """Pages a second to `HAMMERS` that ask again as soon as they were answered."""
    until = time.monotonic() + HAMMERED
    counts = [0] * HAMMERS

    def ask(number: int) -> None:
        while time.monotonic() < until:
            get(port, cookie, address)
            counts[number] += 1

    threads = [Thread(target=ask, args=(number,)) for number in range(HAMMERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / HAMMERED


def measure(readers: list[Reader], throughput: dict[str, tuple[str, str]]) -> None:
    """Print both tables; `throughput`: the title with who asks for which address, the empty page first."""
    with server() as port:
        at_once(port, readers, 10)
        before = os.times()
        began = time.monotonic()
        taken = at_once(port, readers, LASTS)
        lasted = time.monotonic() - began
        asked = sum(map(len, taken.values()))
        spent = os.times().user - before.user
        print(
            f"\n## {len(readers)} readers at once, {PAUSE:g} s between their pages:"
            f" {asked / lasted:.1f} pages a second\n\n"
            f"gunicorn with {WORKERS} processes of {THREADS} threads; load {os.getloadavg()[0]:.1f};"
            f" the readers themselves took {spent:.0f} of {lasted:.0f} s\n"
        )
        rows = [
            (title, len(times), f"{median(times):.0f}", f"{p95(times):.0f}", f"{max(times):.0f}", str(GOAL))
            for title, times in sorted(taken.items())
        ]
        every = [one for times in taken.values() for one in times]
        rows.append(
            ("all pages", len(every), f"{median(every):.0f}", f"{p95(every):.0f}", f"{max(every):.0f}", "")
        )
        print(table(("page", "asked", "median ms", "p95 ms", "longest ms", "goal p95"), rows), flush=True)
        found: dict[str, list[float]] = defaultdict(list)
        for _ in range(ROUNDS):
            for title, (cookie, address) in throughput.items():
                found[title].append(per_second(port, cookie, address))
    empty = median(next(iter(found.values())))
    print(f"\n## Pages a second to {HAMMERS} who do not pause, {ROUNDS} times {HAMMERED:g} s each in turn\n")
    print(
        table(
            ("page", "a second", "of the empty page", "goal"),
            [
                (title, f"{median(times):.1f}", f"{median(times) / empty:.2f}", "at least 0.33")
                for title, times in found.items()
            ],
        ),
        flush=True,
    )
