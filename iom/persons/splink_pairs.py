"""Likely pairs by probabilistic record linkage (Fellegi and Sunter) with Splink on an in-memory DuckDB (PER-1).

Only proposes pairs: a person decides. The weights are fixed numbers, not trained on the data, so that two runs over the
same records give the same pairs; how common a name is comes from the records. Imported where the extra is installed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COLUMNS = ("unique_id", "family", "given", "born", "postcode", "pnc")
SHARE_OF_DUPLICATES = 0.02
"""How many of the records are expected to be a second one of somebody: the chance of a pair before it is looked at."""
MEMORY = "512MB"
_SWAPPED_DAY_AND_MONTH = (
    "substr(born_l, 1, 4) = substr(born_r, 1, 4) AND substr(born_l, 6, 2) = substr(born_r, 9, 2)"
    " AND substr(born_l, 9, 2) = substr(born_r, 6, 2)"
)
BLOCKS = {
    "birth": "born",
    "names": "least(family, given) || ' ' || greatest(family, given)",
    "family_and_month": "family || ' ' || substr(born, 1, 7)",
    "given_and_place": "given || ' ' || postcode",
    "family_and_place": "family || ' ' || postcode",
}
"""What two records must have in common to be compared at all, as SQL; names in either order."""
LARGEST_BLOCK = 200
"""What more people have in common tells nobody apart (a date for "not known"): so the work stays bounded."""


def pairs(
    batches: Iterable[list[tuple[Any, ...]]], *, block: str, people: int, least: float, most: int
) -> Iterator[tuple[int, int, float]]:
    """The likeliest pairs of one block: two ids, the smaller first, and how likely they are one person."""
    database = duckdb.connect(":memory:")
    try:
        database.execute(f"SET threads = 1; SET memory_limit = '{MEMORY}'; SET temp_directory = ''")
        database.execute(
            "CREATE TABLE records (unique_id BIGINT, family VARCHAR, given VARCHAR, born VARCHAR, postcode VARCHAR,"
            " pnc VARCHAR)"
        )
        for rows in batches:
            database.register(
                "batch", pa.table(dict(zip(COLUMNS, map(list, zip(*rows, strict=False)), strict=True)))
            )
            database.execute("INSERT INTO records SELECT * FROM batch")
            database.unregister("batch")
        database.execute(
            "CREATE TABLE people AS SELECT * EXCLUDE (shared),"
            f" CASE WHEN count(*) OVER (PARTITION BY shared) <= {LARGEST_BLOCK:d} THEN shared END AS block"
            f" FROM (SELECT *, {BLOCKS[block]} AS shared FROM records)"
        )
        database.execute("DROP TABLE records")
        backend = DuckDBAPI(database)
        linker = Linker(backend.register("people"), _settings(people), log_level="ERROR")
        found = linker.inference.predict(threshold_match_probability=least)
        database.execute(
            "SELECT least(unique_id_l, unique_id_r), greatest(unique_id_l, unique_id_r), match_probability"
            f" FROM {found.physical_name} ORDER BY match_probability DESC, 1, 2 LIMIT {most:d}"
        )
        yield from database.fetchall()
    finally:
        database.close()


def _settings(people: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=min(0.5, 2 * SHARE_OF_DUPLICATES / max(people, 1)),
        comparisons=[
            _name("family", "given", exact=0.004, close=0.003, near=0.006),
            _name("given", "family", exact=0.010, close=0.005, near=0.010),
            _compare("born", [
                (levels.ExactMatchLevel("born"), 0.90, 0.00006),
                (levels.CustomLevel(_SWAPPED_DAY_AND_MONTH), 0.03, 0.00005),
                (levels.DamerauLevenshteinLevel("born", 1), 0.04, 0.0016),
                (levels.ElseLevel(), 0.03, 0.9983),
            ]),
            _compare("postcode", [
                (levels.ExactMatchLevel("postcode"), 0.60, 0.0003),
                (levels.ElseLevel(), 0.40, 0.9997),
            ]),
            _compare("pnc", [
                (levels.ExactMatchLevel("pnc"), 0.90, 0.000001),
                (levels.ElseLevel(), 0.10, 0.999999),
            ]),
        ],
        blocking_rules_to_generate_predictions=[block_on("block")],
        retain_matching_columns=False,
    )  # fmt: skip


def _name(column: str, other: str, *, exact: float, close: float, near: float) -> Any:
    """Equal, standing in the other's place, or alike to the ear of Jaro and Winkler; rare names count for more."""
    return _compare(column, [
        (levels.ExactMatchLevel(column, term_frequency_adjustments=True), 0.80, exact),
        (levels.ColumnsReversedLevel(column, other), 0.04, exact / 50),
        (levels.JaroWinklerLevel(column, 0.92), 0.08, close),
        (levels.JaroWinklerLevel(column, 0.85), 0.04, near),
        (levels.ElseLevel(), 0.04, 1 - exact - close - near),
    ])  # fmt: skip


def _compare(column: str, steps: list[tuple[Any, float, float]]) -> Any:
    """Levels with how often each is seen among pairs of one person, and among pairs of two."""
    weighted = [level.configure(m_probability=m, u_probability=u) for level, m, u in steps]
    return comparisons.CustomComparison([levels.NullLevel(column), *weighted], output_column_name=column)
