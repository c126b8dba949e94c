"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.officers import views

urlpatterns = [
    path("", views.index, name="console-officers"),
    path("add/", views.add, name="console-officers-add"),
    path("<int:number>/", views.one, name="console-officers-one"),
    path("<int:number>/change/", views.change, name="console-officers-change"),
    path("<int:number>/end/", views.end, name="console-officers-end"),
    path("<int:number>/link/", views.link, name="console-officers-link"),
    path("proposals/<int:number>/", views.proposal, name="console-officers-proposal"),
    path("proposals/<int:number>/approve/", views.approve, name="console-officers-approve"),
    path("proposals/<int:number>/reject/", views.reject, name="console-officers-reject"),
]
