"""What becomes of a person's rows on disposal: local calculations go with the person."""

from iom.kernel.disposal import delete

delete("instruments.LocalCalculation")
