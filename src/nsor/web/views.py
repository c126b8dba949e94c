"""Pages of the shell itself: is it alive, and what went wrong.

Rules that hold here: an error page says in both languages what happened and what to do, and
repeats nothing of what was asked.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

_ERRORS = {
    403: (
        "یہ فارم پرانا ہو چکا ہے، یا براؤزر میں کوکیز بند ہیں۔ صفحہ دوبارہ کھول کر کوشش کریں۔",
        "This form is out of date, or cookies are switched off. Open the page again and retry.",
    ),
    404: ("یہ صفحہ موجود نہیں۔", "There is no page at this address."),
    500: (
        "کچھ خرابی ہو گئی ہے۔ براہ کرم کچھ دیر بعد دوبارہ کوشش کریں۔",
        "Something went wrong. Please try again later.",
    ),
}


def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process is alive; it asks nothing of any other part."""
    return JsonResponse({"status": "ok"})


def _error(request: HttpRequest, status: int) -> HttpResponse:
    urdu, english = _ERRORS[status]
    return render(request, "web/error.html", {"urdu": urdu, "english": english}, status=status)


def forbidden(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came without its token (``CSRF_FAILURE_VIEW``)."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _error(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return _error(request, 500)
