"""What the sample people's numbers are answered with, word for word."""

from sample_people import UNLISTED

WARNING = (
    "خبردار! فرضی اسلم خان ولد فرضی غلام رسول سزا یافتہ مجرم ہے۔ "
    "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
)
LONG_WARNING = (
    f"خبردار! {'فرضی محمد عبدالرحمان ' * 3}خان ولد {'فرضی غلام مصطفی ' * 3}خان سزا یافتہ مجرم ہے۔ "
    "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
)
UNAVAILABLE = "سروس عارضی طور پر دستیاب نہیں۔ براہ کرم کچھ دیر بعد کوشش کریں۔"
UNREADABLE_EN = "Please write the 13-digit CNIC number and send it to 7000."


def no_record(cnic: str = UNLISTED) -> str:
    """Return the Urdu "no record" about a number."""
    return f"شناختی کارڈ {cnic}: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔"


def no_record_en(cnic: str = UNLISTED) -> str:
    """Return the English "no record" about a number."""
    return f"CNIC {cnic}: no record of conviction for a sexual offence was found."
