"""Who keeps sharing agreements; everybody who has signed in may read them (SHR-1)."""

from typing import Any, Protocol

from iom.accounts.rules import Power
from iom.agencies.models import SharingAgreement
from iom.kernel.errors import NotFound


class Keeper(Protocol):
    """The signed-in person, as far as this app asks."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role_code(self) -> str: ...
    @property
    def agency_name(self) -> str: ...
    def may(self, power: Any) -> bool: ...
    def require(self, power: Any) -> None: ...


def access_agreement(
    reader: Keeper, pk: int, *, to_keep: bool = False, lock: bool = False
) -> SharingAgreement:
    """The agreement, or NotFound; Forbidden when the role does not keep agreements and asks to."""
    found = SharingAgreement.objects.select_related("agency").filter(pk=pk).first()
    if found is None:
        raise NotFound
    if to_keep:
        reader.require(Power.KEEP_AGREEMENTS)
    if lock:
        return SharingAgreement.objects.select_for_update(of=("self",)).select_related("agency").get(pk=pk)
    return found
