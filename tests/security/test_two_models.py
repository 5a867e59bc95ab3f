"""The oracle, the row policies and `visible_to` agree in whatever order things happen (security.md, check 3)."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.security.facts import Force, by_database, expected, read_facts
from tests.security.machine import Reach, history
from tests.security.measures import note_figure

WHOLE = os.environ.get("IOM_SECURITY") == "whole"


def test_the_force_is_populated_so_that_agreement_means_something(force: Force) -> None:
    facts = read_facts(force.day)
    counts = {
        (who.role, kind): len(ids)
        for who in facts.members
        for kind, ids in expected(facts, who).items()
        if ids
    }

    assert {kind for _, kind in counts} == set(expected(facts, facts.members[0]))
    assert any(by_database(who)["person"] for who in facts.members)
    assert any(not by_database(who)["person"] for who in facts.members)
    assert len({role for role, _ in counts}) >= 10


def test_the_three_agree_after_each_kind_of_change(force: Force) -> None:
    assert list(history(force)) == []


def test_the_three_agree_in_any_order_of_changes(force: Force) -> None:
    machine = type("Reach", (Reach,), {"force": force, "steps": 0})
    how = settings(
        max_examples=200 if WHOLE else 5,
        stateful_step_count=30 if WHOLE else 10,
        deadline=None,
        derandomize=not WHOLE,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if WHOLE else [Phase.generate],
        print_blob=True,
        database=None,
    )

    run_state_machine_as_test(machine, settings=how)

    members = len(read_facts(force.day).members)
    note_figure("state_machine", {"comparisons": machine.steps, "members": members})
