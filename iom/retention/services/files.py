"""The files of a person's documents, which no statement of the database removes."""

from datetime import datetime

from iom.documents.services.disposal import dispose_documents


def remove_files(person_id: int, *, decision: int, at: datetime) -> int:
    """Have the documents' app take away the files of the person's documents; how many."""
    return dispose_documents(person_id, decision, at=at)
