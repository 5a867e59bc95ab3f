"""People who sign in. What they may do comes from their membership of a team (`iom.agencies`)."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, username: str, *, name: str, email: str = "", password: str | None = None
    ) -> "User":
        """A person who can sign in, with an argon2 password or none."""
        user = self.model(username=username.lower(), name=name, email=email)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person's sign-in; there is no superuser: nobody sees a case by being an administrator."""

    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

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

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's permissions are not used: powers are asked of the actor."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
