"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.own import views

urlpatterns = [
    path("", views.index, name="console-own"),
    path("sessions/<int:number>/end/", views.end_session, name="console-own-session-end"),
    path("sessions/end/", views.end_sessions, name="console-own-sessions-end"),
]
