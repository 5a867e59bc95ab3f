"""Hosts of a test's own: network namespaces joined by cables that lead nowhere else."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

POSTGRES, VALKEY = 5432, 6379
RELAY = textwrap.dedent("""
    import asyncio, sys
    from functools import partial

    async def pour(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    async def join(path, reader, writer):
        there = await asyncio.open_unix_connection(path)
        await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))

    async def main():
        for port, path in zip(sys.argv[1::2], sys.argv[2::2]):
            await asyncio.start_server(partial(join, path), "0.0.0.0", int(port))
        print("ready", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
""")
"""What the host of the servers runs: the servers listen on unix sockets, and its network is that of the workers."""


@dataclass(frozen=True)
class Host:
    """One host, and the address under which it reaches the servers."""

    namespace: str
    servers: str

    def start(self, argv: list[str], *, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Run a program there; what it says goes to a file."""
        with log.open("wb") as output:
            return subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, *argv],
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )


def why_there_are_none() -> str:
    """Why this machine makes no hosts, or nothing."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return "network namespaces need root and iproute2"
    name = f"iom{os.getpid()}x"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True, text=True)
    if made.returncode:
        return f"no network namespace can be made here: {made.stderr.strip()}"
    _ip("netns", "del", name)
    return ""


@contextmanager
def hosts(number: int, *, sockets: Mapping[int, Path]) -> Iterator[list[Host]]:
    """Hosts that see the host of the servers and nothing else, not even each other; gone afterwards."""
    tag = f"iom{os.getpid()}"
    with ExitStack() as undo:
        middle = _namespace(f"{tag}s", undo)
        made = []
        for n in range(number):
            outer = _namespace(f"{tag}w{n}", undo)
            _ip("-n", middle, "link", "add", f"to{n}", "type", "veth", "peer", "name", "eth0", "netns", outer)
            _up(middle, f"to{n}", f"10.203.{n}.1/30")
            _up(outer, "eth0", f"10.203.{n}.2/30")
            made.append(Host(outer, f"10.203.{n}.1"))
        ends = [word for port, path in sockets.items() for word in (str(port), str(path))]
        argv = ["ip", "netns", "exec", middle, sys.executable, "-c", RELAY, *ends]
        relay = undo.enter_context(subprocess.Popen(argv, stdout=subprocess.PIPE))
        undo.callback(relay.terminate)
        assert relay.stdout is not None
        assert relay.stdout.readline() == b"ready\n"
        yield made


def _namespace(name: str, undo: ExitStack) -> str:
    _ip("netns", "add", name)
    undo.callback(_ip, "netns", "del", name)
    _ip("-n", name, "link", "set", "lo", "up")
    return name


def _up(namespace: str, device: str, address: str) -> None:
    _ip("-n", namespace, "addr", "add", address, "dev", device)
    _ip("-n", namespace, "link", "set", device, "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
