"""The acts of this app; the list is complete."""

from iom.audit.actions import register

EVALUATION_ASKED = register("worth.evaluation.asked", "asked how a score model turned out")
EVALUATION_EXPORTED = register(
    "worth.evaluation.exported", "took out a report on how a score model turned out"
)
