"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.imports import views

urlpatterns = [
    path("", views.index, name="console-imports"),
    path("template.<str:kind>", views.template, name="console-imports-template"),
    path("<str:upload_id>/", views.show, name="console-imports-file"),
    path("<str:upload_id>/check/", views.check, name="console-imports-check"),
    path("<str:upload_id>/enter/", views.enter, name="console-imports-enter"),
    path("<str:upload_id>/drop/", views.drop, name="console-imports-drop"),
    path("<str:upload_id>/noted/", views.noted, name="console-imports-noted"),
]
