"""The addresses of this room of the console."""

from django.urls import path

from nsor.web.console.entry import correcting, partials, views

urlpatterns = [
    path("", views.index, name="console-entry"),
    path("begin/", views.begin, name="console-entry-begin"),
    path("form/<int:number>/", views.form, name="console-entry-form"),
    path("form/<int:number>/save/", views.save, name="console-entry-save"),
    path("form/<int:number>/check/", views.check, name="console-entry-check"),
    path("form/<int:number>/alike/", views.alike, name="console-entry-alike"),
    path("form/<int:number>/discard/", views.discard, name="console-entry-discard"),
    path("form/<int:number>/document/", views.add_document, name="console-entry-document"),
    path(
        "form/<int:number>/document/<int:document>/remove/",
        views.remove_document,
        name="console-entry-remove-document",
    ),
    path("draft/<int:batch>/", views.draft, name="console-entry-draft"),
    path("draft/<int:batch>/change/", views.change, name="console-entry-change"),
    path("draft/<int:batch>/submit/", views.submit, name="console-entry-submit"),
    path("draft/<int:batch>/discard/", views.discard_draft, name="console-entry-discard-draft"),
    path("number/", partials.number, name="console-entry-number"),
    path("sections/", partials.section, name="console-entry-sections"),
    path(
        "correct/profile/<int:offender>/",
        correcting.profile,
        name="console-entry-correct-profile",
    ),
    path("correct/number/<int:offender>/", correcting.add_number, name="console-entry-add-number"),
    path(
        "correct/conviction/<int:conviction>/",
        correcting.conviction,
        name="console-entry-correct-conviction",
    ),
    path("appeal/<int:conviction>/", correcting.appeal, name="console-entry-appeal"),
]
