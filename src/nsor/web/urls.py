"""Every address of the web application. No address carries personal data."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from nsor.sources.api import addresses
from nsor.web import views

handler400 = "nsor.web.views.not_understood"
handler403 = "nsor.web.views.denied"
handler404 = "nsor.web.views.not_found"
handler429 = "nsor.web.views.too_many"
handler500 = "nsor.web.views.broken"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("api/v1/", include((addresses(), "api-1"))),
    path("", include("nsor.web.handset.urls"), {"language": "ur"}),
    path("en/", include("nsor.web.handset.urls"), {"language": "en"}),
    *i18n_patterns(
        path("console/", include("nsor.web.console.urls")),
        path("account/", include("nsor.accounts.urls")),
        prefix_default_language=False,
    ),
]
