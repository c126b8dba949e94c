"""Every word of the handset's page, in Urdu and English: the one place where they are written.

Rules that hold here: both languages say the same, in whole sentences where something went wrong;
"no record" never sounds like "safe"; a number stands in its own left-to-right isolate. The replies
themselves are not here: they come over the line.
"""

from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from nsor.web.handset.line import Fault

Language = Literal["ur", "en"]

WORDS: dict[str, dict[Language, str]] = {
    "brand": {"ur": "قومی رجسٹر", "en": "National register"},
    "other_language": {"ur": "English", "en": "اردو"},
    "notice": {
        "ur": "نمائش: تمام لوگ، نام اور نمبر فرضی ہیں۔",
        "en": "Demo: all people, names and numbers are made up.",
    },
    "title": {"ur": "رجسٹر سے ایس ایم ایس پر پوچھیں", "en": "Ask the register by SMS"},
    "lead": {
        "ur": "کسی شخص کا شناختی کارڈ نمبر لکھ کر {code} پر بھیجیں۔ جواب اسی فون پر آ جائے گا۔",
        "en": "Text a person's CNIC number to {code}. The answer comes back to this phone.",
    },
    "caveat": {
        "ur": "”کوئی ریکارڈ نہیں“ کا مطلب صرف یہ ہے کہ اس نمبر پر کوئی سزا درج نہیں ملی۔"
        " یہ کسی شخص کے بارے میں ضمانت نہیں۔",
        "en": "“No record” only means that no conviction was found under that number."
        " It vouches for nobody.",
    },
    "try_title": {"ur": "آزمانے کے لیے نمبر", "en": "Numbers to try"},
    "phone": {"ur": "فون", "en": "Phone"},
    "log": {"ur": "{code} کے ساتھ پیغامات", "en": "Messages with {code}"},
    "empty": {
        "ur": "کوئی نمبر چنیں، یا خود لکھیں۔",
        "en": "Choose a number, or type one.",
    },
    "text": {"ur": "{code} کے نام پیغام", "en": "Text to {code}"},
    "placeholder": {"ur": "شناختی کارڈ نمبر", "en": "CNIC number"},
    "send": {"ur": "بھیجیں", "en": "Send"},
    "refresh": {"ur": "نئے پیغام دیکھیں", "en": "Look for new messages"},
    "you": {"ur": "آپ:", "en": "You:"},
    "them": {"ur": "{code}:", "en": "{code}:"},
    "part": {"ur": "{n} حصہ", "en": "{n} part"},
    "parts": {"ur": "{n} حصے", "en": "{n} parts"},
    "waiting": {"ur": "گیٹ وے کا انتظار", "en": "waiting for the gateway"},
    "taken": {"ur": "گیٹ وے نے {ms} ملی سیکنڈ میں لیا", "en": "gateway took it in {ms} ms"},
    "received": {"ur": "جواب {ms} ملی سیکنڈ میں", "en": "answered in {ms} ms"},
    "refused": {
        "ur": "گیٹ وے نے یہ پیغام وصول نہیں کیا۔ براہ کرم کچھ دیر بعد دوبارہ بھیجیں۔",
        "en": "The gateway did not take this message. Please send it again later.",
    },
    "late": {
        "ur": "{seconds} سیکنڈ میں جواب نہیں آیا۔ ممکن ہے گیٹ وے مصروف ہو،"
        " یا اس سم کی حد پوری ہو چکی ہو اور یہ پہلے بتایا جا چکا ہو۔",
        "en": "No reply has come within {seconds} seconds. The gateway may be busy,"
        " or this SIM has reached its limit and was told so already.",
    },
    "sim_title": {"ur": "یہ سم", "en": "This SIM"},
    "limit": {
        "ur": "ایک سم سے ایک دن میں {limit} نمبر پوچھے جا سکتے ہیں۔ نئی سم کی گنتی نئے سرے سے"
        " شروع ہوتی ہے، اور اس کی گفتگو خالی ہوتی ہے۔",
        "en": "One SIM may check {limit} numbers a day. A new SIM counts afresh,"
        " and its conversation is empty.",
    },
    "no_limit": {
        "ur": "ایک سم سے جتنے چاہیں نمبر پوچھے جا سکتے ہیں۔ نئی سم کی گفتگو خالی ہوتی ہے۔",
        "en": "One SIM may check as many numbers as you like. A new SIM's conversation is empty.",
    },
    "court_title": {"ur": "عدالت کا نظام", "en": "A court's system"},
    "court_lead": {
        "ur": "آخری منظور شدہ مقدمے میں اپیل کا نتیجہ دستخط کے ساتھ رجسٹر کو بھیجیں،"
        " پھر وہی نمبر دوبارہ پوچھیں۔",
        "en": "Push the result of an appeal in the case that was approved last, signed,"
        " and then text that number again.",
    },
    "court_stayed": {"ur": "سزا معطل کی جائے", "en": "Push a stay"},
    "court_quashed": {"ur": "سزا کالعدم قرار دی جائے", "en": "Push a quashing"},
    "court_accepted": {
        "ur": "رجسٹر نے عدالت کا نتیجہ قبول کر لیا۔ اب وہی نمبر دوبارہ پوچھیں۔",
        "en": "The register accepted the court's result. Text the same number again now.",
    },
    "court_refused": {
        "ur": "رجسٹر نے عدالت کا نتیجہ قبول نہیں کیا۔ ذرائع کا صفحہ وجہ بتاتا ہے۔",
        "en": "The register refused the court's result. The page of sources says why.",
    },
    "court_nobody": {
        "ur": "کوئی مقدمہ نہیں جس پر عوام کو کچھ بتایا جاتا ہو، یا رجسٹر سے رابطہ نہیں ہو سکا۔",
        "en": "There is no case of which the public is told, or the register can't be reached.",
    },
    "new_sim": {"ur": "نئی سم", "en": "New SIM"},
    "centre_down": {
        "ur": "نمائش کے پیغام مرکز سے رابطہ نہیں ہو سکا۔"
        " ممکن ہے وہ رک گیا ہو؛ نمائش دوبارہ چلائیں۔",
        "en": "The demo's message centre cannot be reached."
        " It may have stopped: start the demo again.",
    },
    "gateway_away": {
        "ur": "گیٹ وے پیغام مرکز سے منسلک نہیں، اس لیے پیغام نہیں گیا۔"
        " براہ کرم کچھ دیر بعد دوبارہ کوشش کریں۔",
        "en": "The gateway is not connected to the message centre, so the text was not sent."
        " Please try again in a moment.",
    },
    "bad_request": {
        "ur": "پیغام مرکز یہ پیغام نہیں سمجھ سکا، اس لیے پیغام نہیں گیا۔",
        "en": "The message centre did not understand this text, so it was not sent.",
    },
    "empty_text": {
        "ur": "بھیجنے سے پہلے پیغام لکھیں۔",
        "en": "Please write a text before you send it.",
    },
    "too_long": {
        "ur": "پیغام {most} حروف سے لمبا ہے، اس لیے نہیں بھیجا گیا۔",
        "en": "The text is longer than {most} characters, so it was not sent.",
    },
    "disconnected": {
        "ur": "اس صفحے کا رابطہ ٹوٹ گیا ہے۔ دوبارہ کوشش ہو رہی ہے۔",
        "en": "This page has lost its connection. It is trying again.",
    },
}

Trouble = Fault | Literal["empty_text", "too_long"]


class Words:
    """The words of one language, with the numbers that they speak of already in place.

    ``WORDS`` is trusted HTML without markup; what is put into it is escaped.
    """

    def __init__(self, language: Language, **numbers: object) -> None:
        """Speak ``language``; ``numbers`` fill the places of the same name."""
        self._language: Language = language
        self._numbers = numbers

    def __getitem__(self, key: str) -> SafeString:
        """Return the words as HTML, each number isolated. Templates use ``words.key``."""
        return self.html(key)

    def html(self, key: str, **numbers: object) -> SafeString:
        """Return the words as HTML, each number in its own left-to-right isolate."""
        isolates = {
            name: format_html('<bdi dir="ltr">{}</bdi>', number)
            for name, number in (self._numbers | numbers).items()
        }
        return SafeString(WORDS[key][self._language].format(**isolates))

    def plain(self, key: str) -> str:
        """Return the words as text, for an attribute or a JSON answer."""
        return WORDS[key][self._language].format(**self._numbers)


class Labels:
    """The same words as text. Templates use ``labels.key`` inside an attribute."""

    def __init__(self, words: Words) -> None:
        """Speak as ``words`` does."""
        self._words = words

    def __getitem__(self, key: str) -> str:
        """Return the words as text."""
        return self._words.plain(key)
