"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.approval import acts, alarms, files, identities, silences, views

urlpatterns = [
    path("", views.index, name="console-approval"),
    path("<int:number>/", acts.act, name="console-approval-batch"),
    path("<int:number>/approve/", acts.approve, name="console-approval-approve"),
    path("<int:number>/reject/", acts.reject, name="console-approval-reject"),
    path("<int:number>/pass/", acts.let_pass, name="console-approval-pass"),
    path("<int:number>/alike/", acts.alike, name="console-approval-alike"),
    path("file/<int:number>/", files.file, name="console-approval-file"),
    path("file/<int:number>/approve/", files.approve, name="console-approval-file-approve"),
    path("file/<int:number>/alike/", files.alike, name="console-approval-file-alike"),
    path("job/<slug:name>/", files.job, name="console-approval-job"),
    path("silences/", silences.silences, name="console-approval-silences"),
    path("silences/<int:number>/", silences.silence, name="console-approval-silence"),
    path("silences/<int:number>/look/", silences.look, name="console-approval-look"),
    path("identities/", identities.identities, name="console-approval-identities"),
    path("identities/settle/", identities.settle, name="console-approval-settle"),
    path("alarms/", alarms.alarms, name="console-approval-alarms"),
]
