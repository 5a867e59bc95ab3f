"""What an error message calls a field."""

import re

from django import forms


def subject_of(name: str, field: forms.Field) -> str:
    """What an error message calls the field: its label, starting small unless with an acronym."""
    label = str(field.label or name.replace("_", " ")).removesuffix(" (optional)").strip()
    first_word = label.split(" ", 1)[0]
    return label if len(first_word) > 1 and first_word.isupper() else label[:1].lower() + label[1:]


def with_article(subject: str) -> str:
    """Labels are nouns or questions; a noun reads better with an article when it has none."""
    has_one = re.match(
        r"(the|a|an|your|their|his|her|who|what|when|where|why|how|which|if|any|one|at)\b",
        subject,
        re.IGNORECASE,
    )
    return subject if has_one else f"the {subject}"
