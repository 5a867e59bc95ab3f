"""People who read while a night is scored: the top of a list in the database, and a whole page (SCO-4)."""

from collections.abc import Callable
from itertools import cycle
from threading import Thread
from time import monotonic

from benchmarks.pages import CENTRE, ask, session_of
from benchmarks.population import as_superuser
from benchmarks.timing import p95, seconds

TOP, PAGE = "top 50 of a list, in the database", "case list, whole force"
TOP_SQL = (
    "SELECT person_id, published FROM scoring_current"
    " WHERE score_model_id = (SELECT id FROM scoring_score_model WHERE code = 'ROR' AND status = 'active')"
    " AND bucket > 0 ORDER BY bucket DESC, published DESC, raw_hundredths DESC, latest_on DESC NULLS LAST,"
    " highest_base DESC, crimes_90 DESC, person_id LIMIT 50"
)
Taken = dict[str, list[float]]


class Readers:
    """One reader that asks for both in turn, without a pause."""

    def __init__(self) -> None:
        self.cookie = session_of(CENTRE.username)
        self.addresses = cycle(["/cases/", "/cases/?page=2", "/cases/?sort=due", "/cases/?status=active"])
        self.bare = as_superuser()

    def ask_for(self, long: float) -> Taken:
        """Milliseconds of each question during so many seconds."""
        end = monotonic() + long
        return self._ask_until(lambda: monotonic() > end)

    def ask_while(self, work: Callable[[], object]) -> Taken:
        """The same for as long as the work takes."""
        thread = Thread(target=work)
        thread.start()
        taken = self._ask_until(lambda: not thread.is_alive())
        thread.join()
        return taken

    def _ask_until(self, is_over: Callable[[], bool]) -> Taken:
        taken: Taken = {TOP: [], PAGE: []}
        while not is_over():
            taken[TOP].append(1000 * seconds(lambda: self.bare.execute(TOP_SQL).fetchall()))
            taken[PAGE].append(ask(self.cookie, next(self.addresses), count=False).milliseconds)
        return taken

    def rows(self, idle: Taken, busy: Taken) -> list[tuple[str, str, str, str, str]]:
        """The table: both p95, their ratio, and the longest anybody waited during the night."""
        return [
            (
                what,
                f"{p95(idle[what]):.1f}",
                f"{p95(busy[what]):.1f}",
                f"{p95(busy[what]) / p95(idle[what]):.2f}",
                f"{max(busy[what]):.0f}",
            )
            for what in (TOP, PAGE)
        ]
