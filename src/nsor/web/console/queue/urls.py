"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.queue import views

urlpatterns = [
    path("", views.index, name="console-queue"),
    path("live/", views.live, name="console-queue-live"),
]
