"""A person's records as programs read them: the same words as the pages (SHR-2, INT-2)."""

from typing import Any

from iom.access.actor import Actor
from iom.access.api import Operation, Rows, endpoint, lists
from iom.accounts.rules import Power
from iom.records.kinds import KINDS, Kind
from iom.records.permissions import access_section
from iom.records.selectors import records_of
from iom.records.serializers import SERIALIZERS

TAG = "Records"


def _listed(kind: Kind) -> Operation:
    def records(actor: Actor, asked: dict[str, Any], nominal_ref: str) -> Rows:
        person = access_section(actor, kind, nominal_ref)
        return Rows(
            records_of(actor, person.pk, kind),
            lambda row: row.person_id,
            f"records: {kind.label.lower()}",
            about=person.pk,
        )

    records.__doc__ = f"A person’s records: {kind.label.lower()}, as far as you may see them."
    name = f"records_{kind.code.replace('-', '_')}_list"
    return lists(name, SERIALIZERS[kind.code], power=Power.SEE_PEOPLE)(records)


LISTS = {code: endpoint(_listed(kind), tag=TAG) for code, kind in KINDS.items()}
