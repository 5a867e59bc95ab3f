"""Looking back as work of the background: every month for the models in use, and whenever it is asked for (SCO-7)."""

from iom.jobs.registry import TickStep, register_step
from reports.worth.services.asking import open_month
from reports.worth.services.working import evaluate_next

register_step(TickStep("worth.month", open_month))
register_step(TickStep("worth.evaluate", evaluate_next))
