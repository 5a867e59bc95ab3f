"""What can keep the servers from starting: each one clear sentence with an exit code of its own."""


class Problem(Exception):
    """A sentence for the person at the keyboard; the process ends with `code`."""

    code = 1


class AlreadyRunning(Problem):
    code = 3


class PortTaken(Problem):
    code = 4


class LibraryMissing(Problem):
    code = 5


class DiskFull(Problem):
    code = 6


class GaveUp(Problem):
    code = 7


class WrongSettings(Problem):
    code = 8


class ServerFailed(Problem):
    code = 9


class MigrationFailed(Problem):
    code = 10
