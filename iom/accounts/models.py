"""People who sign in. What they may do comes from their membership of a team (`iom.agencies`).

One person is three tables, because not everybody may read everything about a colleague: `User` is the name that
stands beside an act, `EmailAddress` how to write to them, `Credential` what only the sign-in itself may read.
"""

from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

NO_PASSWORD = "!"  # noqa: S105  (what Django calls unusable)


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, *, name: str, email: str = "", password: str | None = None
    ) -> "User":
        """A person who can sign in, with an argon2 password or none."""
        user = self.model(username=username.lower(), name=name)
        user.email = email
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person's sign-in; there is no superuser: nobody sees a case by being an administrator."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    memberships_today: list[Any]
    """What the person may act as, on the user of a request alone (`iom.access.backends`)."""

    last_login = None
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(username=Lower("username")), name="accounts_user_username_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name

    is_superuser = False
    is_staff = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes the person's other two tables as well, where a password or an address was set."""
        super().save(*args, **kwargs)
        for part in self.__dict__.pop("_set_parts", {}).values():
            part.user = self
            part.save()

    def _part(self, name: str, model: type[models.Model]) -> Any:
        part = getattr(self, name, None) or model(user=self)
        self.__dict__.setdefault("_set_parts", {})[name] = part
        return part

    @property
    def password(self) -> str:  # type: ignore[override]
        """The hash, for whoever works with the rights of the sign-in."""
        found = getattr(self, "credential", None)
        return found.password if found else NO_PASSWORD

    @password.setter
    def password(self, hashed: str) -> None:
        self._part("credential", Credential).password = hashed

    @property
    def email(self) -> str:
        """The address, empty where there is none or the reader may not see it."""
        found = getattr(self, "address", None)
        return found.email if found else ""

    @email.setter
    def email(self, email: str) -> None:
        self._part("address", EmailAddress).email = email

    def set_password(self, raw_password: str | None) -> None:
        self.password = make_password(raw_password)

    def check_password(self, raw_password: str | None) -> bool:
        return check_password(raw_password, self.password)

    def has_usable_password(self) -> bool:
        return not self.password.startswith(NO_PASSWORD)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's permissions are not used: powers are asked of the actor."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Credential(models.Model):
    """What proves a person; no class but the sign-in's reads it. `live_session` names their one session."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="credential")
    password = models.CharField(max_length=128, default=NO_PASSWORD)
    password_set_at = models.DateTimeField(null=True)
    live_session = models.CharField(max_length=64, blank=True)


class EmailAddress(models.Model):
    """How to write to a person; partners see their own and those of contacts."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="address")
    email = models.EmailField(blank=True)
