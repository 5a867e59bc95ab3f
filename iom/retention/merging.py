"""What of retention stays with a merged record."""

from iom.kernel.merging import stays

stays("retention.Review", "The record that is kept has reviews of its own, by all that now hangs on it.")
stays("retention.Returned", "What was decided about a reference that came back is about that reference.")
