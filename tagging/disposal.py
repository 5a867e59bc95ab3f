"""What becomes of a person's rows on disposal; a device's history names nobody."""

from iom.kernel.disposal import delete

delete("tagging.Wearing")
