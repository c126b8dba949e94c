"""The handset's views: the page, a text sent, the messages since, a new SIM.

Rules that hold here: no view exists unless the demo installed a handset; the made-up number of the
SIM lives in a signed cookie of the browser session and never in an address; with or without script
the same forms are sent; what fails is told in a whole sentence, and what was typed is kept.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from nsor.web.handset import bubbles, court
from nsor.web.handset.line import MAX_TEXT, Handset, LineError, Message, installed
from nsor.web.handset.words import Labels, Language, Trouble, Words

_SIM_COOKIE = "nsor_sim"
_LONGEST_WAIT = 20.0
_WAIT_WITHOUT_SCRIPT = 3.0
_NEWEST_VERSION = 2**53 - 1
_RESULTS: dict[str, court.Result] = {"stayed": "stayed", "quashed": "quashed"}
_COURT_SAID = {
    "accepted": "court_accepted",
    "refused": "court_refused",
    "nobody": "court_nobody",
}


def _handset() -> Handset:
    handset = installed()
    if handset is None:
        raise Http404
    return handset


def _words(handset: Handset, language: Language) -> Words:
    return Words(
        language,
        code=handset.short_code,
        limit=handset.daily_limit,
        seconds=bubbles.LATE_AFTER,
        most=MAX_TEXT,
    )


def _made_up_number() -> str:
    """Return a subscriber's number under 0399, a prefix that no operator has."""
    return f"92399{secrets.randbelow(10**7):07d}"


def _sim(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(_SIM_COOKIE, default=None, salt=_SIM_COOKIE)


def _put_sim(response: HttpResponse, sim: str) -> HttpResponse:
    response.set_signed_cookie(_SIM_COOKIE, sim, salt=_SIM_COOKIE, httponly=True, samesite="Strict")
    return response


def _show(
    request: HttpRequest,
    language: Language,
    sim: str,
    conversation: Sequence[Message],
    trouble: Trouble | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    handset = _handset()
    became = request.GET.get("court", "")
    words = _words(handset, language)
    now = time.time()
    context = {
        "language": language,
        "other_language": "en" if language == "ur" else "ur",
        "direction": "rtl" if language == "ur" else "ltr",
        "handset": handset,
        "words": words,
        "labels": Labels(words),
        "sim": sim,
        "sim_shown": f"0{sim[2:5]} {sim[5:]}",
        "examples": _examples(handset, language),
        "bubbles": [bubbles.bubble(message, words, now) for message in conversation],
        "after": max((message.version for message in conversation), default=0),
        "trouble": words.html(trouble) if trouble else "",
        "typed": typed,
        "max_text": MAX_TEXT,
        "late_after": bubbles.LATE_AFTER,
        "court": court.installed() is not None,
        "court_said": words.html(said) if (said := _COURT_SAID.get(became)) else "",
    }
    return _put_sim(render(request, "web/handset.html", context, status=status), sim)


def _examples(handset: Handset, language: Language) -> list[dict[str, str]]:
    """Return the numbers to try; on the English page they ask for an English answer."""
    return [
        {
            "text": example.cnic if language == "ur" else f"EN {example.cnic}",
            "shown": f"{example.cnic[:5]}-{example.cnic[5:12]}-{example.cnic[12:]}",
            "who": example.who_ur if language == "ur" else example.who_en,
            "sees": example.sees_ur if language == "ur" else example.sees_en,
        }
        for example in handset.examples
    ]


async def _conversation(handset: Handset, sim: str) -> tuple[Sequence[Message], Trouble | None]:
    try:
        return await handset.line.messages(sim, 0), None
    except LineError as error:
        return [], error.fault


@require_GET
async def page(request: HttpRequest, language: Language) -> HttpResponse:
    """Show the telephone and its conversation."""
    handset = _handset()
    sim = _sim(request)
    if sim is None:
        return _show(request, language, _made_up_number(), [])
    conversation, trouble = await _conversation(handset, sim)
    return _show(request, language, sim, conversation, trouble)


def _wrong_with(text: str) -> Trouble | None:
    if not text.strip():
        return "empty_text"
    return "too_long" if len(text) > MAX_TEXT else None


@require_POST
async def send(request: HttpRequest, language: Language) -> HttpResponseBase:
    """Send a text. A script gets JSON; a form gets the page, with the reply if it is quick."""
    handset = _handset()
    sim = _sim(request) or _made_up_number()
    text = request.POST.get("text", "")
    wrong = _wrong_with(text)
    if wrong:
        return await _refuse(request, language, sim, wrong, 400)
    try:
        message_id = await handset.line.send(sim, text)
    except LineError as error:
        return await _refuse(request, language, sim, error.fault, 503)
    if _is_script(request):
        return _put_sim(JsonResponse({"sim": sim}, status=202), sim)
    await _reply_to_come(handset, sim, message_id)
    return _put_sim(_back(language), sim)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _back(language: Language) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse("handset", kwargs={"language": language}))
    response.status_code = 303
    return response


async def _refuse(
    request: HttpRequest, language: Language, sim: str, trouble: Trouble, status: int
) -> HttpResponse:
    handset = _handset()
    if _is_script(request):
        return JsonResponse(
            {"error": _words(handset, language).plain(trouble)},
            status=status,
        )
    conversation, _ = await _conversation(handset, sim)
    typed = request.POST.get("text", "")
    return _show(request, language, sim, conversation, trouble, typed, status)


async def _reply_to_come(handset: Handset, sim: str, message_id: int) -> None:
    """Wait a little for the reply, so that a page without script shows it at once."""
    try:
        async with asyncio.timeout(_WAIT_WITHOUT_SCRIPT):
            after = 0
            while True:
                for message in await handset.line.messages(sim, after, _WAIT_WITHOUT_SCRIPT):
                    if message.kind == "reply" and message.id > message_id:
                        return
                    after = max(after, message.version)
    except (TimeoutError, LineError):
        return


@require_GET
async def messages(request: HttpRequest, language: Language) -> HttpResponse:
    """Return what changed after version ``after``, waiting for it, as HTML in JSON.

    ``sim``, here and after a text sent, tells a page that another tab has put in a new SIM.
    """
    handset = _handset()
    words = _words(handset, language)
    sim = _sim(request)
    after = request.GET.get("after", "0")
    if sim is None or not (after.isascii() and after.isdigit() and int(after) <= _NEWEST_VERSION):
        return JsonResponse({"error": words.plain("bad_request")}, status=400)
    try:
        news = await handset.line.messages(sim, int(after), _LONGEST_WAIT)
    except LineError as error:
        return JsonResponse({"error": words.plain(error.fault)}, status=503)
    now = time.time()
    return JsonResponse(
        {
            "sim": sim,
            "after": max((message.version for message in news), default=int(after)),
            "messages": [
                {"id": message.id, "html": bubbles.html(message, words, now)} for message in news
            ],
        }
    )


@require_POST
async def new_sim(request: HttpRequest, language: Language) -> HttpResponse:
    """Put in a new SIM: another made-up number, with an empty conversation."""
    _handset()
    return _put_sim(_back(language), _made_up_number())


@require_POST
async def court_result(request: HttpRequest, language: Language) -> HttpResponse:
    """Have the made-up court push the result of an appeal in the case that was approved last."""
    _handset()
    system, result = court.installed(), _RESULTS.get(request.POST.get("result", ""))
    if system is None or result is None:
        raise Http404
    pushed = await asyncio.to_thread(system.push, result)
    became = "nobody" if pushed is None else "accepted" if pushed.accepted else "refused"
    response = _back(language)
    response["Location"] += f"?court={became}"
    return response
