"""How django-allauth does here what it leaves open: whom it lets in, and what it says.

Rules that hold here: nothing that is told depends on whether an account exists; an attempt counts
before it is tried; who is let in is entered in the trail.
"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from nsor.accounts import attempts, devices, networks, refusals, sealing, second_factors, sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.errors import TooMany
from nsor.accounts.models import Officer
from nsor.accounts.services import tidy
from nsor.audit import trail
from nsor.audit.acts import Act

TOO_MANY = _("Too many attempts failed. Please try again later.")
WRONG = _("The name or the password is not right. Please check both.")


def told_to_wait(request: HttpRequest, error: TooMany) -> ValidationError:
    """Return what a form says, and note for the answer when to come again."""
    request.retry_after = error.retry_after  # type: ignore[attr-defined]
    return ValidationError(TOO_MANY, code="too_many")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in of officers: no sign-up, no mail."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The present password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Every answer is a page."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing of its own: the pages do."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send no mail: there is none."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address; Django stores none that is no address."""
        found = networks.address(request)
        return "0.0.0.0" if found == networks.UNKNOWN else found  # noqa: S104 - nothing is bound

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Officer | None:
        """Return the officer of a name and a password. Raises ``ValidationError`` to wait."""
        name, where = tidy(str(credentials.get("username", ""))), networks.address(request)
        limits = attempts.of_password(request, name)
        try:
            attempts.reserve(limits)
        except TooMany as error:
            refusals.enter(name, where, "wait")
            raise told_to_wait(request, error) from None
        found = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(found, Officer):
            refusals.enter(name, where, "password")
            return None
        attempts.succeeded(limits)
        return found

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Go on under a new key of the session, now that a password was right."""
        request.session.cycle_key()
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        """Let an officer in."""
        before = user.last_login, user.last_address
        super().login(request, user)
        sessions.begin(request.session)
        request.session[sessions.BEFORE] = [before[0] and before[0].isoformat(), before[1]]
        sessions.note_proof(request, user)
        if set(sessions.factors(request, user)) & set(Authenticator.Type.values):
            request.session[sessions.PROVED] = True

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Enter who came in, and have the browser be known."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        where, who = networks.address(request), user.name.casefold()
        proved = sessions.is_proved(request.session)
        with short_write():
            refusals.sum_up()
            sessions.forget_over()
            if proved:
                attempts.signed_in(attempts.of_password(request, user.name))
            user.last_address = where
            user.save(update_fields=["last_address"])
            details = {"factors": list(sessions.factors(request, user)), "address": where}
            trail.record(Act.SIGNED_IN, actor=actor(user), details=details)
        if proved:
            devices.mark(request, response, who)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Let an officer out."""
        officer, key = request.user, request.session.session_key
        assert isinstance(officer, Officer)
        with short_write():
            UserSession.objects.filter(session_key=key).delete()
            trail.record(Act.SIGNED_OUT, actor=actor(officer))
        super().logout(request)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: sealed secrets, and never the last one removed."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is not right, or it was used already."),
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another one before you remove it."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for storing."""
        return sealing.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a stored secret."""
        return sealing.opened(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Tell whether another second factor would be left."""
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=second_factors.PRIMARY
        )
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        """Return a name for a passkey that its officer gave none."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Passkey {number}")).format(number=count + 1)
