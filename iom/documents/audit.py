"""What this app writes to the audit."""

from iom.audit.actions import register

UPLOADED = register("documents.document.uploaded", "uploaded a document about {person}")
VERSION_ADDED = register(
    "documents.document.version_added", "uploaded a new version of a document about {person}"
)
DOWNLOADED = register("documents.document.downloaded", "downloaded a document about {person}")
AUDIENCE_CHANGED = register(
    "documents.document.audience_changed", "changed which agencies read a document about {person}"
)
WITHDRAWN = register("documents.document.withdrawn", "withdrew a document about {person}")
CHECK_ASKED = register(
    "documents.document.check_asked", "asked for a document about {person} to be checked again"
)
SCANNED = register("documents.document.scanned", "checked a document about {person} for viruses")
FOUND_INFECTED = register(
    "documents.document.refused", "refused a document about {person} and removed its file"
)
FOUND_MISSING = register(
    "documents.document.found_missing", "found the file of a document about {person} missing"
)
REFUSED = register("documents.upload.refused", "refused to take a file about {person}")
