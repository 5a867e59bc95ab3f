"""The files of a person's documents, which no statement of the database removes."""

from django.utils.module_loading import import_string

DOCUMENTS = "iom.documents.services.dispose_documents"


def remove_files(person_id: int, *, decision: int) -> int:
    """Have the documents' app take away the files of the person's documents; how many."""
    try:
        remove = import_string(DOCUMENTS)
    except ImportError:
        return 0
    return int(remove(person_id, decision=decision) or 0)
