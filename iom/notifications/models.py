"""Messages owed to people: in the product exactly once, by e-mail at least once under one key (CMP-7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notification(models.Model):
    """One message to one person.

    The subject may go out by e-mail and names nobody; the body is read only in the product. With `person_id` the
    message can be read only while its reader may see that person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    person_id = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_as = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notifications_notification_once")
        ]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notifications_by_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"),
            models.Index(fields=["user"], condition=Q(mailed_as=""), name="notifications_unmailed"),
        ]

    def __str__(self) -> str:
        return self.subject


class Outbox(models.Model):
    """One e-mail to be sent; its key is the same however often it is tried."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Given up"

    key = models.CharField(max_length=160, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_email = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name_plural = "outbox"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notifications_outbox_sent_has_moment",
            )
        ]
        indexes = [
            models.Index(fields=["try_at"], condition=Q(state="pending"), name="notifications_outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.key} to {self.to_email}"
