"""Where the fields of this app belong: police operations, as the scores beside which they are shown."""

from iom.kernel.compartments import classify

classify(
    "instruments.LocalCalculation",
    operations="id person instrument version inputs result band calculated_on calculated_at calculated_by",
)
