"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.duplicates import views

_PAIR = "<int:one>/<int:other>/"

urlpatterns = [
    path("", views.index, name="console-duplicates"),
    path("of/<int:offender>/", views.of_person, name="console-duplicates-of"),
    path("batch/<int:batch>/", views.of_batch, name="console-duplicates-batch"),
    path(f"pair/{_PAIR}", views.pair, name="console-duplicates-pair"),
    path(f"pair/{_PAIR}apart/", views.apart, name="console-duplicates-apart"),
    path(f"pair/{_PAIR}merge/", views.merge, name="console-duplicates-merge"),
]
