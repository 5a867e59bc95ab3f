"""The end of a document: the file goes, the row keeps no more than the fact (SHR-4, SHR-5)."""

from datetime import datetime
from functools import partial

from django.db import transaction

from iom.documents import store
from iom.documents.models import Document, DocumentAudience


@transaction.atomic
def dispose_documents(person_id: int, decision: int, *, at: datetime) -> int:
    """Dispose of all documents on a person's record under a decision, with the rights of the service; how many.

    Files go once this is committed; were the process killed in between, the nightly check of the store removes them.
    """
    rows = list(
        Document.objects.select_for_update(of=("self",)).filter(person_id=person_id, disposed_at__isnull=True)
    )
    DocumentAudience.objects.filter(person_id=person_id).delete()
    for document in rows:
        document.title = document.handling = document.original_name = document.withdrawn_reason = ""
        document.scan_note, document.cleaned, document.about_kind, document.about_id = "", [], "", None
        document.disposed_at, document.disposal_decision = at, decision
        document.file_removed_at = document.file_removed_at or at
        document.scan_after = None
        document.save()
        transaction.on_commit(partial(store.remove, document.stored_name))
    return len(rows)
