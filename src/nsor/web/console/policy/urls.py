"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.policy import views

urlpatterns = [
    path("", views.index, name="console-policy"),
    path("offences/", views.offences, name="console-policy-offences"),
    path("changes/", views.changes_list, name="console-policy-changes"),
    path("changes/<int:number>/", views.change, name="console-policy-change"),
    path("changes/<int:number>/decide/", views.decide, name="console-policy-decide"),
    path("propose/<str:kind>/", views.propose, name="console-policy-propose"),
    path("repeal/<str:kind>/<int:row>/", views.repeal, name="console-policy-repeal"),
    path("public-service/", views.public_service, name="console-policy-service"),
]
