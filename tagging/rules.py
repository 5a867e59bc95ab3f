"""What a tag may be and do, and when one may be fitted to a person (TAG-1, TAG-2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DeviceKind(StrEnum):
    GPS = "gps"
    GPS_TWO_PIECE = "gps_two_piece"
    BEACON = "beacon"


KIND_LABELS = {
    DeviceKind.GPS: "GPS tag",
    DeviceKind.GPS_TWO_PIECE: "GPS tag with separate unit",
    DeviceKind.BEACON: "Home beacon",
}


class DeviceState(StrEnum):
    """Where a device is in its life; every change is kept as history."""

    AVAILABLE = "available"
    ALLOCATED = "allocated"
    FITTED = "fitted"
    IDLE = "idle"
    FAULTY = "faulty"
    DAMAGED = "damaged"
    LOST = "lost"
    RETIRED = "retired"


STATE_LABELS = {
    DeviceState.AVAILABLE: "Available",
    DeviceState.ALLOCATED: "Allocated",
    DeviceState.FITTED: "Fitted",
    DeviceState.IDLE: "Charging or idle",
    DeviceState.FAULTY: "Faulty",
    DeviceState.DAMAGED: "Damaged",
    DeviceState.LOST: "Lost",
    DeviceState.RETIRED: "Retired",
}
_A, _L, _F, _I, _Y, _D, _X, _R = DeviceState
TRANSITIONS: dict[DeviceState, tuple[DeviceState, ...]] = {
    _A: (_L, _F, _I, _Y, _D, _X, _R),
    _L: (_A, _F, _I, _Y, _D, _X),
    _F: (_A, _I, _Y, _D, _X),
    _I: (_A, _L, _F, _Y, _D, _X, _R),
    _Y: (_A, _D, _X, _R),
    _D: (_Y, _A, _X, _R),
    _X: (_A, _Y, _D, _R),
    _R: (),
}
"""Every state and where it may go."""
FITTABLE = (_A, _L, _I)
AFTER_REMOVAL = TRANSITIONS[_F]
IN_SERVICE = (_A, _L, _F, _I)
"""States that count as usable stock; the others are faulty, damaged, lost or retired."""


class Purpose(StrEnum):
    """What voluntary tagging is for: the eight purposes of the force policy (TAG-2)."""

    REDUCE_REOFFENDING = "reduce_reoffending"
    GATHER_INTELLIGENCE = "gather_intelligence"
    PROTECT_VICTIMS = "protect_victims"
    PROTECT_PUBLIC = "protect_public"
    SUPPORT_WEARER = "support_wearer"
    FREE_RESOURCES = "free_resources"
    IDENTIFY_SUSPECTS = "identify_suspects"
    ELIMINATE_SUSPECTS = "eliminate_suspects"


PURPOSE_LABELS = {
    Purpose.REDUCE_REOFFENDING: "Reduce reoffending",
    Purpose.GATHER_INTELLIGENCE: "Gather intelligence",
    Purpose.PROTECT_VICTIMS: "Protect victims",
    Purpose.PROTECT_PUBLIC: "Protect the public",
    Purpose.SUPPORT_WEARER: "Protect, support or safeguard the wearer",
    Purpose.FREE_RESOURCES: "Free police resources for other work",
    Purpose.IDENTIFY_SUSPECTS: "Identify suspects for reported crimes",
    Purpose.ELIMINATE_SUSPECTS: "Eliminate suspects for reported crimes",
}


class EndReason(StrEnum):
    """Why a wearing ended; consent may be withdrawn at any moment."""

    WITHDREW = "withdrew"
    COMPLETED = "completed"
    CUSTODY = "custody"
    DEVICE = "device"
    OTHER = "other"


END_REASON_LABELS = {
    EndReason.WITHDREW: "The wearer withdrew consent",
    EndReason.COMPLETED: "The agreed period was completed",
    EndReason.CUSTODY: "The wearer went into custody",
    EndReason.DEVICE: "The device failed or was lost",
    EndReason.OTHER: "Another reason",
}

MINIMUM_AGE = 12
ADULT_AGE = 18


@dataclass(frozen=True)
class Fitting:
    """What is known when a tag is to be fitted; the guardian's part matters for those under 18."""

    starts_on: date
    review_on: date
    consent_on: date | None
    purposes: Sequence[str]
    guardian_name: str = ""
    guardian_consent_on: date | None = None
    guardian_present: bool = False


def may_change(state: str, to: str) -> bool:
    """Whether a device in one state may go to the other (TAG-1)."""
    return DeviceState(to) in TRANSITIONS[DeviceState(state)]


def age_on(born: date, on: date) -> int:
    """Whole years; someone born on 29 February is a year older on 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_child(born: date, on: date) -> bool:
    return age_on(born, on) < ADULT_AGE


def problems_with(fitting: Fitting, *, born: date | None, today: date) -> dict[str, list[str]]:
    """Why this tag may not be fitted to a person born then, by field; empty when it may (TAG-2)."""
    found: dict[str, list[str]] = {}

    def say(field: str, sentence: str) -> None:
        found.setdefault(field, []).append(sentence)

    if fitting.starts_on > today:
        say("starts_on", "The date of fitting must be today or in the past")
    if fitting.consent_on is None:
        say("consent_on", "A tag is fitted only with the wearer's signed consent: enter its date")
    elif fitting.consent_on > fitting.starts_on:
        say("consent_on", "Consent must be signed on or before the day of fitting")
    if fitting.review_on <= fitting.starts_on:
        say("review_on", "The review must be after the day of fitting")
    if not fitting.purposes:
        say("purposes", "Choose at least one purpose of the tag")
    if born is None:
        say(
            "person", "The date of birth is not recorded, so the age rules cannot be checked: record it first"
        )
    elif age_on(born, fitting.starts_on) < MINIMUM_AGE:
        say("person", f"A tag may not be fitted to a child under {MINIMUM_AGE}")
    elif is_child(born, fitting.starts_on):
        _check_guardian(fitting, say)
    return found


def _check_guardian(fitting: Fitting, say: Callable[[str, str], None]) -> None:
    if not fitting.guardian_name.strip():
        say("guardian_name", "The wearer is under 18: enter the parent or guardian's name")
    if fitting.guardian_consent_on is None:
        say(
            "guardian_consent_on",
            "The wearer is under 18: enter the date of the parent or guardian's consent",
        )
    elif fitting.guardian_consent_on > fitting.starts_on:
        say("guardian_consent_on", "The parent or guardian must consent on or before the day of fitting")
    if not fitting.guardian_present:
        say("guardian_present", "The wearer is under 18: a parent or guardian must be present at the fitting")
