"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.sources import acts, uploading, views

urlpatterns = [
    path("", views.index, name="console-sources"),
    path("connect/", views.connect, name="console-sources-connect"),
    path("add/", acts.add, name="console-sources-add"),
    path("upload/", uploading.upload, name="console-sources-upload"),
    path("<int:number>/", views.one, name="console-sources-one"),
    path("<int:number>/change/", acts.change, name="console-sources-change"),
    path("<int:number>/key/", acts.give_key, name="console-sources-key"),
    path("<int:number>/stop/", acts.stop, name="console-sources-stop"),
    path("<int:number>/gap/", acts.close_gap, name="console-sources-gap"),
    path("keys/<int:number>/revoke/", acts.revoke, name="console-sources-revoke"),
    path("proposals/<int:number>/", views.proposal, name="console-sources-proposal"),
    path("proposals/<int:number>/approve/", acts.approve, name="console-sources-approve"),
    path("proposals/<int:number>/reject/", acts.reject, name="console-sources-reject"),
]
