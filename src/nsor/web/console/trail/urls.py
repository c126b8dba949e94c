"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.trail import views

urlpatterns = [
    path("", views.index, name="console-trail"),
    path("checkpoints/", views.checkpoints, name="console-trail-checkpoints"),
    path("open/", views.unended, name="console-trail-unended"),
    path("verify/", views.verify, name="console-trail-verify"),
    path("verify/<str:job_id>/", views.verification, name="console-trail-verification"),
    path("<int:number>/", views.entry, name="console-trail-entry"),
    path("<int:number>/proof/", views.proof, name="console-trail-proof"),
]
