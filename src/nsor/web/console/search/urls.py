"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.search import views

urlpatterns = [
    path("", views.index, name="console-search"),
    path("results/<slug:name>/", views.results, name="console-search-results"),
]
