"""`docs/security.md` says what the code says."""

import re

from tests.security.report import PAGE, ROOT, STATES, page, requirements


def test_the_page_is_what_the_tables_in_code_make_of_it() -> None:
    assert PAGE.read_text() == page(None), "run: python -m tests.security.report"


def test_every_requirement_says_how_it_stands_and_leads_to_a_test_that_exists() -> None:
    lines = requirements()
    named = {path for line in lines for path in re.findall(r"`(tests/[\w/.]+)`", line[3])}

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    assert {line[2] for line in lines} <= set(STATES)
    assert len({line[0] for line in lines}) == len(lines) == 256
    assert all(line[3] for line in lines)
