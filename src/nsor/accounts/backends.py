"""Who a name and a password are: an officer who may sign in, found by the exact name."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from nsor.accounts.models import Officer
from nsor.accounts.services import may_act, tidy


class OfficerBackend(AuthenticationBackend):  # type: ignore[misc]
    """Django's way in; the work is the same whether there is such an officer or not."""

    def _authenticate_by_username(self, username: str, password: str) -> Officer | None:
        officer = Officer.objects.filter(name=tidy(username)).first()
        found = self._check_password(officer, password)
        return found if isinstance(found, Officer) else None

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Tell whether somebody may sign in, and stay so: asked at each request."""
        return isinstance(user, Officer) and may_act(user)
