"""One round of reminders as at a day (CMP-7)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cohorts.rules.reminders import wording
from cohorts.services.chasing import chase
from cohorts.services.tab_chasing import chase_reviews
from iom.access.scope import as_service
from iom.kernel import clock


class Command(BaseCommand):
    help = "Send and print the reminders of deadlines and of the tab's reviews that are owed by a day and not yet sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the day, as YYYY-MM-DD; today if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        with as_service():
            sent = chase(on=on, at=clock.now())
            reviews = chase_reviews(on=on, at=clock.now())
        for message in sent:
            whom = "inspector" if message.escalated else "owner"
            self.stdout.write(
                f"deadline {message.deadline_id}, case {message.case_id}, {message.kind}, due {message.due_on}: "
                f"{wording(message.offset)}, to {whom} ({len(message.user_ids)} people)"
            )
        for review in reviews:
            whom = "inspector" if review.escalated else "supervision"
            self.stdout.write(
                f"emerging-threat tab {review.unit_code}, {review.entries} entries, due {review.due_on}: "
                f"{wording(review.offset)}, to {whom} ({len(review.user_ids)} people)"
            )
        people = {user_id for message in sent for user_id in message.user_ids}
        people |= {user_id for review in reviews for user_id in review.user_ids}
        self.stdout.write(f"{len(sent) + len(reviews)} reminders to {len(people)} people on {on}.")
