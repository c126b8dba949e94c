"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.statistics import views

urlpatterns = [
    path("", views.index, name="console-statistics"),
]
