"""The shell: alive, safe headers on everything, errors in both languages, assets of our own."""

import re
from pathlib import Path

import pytest
from django.test import Client

from nsor.web import assets, server
from nsor.web.templatetags.nsor_web import isolated

PAGES = ["/", "/en/", "/send", "/en/messages", "/sim"]


def test_healthz_says_ok_and_asks_nothing_of_a_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", PAGES)
def test_without_the_demo_there_is_no_handset(client: Client, path: str) -> None:
    answer = client.post(path) if path.endswith(("send", "sim")) else client.get(path)

    assert answer.status_code == 404
    assert "یہ صفحہ موجود نہیں" in answer.content.decode()
    assert "There is no page at this address." in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/", "/no-such-page"])
def test_every_answer_is_closed_to_remote_and_inline_code(client: Client, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_without_its_token_is_refused_in_both_languages(line: object) -> None:
    answer = Client(enforce_csrf_checks=True).post("/send", {"text": "3520112345671"})

    assert answer.status_code == 403
    assert "cookies are switched off" in answer.content.decode()
    assert "3520112345671" not in answer.content.decode()


def test_no_stylesheet_script_or_template_names_another_host() -> None:
    ours = [*assets.ROOT.glob("*.css"), *assets.ROOT.glob("*.js")]
    ours += (assets.ROOT.parent / "templates").rglob("*.html")

    assert len(ours) >= 6
    for file in ours:
        assert not re.search(r"(https?:)?//[a-z]", re.sub(r"//\s", "", file.read_text())), file.name


@pytest.mark.parametrize(
    ("script", "licence"),
    [
        ("htmx/htmx.min.js", "Zero-Clause BSD"),
        ("uplot/uPlot.iife.min.js", "MIT License"),
    ],
)
def test_each_script_of_others_lies_beside_its_licence(script: str, licence: str) -> None:
    text = ((assets.ROOT / script).parent / "LICENSE").read_text()
    assert licence in text


def test_scripts_of_others_fetch_nothing_of_themselves() -> None:
    for script in (path for path in assets.ROOT.rglob("*.js") if path.parent != assets.ROOT):
        code = re.sub(r"/\*.*?\*/", "", script.read_text(), flags=re.DOTALL)
        assert not re.search(r"https?://", code), script.name


def test_each_font_lies_beside_its_licence() -> None:
    fonts = list(assets.ROOT.rglob("*.woff2"))

    assert fonts
    for font in fonts:
        licence = (font.parent / "LICENSE").read_text()
        assert "SIL Open Font License, Version 1.1" in licence


def test_an_asset_that_is_not_there_is_an_error_and_not_a_dead_link() -> None:
    with pytest.raises(FileNotFoundError, match="no static file"):
        assets.address("missing.css")


@pytest.mark.parametrize(
    ("text", "isolate"),
    [
        ("جیسے GBR-123456789۔", "GBR-123456789"),
        ("دفعہ PPC 511 with PPC 376، یا", "PPC 511 with PPC 376"),
        ("زیادہ سے زیادہ 20 MB۔", "20 MB"),
        ("تاریخ 31/12/2020 ہے", "31/12/2020"),
        ("has 13 digits", "13"),
    ],
)
def test_what_is_read_from_the_left_is_one_isolate(text: str, isolate: str) -> None:
    before, after = text.split(isolate)
    assert isolated(text) == f'{before}<bdi dir="ltr">{isolate}</bdi>{after}'


def test_a_number_inside_urdu_stands_in_its_own_isolate() -> None:
    assert isolated("نمبر 35201-1234567-1 <b>") == (
        'نمبر <bdi dir="ltr">35201-1234567-1</bdi> &lt;b&gt;'
    )


@pytest.mark.parametrize(
    ("bind", "host", "port"), [("127.0.0.1:8000", "127.0.0.1", 8000), ("[::1]:80", "::1", 80)]
)
def test_the_bind_address_is_split(bind: str, host: str, port: int) -> None:
    assert server.address(bind) == (host, port)


@pytest.mark.parametrize("bind", ["", "8000", ":8000", "host:", "host:x", "host:70000"])
def test_a_bind_address_that_is_none_names_the_variable(bind: str) -> None:
    with pytest.raises(ValueError, match="NSOR_WEB_BIND is a host and a port"):
        server.command(bind)


def test_the_static_mount_is_the_folder_that_the_addresses_come_from() -> None:
    command = server.command("127.0.0.1:8000")

    mount = Path(command[command.index("--static-path-mount") + 1])
    route = command[command.index("--static-path-route") + 1]
    assert assets.address("base.css") == f"{route}/base.css"
    assert (mount / "base.css").is_file()
