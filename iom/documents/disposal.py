"""What becomes of a person's rows on disposal; the files go first (`iom.documents.services`)."""

from iom.kernel.disposal import delete

delete("documents.Document", "documents.DocumentAudience")
