"""The handset's addresses, once in each language."""

from django.urls import path

from nsor.web.handset import views

urlpatterns = [
    path("", views.page, name="handset"),
    path("send", views.send, name="handset-send"),
    path("messages", views.messages, name="handset-messages"),
    path("sim", views.new_sim, name="handset-sim"),
    path("court", views.court_result, name="handset-court"),
]
