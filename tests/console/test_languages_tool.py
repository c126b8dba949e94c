"""How texts are found: in modules and in templates, whatever the way of writing them."""

from tools.messages import Key, of_python, of_template


def test_a_module_s_texts_are_found_under_any_name() -> None:
    source = (
        "from django.utils.translation import gettext_lazy as _, pgettext, ngettext\n"
        "from django.utils import translation\n"
        "a = _('One ' 'text.')\n"
        "b = pgettext('appeal', 'none')\n"
        "c = ngettext('%d row', '%d rows', 3)\n"
        "d = translation.gettext('Two')\n"
        "e = _(a)\n"
        "f = other('Not this.')\n"
    )
    found = of_python(source, "a.py")
    assert set(found) == {
        Key(None, "One text."),
        Key("appeal", "none"),
        Key(None, "%d row"),
        Key(None, "Two"),
    }
    assert found[Key(None, "%d row")].plural == "%d rows"


def test_a_template_s_texts_are_found() -> None:
    source = """{% load i18n %}
    <p title="{% translate 'A title' %}">{% translate "It's so" as said %}{{ _("Filtered") }}</p>
    {% blocktranslate trimmed count n=rows|length with who=name %}
      {{ n }} row of
      {{ who }}
    {% plural %}
      {{ n }} rows of {{ who }}
    {% endblocktranslate %}
    {% translate "none" context "appeal" %}
    {% include "x.html" with label=_("Inside") %}
    gettext is a word here, and (so) is this.
    """
    found = of_template(source, "a.html")
    assert set(found) == {
        Key(None, "A title"),
        Key(None, "It's so"),
        Key(None, "Filtered"),
        Key(None, "%(n)s row of %(who)s"),
        Key("appeal", "none"),
        Key(None, "Inside"),
    }
    assert found[Key(None, "%(n)s row of %(who)s")].plural == "%(n)s rows of %(who)s"
