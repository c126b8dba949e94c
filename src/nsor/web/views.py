"""Pages of the shell itself: is it alive, and what went wrong.

Rules that hold here: an error page says in both languages what happened and what to do, repeats
nothing of what was asked, and needs no database.
"""

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation

from nsor.web.middleware import changing

_ERRORS: Final = {
    "form": (
        "یہ فارم پرانا ہو چکا ہے، یا براؤزر میں کوکیز بند ہیں۔ صفحہ دوبارہ کھول کر کوشش کریں۔",
        "This form is out of date, or cookies are switched off. Open the page again and retry.",
    ),
    400: (
        "یہ درخواست سمجھ نہیں آئی۔ صفحہ دوبارہ کھول کر کوشش کریں۔",
        "This request could not be understood. Open the page again and retry.",
    ),
    403: (
        "آپ کو اس کی اجازت نہیں۔ اگر کام کے لیے ضرورت ہو تو منتظم سے کہیں۔",
        "You may not do this. If you need it for your work, ask an administrator.",
    ),
    404: ("یہ صفحہ موجود نہیں۔", "There is no page at this address."),
    405: (
        "یہ پتہ اس طرح نہیں کھلتا۔ پچھلے صفحے سے دوبارہ شروع کریں۔",
        "This address can't be opened in this way. Start again from the page before.",
    ),
    413: (
        "بھیجی گئی فائل یا فارم بہت بڑا ہے۔ ایک فائل زیادہ سے زیادہ 20 MB کی ہو سکتی ہے۔",
        "What was sent is too large. A file may have at most 20 MB.",
    ),
    422: (
        "بھیجی گئی معلومات میں غلطی ہے۔ صفحہ دوبارہ کھول کر درست کریں۔",
        "Something in what was sent is wrong. Open the page again and correct it.",
    ),
    429: (
        "بہت زیادہ کوششیں ہو چکی ہیں۔ براہ کرم کچھ دیر بعد دوبارہ کوشش کریں۔",
        "There were too many attempts. Please try again later.",
    ),
    500: (
        "کچھ خرابی ہو گئی ہے۔ براہ کرم کچھ دیر بعد دوبارہ کوشش کریں۔",
        "Something went wrong. Please try again later.",
    ),
}


class Said(NamedTuple):
    """What an error page says in one language."""

    code: str
    direction: str
    text: str


def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process is alive; it asks nothing of any other part."""
    return JsonResponse({"status": "ok"})


def _error(status: int, what: int | str | None = None) -> HttpResponse:
    urdu, english = _ERRORS[what or status]
    said = [Said("ur", "rtl", urdu), Said("en", "ltr", english)]
    if translation.get_language() == "en":
        said.reverse()
    context = {"said": said, "language": said[0].code, "direction": said[0].direction}
    # Without the request: no context processor may ask the database, which can be what is broken.
    return HttpResponse(render_to_string("web/error.html", context), status=status)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came without its token (``CSRF_FAILURE_VIEW``)."""
    return _error(403, "form")


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request makes no sense."""
    return _error(400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this is not for whoever asks."""
    return _error(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _error(404)


def too_large(request: HttpRequest) -> HttpResponse:
    """Say that more was sent than is taken."""
    return _error(413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that somebody tried too often."""
    return _error(429)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return _error(500)


def _with_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    wanted = response.status_code in _ERRORS and not response.streaming
    if not (wanted and isinstance(response, HttpResponse) and not response.content):
        return response
    page = _error(response.status_code)
    response.content = page.content
    response["Content-Type"] = page["Content-Type"]
    return response


error_pages = changing(_with_page)
"""Middleware that puts a page into an answer that tells an error by its status alone."""
