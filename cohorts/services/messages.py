"""What people are told about referrals and cases, each thing once."""

from collections.abc import Iterable

from cohorts.models import Case, Referral
from iom.notifications.services import notify

REFERRAL = "referral"
CASE = "case"
DEADLINE = "deadline"
REVIEW = "review"


def referral_url(referral: Referral) -> str:
    return f"/referrals/{referral.pk}/"


def case_url(case: Case) -> str:
    return f"/cases/{case.pk}/"


def tell(
    user_ids: Iterable[int | None],
    *,
    key: str,
    kind: str,
    subject: str,
    body: str,
    url: str,
    person_id: int | None = None,
    but: int | None = None,
) -> None:
    """Owe each of these people one message; nobody is told of what they did themselves (`but`).

    The subject names nobody: it goes out by e-mail.
    """
    for user_id in sorted({u for u in user_ids if u is not None and u != but}):
        notify(user_id, key=key, kind=kind, subject=subject, body=body, url=url, person_id=person_id)
