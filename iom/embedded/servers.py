"""attach(): the embedded servers for whoever needs them, started when they are not running."""

import fcntl
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from iom.embedded import postgres, valkey
from iom.embedded.keeper import hold, holder
from iom.embedded.places import CHECKOUT, Place, place
from iom.embedded.problems import Problem, ServerFailed

PATIENCE = 120.0  # seconds for a first start on a slow disk


@dataclass
class Servers:
    """Addresses of the running servers; they run at least until `stop()` or the end of this process."""

    database_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    superuser_url: str = field(repr=False)
    redis_url: str
    secret_key: str = field(repr=False)
    data_dir: Path
    started_here: bool
    _in_use: IO[str] = field(repr=False)
    keeper: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def database_as_superuser(self) -> str:
        return self.superuser_url.replace("/postgres?", f"/{postgres.DATABASE}?")

    def environment(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.data_dir),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.secret_key,
        }

    def stop(self, wait: float = 0) -> None:
        """Say that this process needs them no longer: the last user's leaving stops the servers."""
        self._in_use.close()
        if self.keeper and wait:
            try:
                self.keeper.wait(wait)
            except subprocess.TimeoutExpired:
                print("PostgreSQL and Valkey go on: another command is using them.", file=sys.stderr)


def attach(data_dir: str | Path | None = None, *, keep: bool = False) -> Servers:
    """Attach to the embedded servers of a data folder, starting them when needed.

    They stop when the last process that attached has ended, however it ended; with `keep` (tests) the ones
    started here go on until `python -m iom.embedded stop`. Raises Problem, whose text is for the user.
    """
    where = place(data_dir)
    in_use = use(where)
    keeper = ensure_keeper(where, keep=keep)
    return Servers(
        database_url=postgres.url(where, "iom_web"),
        owner_url=postgres.url(where, "iom_owner"),
        superuser_url=postgres.url(where, "postgres", "postgres"),
        redis_url=valkey.url(where),
        secret_key=where.passwords["secret_key"],
        data_dir=where.home,
        started_here=keeper is not None,
        _in_use=in_use,
        keeper=keeper,
    )


def use(where: Place) -> IO[str]:
    """Hold the servers up; waits while a keeper that found itself unused is still stopping them."""
    deadline = time.monotonic() + 45
    while (held := hold(where.run / "users.lock", fcntl.LOCK_SH | fcntl.LOCK_NB)) is None:
        if time.monotonic() > deadline:
            raise ServerFailed(f"The servers of {where.home} have been stopping for 45 s; see {where.logs}.")
        time.sleep(0.05)
    return held


def ensure_keeper(where: Place, *, keep: bool = False) -> subprocess.Popen[bytes] | None:
    """Start the keeper unless one runs; two processes that come at once start one between them."""
    with (where.run / "start.lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        deadline = time.monotonic() + 30
        while holder(where.run / "keeper.lock") is not None:
            if postgres.answers(where):
                return None
            if time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL runs but does not answer; see {where.logs}.")
            time.sleep(0.1)
        return _start_keeper(where, keep=keep)


def _start_keeper(where: Place, *, keep: bool) -> subprocess.Popen[bytes]:
    ear, mouth = os.pipe()
    options = ["--stay"] if keep else []
    with (where.logs / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "iom.embedded", "keep", str(mouth), *options],
            cwd=CHECKOUT,
            env={**os.environ, "DATA_DIR": str(where.home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[mouth],
        )
    os.close(mouth)
    with os.fdopen(ear) as pipe:
        answered, _, _ = select.select([pipe], [], [], PATIENCE)
        said = json.loads((pipe.read() if answered else "") or "{}")
    if said.get("ready"):
        return keeper
    problem = Problem(said.get("problem", f"The servers did not start; see {where.logs / 'keeper.log'}."))
    problem.code = said.get("code", ServerFailed.code)
    raise problem
