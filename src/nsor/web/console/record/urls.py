"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.record import views
from nsor.web.console.record.deeds import DEEDS
from nsor.web.console.record.evidence import evidence

urlpatterns = [
    path("<int:offender>/", views.show, name="console-record"),
    path("<int:offender>/evidence/<int:number>/", evidence, name="console-record-evidence"),
    path("<int:offender>/reason/", views.reason, name="console-record-reason"),
    path("<int:offender>/past/", views.past, name="console-record-past"),
    path("<int:offender>/unmerge/", views.unmerge, name="console-record-unmerge"),
    *(
        path(
            f"<int:offender>/{deed.name}/",
            views.lasting_deed if deed.lasts else views.deed,
            {"name": deed.name},
            name=deed.page,
        )
        for deed in DEEDS.values()
    ),
]
