"""A large batch is verified in slices, to the same root and the same sentences (SHR-3)."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from iom.access.scope import as_service
from iom.audit.keys import SigningKey, make_key
from iom.audit.leaves import FAN, Tree
from iom.audit.services import batches, verify
from tests.audit.test_seals import NOW, run, seal, tamper, without_seals

ROWS = 2 * FAN + 88


def root_by_hand(leaves: list[bytes]) -> bytes:
    """The root as the paper says it: four levels of nodes over up to 256 children."""
    below = leaves
    for level in range(1, 5):
        below = [
            sha256(bytes([level]) + b"".join(below[n : n + FAN])).digest() for n in range(0, len(below), FAN)
        ]
    [root] = below
    return root


@pytest.mark.parametrize("rows", [1, 2, FAN - 1, FAN, FAN + 1, 3 * FAN, FAN * FAN, FAN * FAN + 1])
def test_a_root_made_leaf_by_leaf_is_the_root(rows: int) -> None:
    leaves = [sha256(str(n).encode()).digest() for n in range(rows)]
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)

    assert tree.close() == root_by_hand(leaves)


def test_of_nothing_there_is_no_root() -> None:
    assert Tree().close() is None


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SigningKey:
    without_seals()
    monkeypatch.setattr(batches, "SLICE", 100)
    return make_key(tmp_path / "key.pem")


@pytest.fixture
def large(db: None, key: SigningKey) -> int:
    """A batch of more rows than a slice and than a node's children; the number of one in the middle."""
    made = run(
        "INSERT INTO audit_act (at, kind, action, user_name, role, agency, subjects, reason, detail)"
        " SELECT %s, 'consult', 'look:case', 'Amy', 'supervisor', 'Police', ARRAY[n]::bigint[], '', '{}'"
        " FROM generate_series(1, %s) n RETURNING id",
        NOW - timedelta(minutes=1),
        ROWS,
    )
    seal(key)
    return int(made[ROWS // 2][0])


def test_a_large_batch_holds_and_says_how_far_it_is(large: int) -> None:
    told: list[tuple[int, int]] = []
    with as_service():
        verdict = verify(told_of=lambda checked, sealed: told.append((checked, sealed)))

    assert verdict.problems == []
    assert verdict.rows == told[-1][0] >= ROWS
    assert [checked for checked, _ in told] == sorted({checked for checked, _ in told})
    assert len(told) >= ROWS / 100
    assert {sealed for _, sealed in told} == {verdict.rows - verdict.unsealed}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE audit_act SET reason = 'other' WHERE id = %s", "is no longer what was recorded"),
        ("DELETE FROM audit_act WHERE id = %s", "rows were removed from a closed batch"),
        (
            "UPDATE audit_act SET leaf = sha256(leaf) WHERE id = %s",
            "its rows were rewritten or exchanged; the signed root is another",
        ),
    ],
)
def test_one_row_in_the_middle_of_a_large_batch_is_missed_by_no_slice(
    large: int, sql: str, words: str
) -> None:
    tamper(sql, large)
    with as_service():
        found = verify().problems

    assert any(words in sentence for sentence in found)
