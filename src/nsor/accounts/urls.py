"""The addresses of signing in, of passwords and of second factors: those that are needed, alone."""

from django.urls import path

from nsor.accounts import views

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("first/<str:token>/", views.first_link, name="account_first"),
    path("reauthenticate/", views.prove_password, name="account_reauthenticate"),
    path("password/", views.change_password, name="account_change_password"),
    path("factor/", views.choose_factor, name="mfa_index"),
    path("factor/authenticate/", views.authenticate, name="mfa_authenticate"),
    path("factor/reauthenticate/", views.prove_code, name="mfa_reauthenticate"),
    path("factor/app/add/", views.add_totp, name="mfa_activate_totp"),
    path("factor/app/remove/", views.remove_totp, name="mfa_deactivate_totp"),
    path("factor/passkey/add/", views.add_passkey, name="mfa_add_webauthn"),
    path(
        "factor/passkey/reauthenticate/",
        views.prove_passkey,
        name="mfa_reauthenticate_webauthn",
    ),
    path("factor/passkey/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("factor/codes/", views.show_codes, name="mfa_view_recovery_codes"),
    path("factor/codes/make/", views.make_codes, name="mfa_generate_recovery_codes"),
]
