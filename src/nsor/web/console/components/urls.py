"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.components import views

urlpatterns = [
    path("", views.index, name="console-components"),
]
