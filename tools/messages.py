"""Keep the pages' translations whole: ``make messages``.

What it does, in this order:

1. reads every text that Python and templates have translated (there is no GNU gettext in it);
2. takes the Urdu from ``locale/parts/*.po`` (``shell.po`` before the others, for the words that
   several pages share), then from ``locale/ur``, so a part wins;
3. writes ``locale/{ur,en}/LC_MESSAGES/django.po``, without what no page says any more, and
   compiles ``django.mo``, which is committed: the product runs without a compiler;
4. names what has no Urdu yet, and ends with 1 where anything has none.

Texts of libraries that pages show (a form's own errors, sign-in) belong to it too: those in
``REQUIRED`` always, others of ``LIBRARIES`` as soon as somebody translates them. So do the English
messages of refusals (``nsor.web.refusals`` falls back on the sentence of the code).
"""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import polib
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).parents[1]
SOURCE: Final = ROOT / "src" / "nsor"
LOCALE: Final = SOURCE / "web" / "locale"
LANGUAGES: Final = ("ur", "en")

LIBRARIES: Final = (
    "django.core.validators",
    "django.contrib.auth.forms",
    "django.contrib.auth.password_validation",
    "django.forms.fields",
    "django.forms.formsets",
    "django.forms.models",
    "django.utils.dates",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
)
"""Modules and packages whose texts may be translated here."""

REQUIRED: Final = frozenset(
    {
        "This field is required.",
        "Enter a valid value.",
        "Enter a valid date.",
        "Enter a whole number.",
        "Enter a number.",
        "Select a valid choice. %(value)s is not one of the available choices.",
        "No file was submitted. Check the encoding type on the form.",
        "No file was submitted.",
        "The submitted file is empty.",
        "Null characters are not allowed.",
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value is less than or equal to %(limit_value)s.",
        "Ensure this value is greater than or equal to %(limit_value)s.",
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    }
)
"""Texts of libraries that our pages show."""

_FUNCTIONS: Final = {
    name + lazy: name
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for lazy in ("", "_lazy")
} | {"gettext_noop": "gettext"}
_CALL: Final = re.compile(r"(?<![\w.])(npgettext|pgettext|ngettext|gettext|_)\(")
_LITERAL: Final = re.compile(r"""\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(,?)""")
_ERRORS: Final = frozenset(
    {"Refusal", "LawRefusal", "BadOfficer", "OfficerExists", "BadCredentials", "TrailError"}
    | {"Fault", "Finding", "CellFault", "EntryRefused", "MaybeKnown", "AccountError"}
)
_HEADER: Final = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


class Key(NamedTuple):
    """What makes a text one text to a translator."""

    context: str | None
    text: str


@dataclass
class Text:
    """A text to translate: its plural, and the files that have it."""

    plural: str | None = None
    files: set[str] = field(default_factory=set)


Texts = dict[Key, Text]


def _add(texts: Texts, function: str, arguments: list[str], file: str) -> None:
    """Note a call of one of gettext's functions with its literal arguments."""
    context = arguments.pop(0) if function in ("pgettext", "npgettext") and arguments else None
    if not arguments or not arguments[0]:
        return
    text = texts.setdefault(Key(context, arguments[0]), Text())
    text.files.add(file)
    if function in ("ngettext", "npgettext") and len(arguments) > 1:
        text.plural = arguments[1]


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Return under which names a module calls gettext's functions."""
    return {
        name.asname or name.name: _FUNCTIONS[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in _FUNCTIONS
    }


def _literals(call: ast.Call) -> list[str]:
    values = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        values.append(argument.value)
    return values


def _called(call: ast.Call, aliases: dict[str, str]) -> str | None:
    if isinstance(call.func, ast.Name):
        return aliases.get(call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return _FUNCTIONS.get(call.func.attr) if call.func.value.id == "translation" else None
    return None


def of_python(source: str, file: str) -> Texts:
    """Return the texts that a Python module has translated."""
    texts: Texts = {}
    tree = ast.parse(source)
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (function := _called(node, aliases)):
            _add(texts, function, _literals(node), file)
    return texts


def of_template(source: str, file: str) -> Texts:
    """Return the texts that a template has translated."""
    texts: Texts = {}
    found = templatize(source, origin=file)
    for call in _CALL.finditer(found):
        place, arguments = call.end(), []
        while literal := _LITERAL.match(found, place):
            arguments.append(ast.literal_eval(literal[1]))
            place = literal.end()
            if not literal[2]:
                break
        _add(texts, "gettext" if call[1] == "_" else call[1], arguments, file)
    return texts


def messages_of_errors(source: str) -> set[str]:
    """Return the constant messages of a module's refusals and findings."""
    tree = ast.parse(source)
    named = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in _ERRORS and name != "_add":
            continue
        for argument in node.args:
            value = getattr(argument, "value", None)
            if isinstance(argument, ast.Name):
                value = named.get(argument.id)
            if isinstance(value, str) and " " in value:
                found.add(value)
    return found


def _merge(into: Texts, other: Texts) -> None:
    for key, text in other.items():
        mine = into.setdefault(key, Text())
        mine.files |= text.files
        mine.plural = mine.plural or text.plural


def _modules(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


def ours() -> Texts:
    """Return every text that the product has translated."""
    texts: Texts = {}
    for path in _modules(SOURCE):
        _merge(texts, of_python(path.read_text(), path.relative_to(ROOT).as_posix()))
    for path in sorted(SOURCE.rglob("*.html")) + sorted(SOURCE.rglob("templates/**/*.txt")):
        _merge(texts, of_template(path.read_text(), path.relative_to(ROOT).as_posix()))
    return texts


def libraries() -> Texts:
    """Return the texts of libraries that may be shown, with no file of ours."""
    texts: Texts = {}
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        assert spec.origin is not None, name
        origin = Path(spec.origin)
        for path in _modules(origin.parent) if origin.name == "__init__.py" else [origin]:
            _merge(texts, of_python(path.read_text(), name))
    return texts


def refusals() -> Texts:
    """Return the English messages of refusals, each of which may be translated."""
    found = set()
    for room in ("register", "law", "accounts", "audit", "places", "identity"):
        for path in _modules(SOURCE / room):
            found |= messages_of_errors(path.read_text())
    return {Key(None, message): Text(files={"refusals"}) for message in found}


def translated(paths: Iterable[Path]) -> dict[Key, polib.POEntry]:
    """Return what files translate; of two translations of one text, that of the earlier file."""
    found: dict[Key, polib.POEntry] = {}
    for path in paths:
        for entry in polib.pofile(str(path)):
            if not entry.obsolete and not entry.fuzzy and entry.translated():
                found.setdefault(Key(entry.msgctxt, entry.msgid), entry)
    return found


def sources_of_urdu() -> list[Path]:
    """Return the files that Urdu is taken from, the earlier before the later."""
    merged = LOCALE / "ur" / "LC_MESSAGES" / "django.po"
    parts = sorted((LOCALE / "parts").glob("*.po"), key=lambda path: (path.stem != "shell", path))
    return [*parts, *([merged] if merged.exists() else [])]


def wanted(urdu: dict[Key, polib.POEntry]) -> Texts:
    """Return the texts that both languages must have."""
    texts = ours()
    for key, text in (libraries() | refusals()).items():
        required = key.context is None and key.text in REQUIRED
        if key not in texts and (key in urdu or required):
            texts[key] = text
    return texts


def _entry(key: Key, text: Text, language: str, urdu: dict[Key, polib.POEntry]) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=key.context,
        msgid=key.text,
        msgid_plural=text.plural or "",
        occurrences=[(file, "") for file in sorted(text.files)],
        flags=["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", key.text) else [],
    )
    known = urdu.get(key)
    if text.plural:
        plural = {0: key.text, 1: text.plural}
        given = (known.msgstr_plural or {0: known.msgstr, 1: known.msgstr}) if known else {}
        entry.msgstr_plural = plural if language == "en" else {**{0: "", 1: ""}, **given}
    else:
        given_text = (known.msgstr or known.msgstr_plural.get(1, "")) if known else ""
        entry.msgstr = key.text if language == "en" else given_text
    return entry


def catalogue(language: str, texts: Texts, urdu: dict[Key, polib.POEntry]) -> polib.POFile:
    """Return the whole catalogue of one language, in an order that never depends on the run."""
    made = polib.POFile(wrapwidth=99)
    made.metadata = {"Language": language, **_HEADER}
    for key in sorted(texts, key=lambda key: (key.text, key.context or "")):
        made.append(_entry(key, texts[key], language, urdu))
    return made


def main() -> int:
    """Write both catalogues; return 1 where a text has no Urdu."""
    urdu = translated(sources_of_urdu())
    texts = wanted(urdu)
    for language in LANGUAGES:
        made = catalogue(language, texts, urdu)
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        made.save(str(folder / "django.po"))
        made.save_as_mofile(str(folder / "django.mo"))
        missing = [entry for entry in made if not entry.translated()]
        sys.stdout.write(f"{language}: {len(made)} texts, {len(missing)} without translation\n")
        for entry in missing:
            sys.stdout.write(f"  {entry.msgid!r} ({', '.join(f for f, _ in entry.occurrences)})\n")
    return 1 if missing_any() else 0


def missing_any() -> bool:
    """Tell whether a text of the written catalogues has no translation."""
    return any(
        not entry.translated()
        for language in LANGUAGES
        for entry in polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    )


if __name__ == "__main__":
    sys.exit(main())
