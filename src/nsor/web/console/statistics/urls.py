"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.statistics import views

urlpatterns = [
    path("", views.index, name="console-statistics"),
    path("places/<slug:slug>/", views.province, name="console-statistics-province"),
    path("count/", views.ask, name="console-statistics-ask"),
    path("export/", views.export, name="console-statistics-export"),
]
