"""The addresses of signing in, of second factors and of an officer's own sessions."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
