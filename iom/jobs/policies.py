"""The service works; everybody may know how old the figures on their page are."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy

_READ = dict.fromkeys(("session", "police", "partner", "auditor", "admin"), "SELECT")
TABLES = [
    TablePolicy(
        "jobs_run",
        _READ
        | {"police": "SELECT,INSERT", "admin": "SELECT,INSERT,UPDATE", "service": "SELECT,INSERT,UPDATE"},
        NO_ROWS_POLICY,
    ),
    TablePolicy(
        "jobs_chunk",
        _READ | {"admin": "SELECT,UPDATE", "service": "SELECT,INSERT,UPDATE,DELETE"},
        NO_ROWS_POLICY,
    ),
    TablePolicy("jobs_heartbeat", _READ | {"service": "SELECT,INSERT,UPDATE"}, NO_ROWS_POLICY),
]
