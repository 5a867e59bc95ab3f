"""What must be so before anything starts: libraries, room on the disk, a free port."""

import ctypes
import shutil
import socket
from pathlib import Path

from iom.embedded.problems import DiskFull, LibraryMissing, PortTaken

MEGABYTE = 1024 * 1024
ROOM_FOR_FIRST_START, ROOM_TO_GO_ON = 1500, 200  # megabytes
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


def check_libraries() -> None:
    """Reports are made by WeasyPrint, which needs these from the operating system."""
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if missing:
        names = " ".join(missing)
        raise LibraryMissing(
            f"System libraries for PDF reports are missing: {names}. "
            f"On Debian or Ubuntu install them with: apt-get install {names}"
        )


def check_disk(folder: Path, *, first_start: bool) -> None:
    needed = ROOM_FOR_FIRST_START if first_start else ROOM_TO_GO_ON
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < needed:
        raise DiskFull(f"The disk of {folder} has {free} MB left and {needed} MB are needed: make room.")


def check_port(address: str, port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except PermissionError as error:
            raise PortTaken(f"Port {port} needs more rights: choose one above 1023 with PORT=.") from error
        except (OSError, OverflowError) as error:
            raise PortTaken(f"Port {port} is in use{_holder(port)}. Choose another with PORT=.") from error


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _holder(port: int) -> str:
    """ " by NAME (process N)" when the kernel lets us see who listens."""
    lines = [line.split() for table in ("tcp", "tcp6") for line in _lines(Path("/proc/net") / table)]
    sockets = {
        f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"
    }
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f" by process {process.name} ({command.strip()[:100]})"
        except OSError:
            continue  # another user's process, or one that has just ended
    return ""


def _lines(table: Path) -> list[str]:
    return table.read_text().splitlines()[1:] if table.exists() else []
