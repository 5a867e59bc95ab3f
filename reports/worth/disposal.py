"""What becomes of a person's rows on disposal: they go; the figures name nobody."""

from iom.kernel.disposal import delete

delete("worth.EvaluatedPerson")
