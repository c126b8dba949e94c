"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.trail import views

urlpatterns = [
    path("", views.index, name="console-trail"),
]
