"""The three ways in which the product says no."""

from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A rule forbids the act; the sentence tells why and what to do instead (HTTP 409)."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Exception):
    """There is no such record, or it is not yours: one answer for both (HTTP 404)."""


class Forbidden(Exception):
    """The record is visible, but this act on it is not for this role (HTTP 403)."""

    def __init__(self, sentence: str = "Your role does not allow this.") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Invalid(Exception):
    """The input is wrong: each field with its sentences (form errors, or HTTP 400)."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(s for sentences in fields.values() for s in sentences))
        self.fields = {name: list(sentences) for name, sentences in fields.items()}
