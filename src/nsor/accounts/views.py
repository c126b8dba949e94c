"""The pages of signing in, second factors and passwords: django-allauth's, held to our rules.

Rules that hold here: a form with a fault comes again with 422, whoever has to wait is answered 429
and when to come again; an act is entered in the trail in its own transaction; a one-time link
changes nothing when it is looked at.
"""

from typing import Any, cast

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth import logout as django_logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from nsor.accounts import forms, links, networks, second_factors, sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.middleware import on_the_way
from nsor.accounts.models import Officer
from nsor.accounts.services import may_act
from nsor.audit import trail
from nsor.audit.acts import Act

HOME = "console-queue"
OWN = "console-own"


def _officer(request: HttpRequest) -> Officer:
    assert isinstance(request.user, Officer)
    return request.user


class Faults:
    """Answers a form with a fault: 422, or 429 to whoever has to wait."""

    request: HttpRequest

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        wait = getattr(self.request, "retry_after", None)
        if wait is None:
            response.status_code = 422
        else:
            response.status_code = 429
            response.headers["Retry-After"] = str(wait)
        return response


class SignIn(Faults, account.LoginView):  # type: ignore[misc]
    """Name and password."""

    form_class = forms.SignInForm

    def get_form_class(self) -> type[forms.SignInForm]:
        """Use ours."""
        return forms.SignInForm


class SignOut(account.LogoutView):  # type: ignore[misc]
    """Asks once, and signs out."""


@sensitive_variables("token")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page of a one-time link; take the password that is chosen on it."""
    officer = links.officer_of(token)
    if officer is None:
        return _of_a_link(render(request, "account/first_over.html", status=404))
    form = forms.NewPasswordForm(request.POST or None, officer=officer)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        context = {"form": form, "name": officer.name}
        return _of_a_link(render(request, "account/first.html", context, status=status))
    used = links.use(token, form.cleaned_data["password1"], networks.address(request))
    if used is None:
        return _of_a_link(render(request, "account/first_over.html", status=404))
    django_logout(request)  # whoever else was signed in with this browser
    record_authentication(request, used, "link")
    return _of_a_link(perform_login(request, Login(user=used, redirect_url=reverse("mfa_index"))))


def _of_a_link(response: HttpResponse) -> HttpResponse:
    """Have the address of a link be told to nobody; its origin is, or no form could be sent."""
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


class Authenticate(mfa.AuthenticateView):  # type: ignore[misc]
    """The second factor, at a sign-in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Have begin anew whose access or second factors ended since the password."""
        stage = LoginStageController.enter(request, AuthenticateStage.key)
        officer = stage and stage.login.user
        if isinstance(officer, Officer) and not (
            may_act(officer) and second_factors.has_one(officer)
        ):
            return cast(HttpResponse, stage.abort())
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def get_form_class(self) -> type[forms.CodeForm]:
        """Use ours."""
        return forms.CodeForm

    def get_webauthn_form_class(self) -> type[forms.PasskeyForm]:
        """Use ours."""
        return forms.PasskeyForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again; whoever has to wait begins anew."""
        wait = getattr(self.request, "retry_after", None)
        response: HttpResponse = self.render_to_response(self.get_context_data(failed=form))
        response.status_code = 422
        if wait is not None:
            self.stage.abort()
            response.status_code = 429
            response.headers["Retry-After"] = str(wait)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which kinds the officer has."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        kinds = set(
            Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        )
        return found | kwargs | {"kinds": kinds}


class ProvePassword(Faults, account.ReauthenticateView):  # type: ignore[misc]
    """The password, as a proof."""

    def get_form_class(self) -> type[forms.PasswordAgainForm]:
        """Use ours."""
        return forms.PasswordAgainForm


class ProveCode(Faults, mfa.ReauthenticateView):  # type: ignore[misc]
    """A code, as a proof."""

    def get_form_class(self) -> type[forms.CodeAgainForm]:
        """Use ours."""
        return forms.CodeAgainForm


class ProvePasskey(Faults, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey, as a proof."""

    def get_form_class(self) -> type[forms.PasskeyAgainForm]:
        """Use ours."""
        return forms.PasskeyAgainForm

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again."""
        response: HttpResponse = self.render_to_response(self.get_context_data() | {"form": form})
        response.status_code = 422
        return response


@method_decorator(login_required, name="dispatch")
class ChangePassword(Faults, account.PasswordChangeView):  # type: ignore[misc]
    """Another password; the other sessions end."""

    def get_form_class(self) -> type[forms.ChangeForm]:
        """Use ours."""
        return forms.ChangeForm

    def get_success_url(self) -> str:
        """Go back to the officer's own page."""
        return reverse(OWN)

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it."""
        officer = _officer(self.request)
        with short_write():
            response: HttpResponse = super().form_valid(form)
            sessions.end_others(officer, self.request.session.session_key)
            who = actor(officer)
            trail.record(Act.PASSWORD_SET, actor=who, subject=who)
        return response


@require_GET
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Offer the kinds of a second factor to whoever has none yet."""
    if sessions.is_proved(request.session):
        return redirect(OWN)
    if second_factors.has_one(_officer(request)):  # it was added meanwhile, from elsewhere
        django_logout(request)
        return redirect("account_login")
    named = networks.parsed_host(request) is None
    return render(request, "mfa/index.html", {"passkeys": named})


class _Enrolment(Faults):
    """Adds a second factor: to whoever has none yet, or to whoever proved one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Turn whoever has one away who didn't prove it in this session."""
        user = request.user
        unproved = isinstance(user, Officer) and not sessions.is_proved(request.session)
        if unproved and second_factors.has_one(_officer(request)):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def enrol(self, kind: str, form: Any) -> HttpResponse:
        """Add it, enter it, and go on under a new key of the session."""
        request, officer = self.request, _officer(self.request)
        with short_write():
            second_factors.lock(officer)
            if not sessions.is_proved(request.session) and second_factors.has_one(officer):
                return redirect("mfa_index")
            super().form_valid(form)  # type: ignore[misc]
            who = actor(officer)
            trail.record(Act.SECOND_FACTOR_ADDED, actor=who, subject=who, details={"kind": kind})
            if self.did_generate_recovery_codes:  # type: ignore[attr-defined]
                trail.record(Act.RECOVERY_CODES_MADE, actor=who, subject=who)
        if self.did_generate_recovery_codes:  # type: ignore[attr-defined]
            request.session[sessions.CODES] = True
        sessions.prove(request)
        return redirect("mfa_view_recovery_codes" if sessions.CODES in request.session else OWN)


class AddTotp(_Enrolment, totp.ActivateTOTPView):  # type: ignore[misc]
    """An authenticator app."""

    def get_form_class(self) -> type[forms.ActivateForm]:
        """Use ours."""
        return forms.ActivateForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Add it; its code is spent."""
        response = self.enrol("totp", form)
        second_factors.believe(_officer(self.request), form.step)
        return response


class AddPasskey(_Enrolment, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """A passkey."""

    def get_form_class(self) -> type[forms.AddPasskeyForm]:
        """Use ours."""
        return forms.AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep the form that has a fault."""
        return dict(super().get_context_data(**kwargs)) | kwargs

    def form_valid(self, form: Any) -> HttpResponse:
        """Add it."""
        return self.enrol("passkey", form)


class _Removal(Faults):
    """Removes a second factor, unless it is the last."""

    kind: str

    def get_success_url(self) -> str:
        """Go back to the officer's own page."""
        return reverse(OWN)

    def remove(self, form: Any, one: Authenticator) -> HttpResponse:
        """Remove it where another is left, while nobody else can remove that one."""
        from nsor.accounts.adapters import MfaAdapter

        officer, adapter = _officer(self.request), MfaAdapter()
        with short_write():
            second_factors.lock(officer)
            if adapter.can_delete_authenticator(one):
                response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
                who, details = actor(officer), {"kind": self.kind}
                trail.record(Act.SECOND_FACTOR_REMOVED, actor=who, subject=who, details=details)
                return response
        form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
        return self.form_invalid(form)


class RemoveTotp(_Removal, totp.DeactivateTOTPView):  # type: ignore[misc]
    """No authenticator app any more."""

    kind = "totp"

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it."""
        return self.remove(form, self.authenticator)


class RemovePasskey(_Removal, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """One passkey less."""

    kind = "passkey"

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it."""
        return self.remove(form, self.get_object())


class MakeCodes(Faults, recovery.GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes in the place of the old ones."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them."""
        who = actor(_officer(self.request))
        with short_write():
            response: HttpResponse = super().form_valid(form)
            trail.record(Act.RECOVERY_CODES_MADE, actor=who, subject=who)
        self.request.session[sessions.CODES] = True
        return response


@require_http_methods(["GET", "POST"])
@login_required
def codes(request: HttpRequest) -> HttpResponse:
    """Show recovery codes until their officer says that they are kept, and never again."""
    if sessions.CODES not in request.session or not sessions.is_proved(request.session):
        return redirect("mfa_index")
    made = Authenticator.objects.filter(
        user=_officer(request), type=Authenticator.Type.RECOVERY_CODES
    ).first()
    if made is None or request.POST.get("kept"):
        del request.session[sessions.CODES]
        return redirect(HOME)
    context = {"codes": made.wrap().get_unused_codes(), "unkept": request.method == "POST"}
    status = 422 if request.method == "POST" else 200
    return render(request, "mfa/recovery_codes/index.html", context, status=status)


sign_in = on_the_way(SignIn.as_view())
sign_out = on_the_way(SignOut.as_view())
first_link = on_the_way(first)
authenticate = on_the_way(Authenticate.as_view())
prove_password = on_the_way(ProvePassword.as_view())
prove_code = on_the_way(ProveCode.as_view())
prove_passkey = on_the_way(ProvePasskey.as_view())
change_password = ChangePassword.as_view()
choose_factor = on_the_way(set_up)
add_totp = on_the_way(AddTotp.as_view())
add_passkey = on_the_way(AddPasskey.as_view())
remove_totp = RemoveTotp.as_view()
remove_passkey = RemovePasskey.as_view()
make_codes = MakeCodes.as_view()
show_codes = on_the_way(codes)
