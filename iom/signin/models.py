"""Second factors, single sign-on, invitations, and the record of who signed in from where."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from iom.agencies.models import Agency

WAYS = [("password", "Password"), ("sso", "Single sign-on"), ("invitation", "Invitation")]
FACTORS = [
    ("", "None"),
    ("app", "Authenticator app"),
    ("key", "Security key"),
    ("recovery", "Recovery code"),
    ("provider", "Checked by the agency"),
]
ENDINGS = [
    ("", ""),
    ("signed_out", "Signed out"),
    ("elsewhere", "Ended by a sign-in elsewhere"),
    ("everywhere", "Signed out everywhere"),
    ("idle", "Nothing was done for too long"),
    ("longest", "The longest time was reached"),
    ("role", "Role or agreement ended"),
    ("password", "The password was changed"),
]


class AuthenticatorApp(models.Model):
    """A person's authenticator app; its secret is sealed, and no code is taken twice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    secret = models.TextField()
    added_at = models.DateTimeField()
    last_step = models.BigIntegerField(default=0)


class SecurityKey(models.Model):
    """A security key, or a device that acts as one (WebAuthn)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in for a lost second factor once; only its keyed hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInFailure(models.Model):
    """A sign-in that failed, by keyed hashes of the name and the address it was tried with."""

    name_key = models.CharField(max_length=64)
    address_key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "-at"], name="signin_failure_name"),
            models.Index(fields=["address_key", "-at"], name="signin_failure_address"),
            models.Index(fields=["at"], name="signin_failure_at"),
        ]


class Visit(models.Model):
    """One sign-in and how it ended."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    way = models.CharField(max_length=12, choices=WAYS)
    factor = models.CharField(max_length=12, choices=FACTORS, blank=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=ENDINGS, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="signin_visit_user_at")]


class OidcProvider(models.Model):
    """Where an agency's people sign in with their own agency's account, over [starts_on, ends_on)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    client_secret = models.TextField(blank=True)
    scopes = models.CharField(max_length=200, default="openid")
    checks_second_factor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "client_id"], name="signin_oidcprovider_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="signin_oidcprovider_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} ({self.issuer})"


class OidcLink(models.Model):
    """Whose account at the agency this is: issuer and subject, never an e-mail address."""

    provider = models.ForeignKey(OidcProvider, on_delete=models.PROTECT, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="signin_oidclink_subject_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="signin_oidclink_user_once"),
        ]


class Invitation(models.Model):
    """A link, drawn once by the administrator who asked for it, with which a person sets how they sign in.

    It stands after two administrators agreed; the token exists from when it is drawn, as a keyed hash only.
    """

    PURPOSES = [("join", "First sign-in"), ("renew", "New password and second factor"), ("link", "Link")]
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=8, choices=PURPOSES)
    provider = models.ForeignKey(OidcProvider, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64, null=True, unique=True)
    drawn_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="signin_invitation_takes_two_people"
            ),
            models.CheckConstraint(
                condition=Q(digest__isnull=True, drawn_at__isnull=True, expires_at__isnull=True)
                | Q(digest__isnull=False, drawn_at__isnull=False, expires_at__isnull=False),
                name="signin_invitation_drawn_is_dated",
            ),
        ]
