"""The calendar is known to everybody; administrators and the central point of contact add to it (CMP-6)."""

from iom.kernel.policies import NO_ROWS_POLICY, TablePolicy

_READ = "SELECT"
_ADD = "SELECT,INSERT,UPDATE"
_GRANTS = {
    "session": _READ,
    "police": _ADD,
    "partner": _READ,
    "auditor": _READ,
    "admin": _ADD,
    "service": _ADD,
}
TABLES = [
    TablePolicy("working_days_holiday", _GRANTS, NO_ROWS_POLICY, audited=True),
    TablePolicy("working_days_calendarversion", _GRANTS, NO_ROWS_POLICY, audited=True),
]
