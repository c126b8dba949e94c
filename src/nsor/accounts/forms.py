"""The forms of signing in, of passwords and of second factors.

Rules that hold here: a password is pasted and filled in as its officer likes; whoever has to wait
is told so, whatever was typed.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as MfaAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nsor.accounts import attempts, networks, refusals, second_factors
from nsor.accounts.adapters import MfaAdapter, told_to_wait
from nsor.accounts.errors import TooMany
from nsor.accounts.models import Officer
from nsor.accounts.passwords import LONGEST
from nsor.accounts.services import NAME_LENGTH

CODE_LENGTH = 32
NEW_PASSWORD_HINT = _(
    "At least 12 characters. Any characters are allowed; a sentence that only you know is good."
    " You may paste it from a password manager."
)


def _password(label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _code(hint: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        help_text=hint,
        max_length=CODE_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}
        ),
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    password = _password(_("Password"), "current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields as officers know them."""
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Name"),
            max_length=NAME_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.order_fields(["login", "password"])


class NewPasswordForm(forms.Form):
    """A password for whoever has none yet."""

    password1 = _password(_("New password"), "new-password", NEW_PASSWORD_HINT)
    password2 = _password(_("New password again"), "new-password")

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        """Take whose password it is to be."""
        super().__init__(*args, **kwargs)
        self._officer = officer

    def clean_password1(self) -> str:
        """Hold it to the rules."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self._officer)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Have both be the same."""
        cleaned = super().clean()
        _same(self)
        return cleaned


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password, by whoever knows the present one."""

    oldpassword = _password(_("Present password"), "current-password")
    password1 = _password(_("New password"), "new-password", NEW_PASSWORD_HINT)
    password2 = _password(_("New password again"), "new-password")

    def clean_oldpassword(self) -> str:
        """Have it be the present one; failures count as those of a sign-in."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self) -> str:
        """Hold it to the rules."""
        password: str = self.cleaned_data["password1"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any] | None:
        """Have both be the same."""
        cleaned = forms.Form.clean(self)
        _same(self)
        return cleaned


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password, as a proof."""

    password = _password(_("Password"), "current-password")


class _Codes(forms.Form):
    """Takes a code for one of the officer's second factors."""

    user: Officer
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Find whose code it is."""
        request = request_now()
        try:
            found = second_factors.check(request, self.user, self.cleaned_data["code"])
        except TooMany as error:
            raise told_to_wait(request, error) from None
        if found is None:
            raise MfaAdapter().validation_error("incorrect_code")
        self.authenticator = found
        return str(self.cleaned_data["code"])


_CODE_HINT = _("Six digits from your authenticator app, or one of your recovery codes.")


class CodeForm(_Codes, MfaAuthenticateForm):  # type: ignore[misc]
    """A code, to sign in."""

    code = _code(_CODE_HINT)


class CodeAgainForm(_Codes, MfaReauthenticateForm):  # type: ignore[misc]
    """A code, as a proof."""

    code = _code(_CODE_HINT)


class ActivateForm(forms.Form):
    """The first code of a new authenticator; its secret waits in the session, sealed."""

    code = _code(_("Six digits that the authenticator app shows for this register."))

    def __init__(self, *args: Any, user: Officer, **kwargs: Any) -> None:
        """Make a secret for a fresh page, or take the one that its page showed."""
        super().__init__(*args, **kwargs)
        self.user = user
        session, adapter = request_now().session, MfaAdapter()
        waiting = session.get(totp.SECRET_SESSION_KEY)
        if self.is_bound and waiting:
            self.secret = adapter.decrypt(waiting)
        else:
            self.secret = totp.generate_totp_secret()
            session[totp.SECRET_SESSION_KEY] = adapter.encrypt(self.secret)

    def clean_code(self) -> str:
        """Have the code be the secret's."""
        request, code = request_now(), second_factors.digits(self.cleaned_data["code"])
        limits = attempts.of_code(request, self.user)
        try:
            attempts.reserve(limits)
        except TooMany as error:
            raise told_to_wait(request, error) from None
        self.step = second_factors.accepted_step(self.secret, code)
        if self.step is None:
            raise MfaAdapter().validation_error("incorrect_code")
        attempts.succeeded(limits)
        return code


class _Passkeys(forms.Form):
    """Takes what a browser says of a passkey, which can be anything."""

    user: Officer

    def clean_credential(self) -> Any:
        """Find which passkey it is."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except Exception as error:
            refusals.enter(self.user.name, networks.address(request_now()), "passkey")
            if isinstance(error, ValidationError):
                raise
            raise MfaAdapter().validation_error("incorrect_code") from None


class PasskeyForm(_Passkeys, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, to sign in."""


class PasskeyAgainForm(_Passkeys, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey, as a proof."""


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("For you alone, such as: key on my key ring."),
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Have the browser's answer be one to what was asked."""
        try:
            return dict(super().clean())
        except ValidationError:
            raise
        except Exception:
            raise MfaAdapter().validation_error("incorrect_code") from None


def request_now() -> HttpRequest:
    """Return the request that is being answered."""
    from allauth.core import context

    request = context.request
    assert isinstance(request, HttpRequest)
    return request


def _same(form: forms.Form) -> None:
    first, second = (form.cleaned_data.get(name) for name in ("password1", "password2"))
    if first and second and first != second:
        form.add_error("password2", _("Type the same password in both fields."))
