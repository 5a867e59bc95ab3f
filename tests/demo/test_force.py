"""The fictional force has somebody in every role (ORG-1..3)."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iom.accounts.rules import Role
from iom.agencies.rules import AgencyKind, UnitKind
from iom.demo.force import AGENCIES, DISTRICTS, PRISONS, UNITS, USERS


def test_every_role_and_every_kind_of_agency_is_there() -> None:
    assert {user.role for user in USERS} == set(Role)
    assert {agency.kind for agency in AGENCIES} == set(AgencyKind)
    assert {unit.kind for unit in UNITS} == set(UnitKind)


def test_five_districts_each_have_supervisors_managers_an_inspector_and_support() -> None:
    assert len(DISTRICTS) == 5
    for unit in DISTRICTS:
        roles = Counter(user.role for user in USERS if user.unit == unit.code)
        assert roles[Role.SUPERVISOR] >= 2
        assert roles[Role.OFFENDER_MANAGER] >= 2
        assert roles[Role.INSPECTOR] == roles[Role.SUPPORT] == 1


def test_the_prison_hub_has_four_prisons_and_one_agreement_has_lapsed() -> None:
    assert sum(has_hub for _, _, has_hub in PRISONS) == 4
    assert sum(agency.lapsed for agency in AGENCIES) == 1


def test_usernames_are_unique_and_point_to_known_units_and_agencies() -> None:
    assert max(Counter(user.username for user in USERS).values()) == 1
    assert {user.unit for user in USERS} <= {unit.code for unit in UNITS}
    assert {user.agency for user in USERS} == {agency.code for agency in AGENCIES}


def test_the_sign_ins_are_printed_and_production_refuses(settings: Any) -> None:
    out = StringIO()
    call_command("demo_sign_ins", stdout=out)
    assert "sgt.ashby" in out.getvalue()
    assert settings.DEMO_PASSWORD in out.getvalue()
    refused = [line.split()[2] for line in out.getvalue().splitlines() if "agreement lapsed: refused" in line]
    assert refused == ["charity.bell", "charity.manager.rowe"]

    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo_sign_ins")
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
