"""The lines of ``docs/sources.md`` are run as they stand, against the real application."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from register_builders import Office
from source_builders import WHY, a_court, administrators

from nsor.sources.models import Push
from nsor.sources.problems import KINDS
from nsor.sources.services import approve, propose_key
from tests.web.hosting import web

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
TOOLS = ("curl", "openssl", "bash", "base64")


def _blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)


def _run(script: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_court_connects_by_the_lines_of_the_page(sqlite_office: Office, tmp_path: Path) -> None:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    make_key, functions, push, ask = _blocks()
    folder = tmp_path / "court"
    folder.mkdir()
    public = _run(make_key, folder)
    court, who = a_court(sqlite_office), administrators(sqlite_office)
    proposal = propose_key(court.source, public, who.one, WHY)
    keyid = str(approve(proposal.pk, who.other).values["keyid"])

    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        pushed = json.loads(_run(functions + push, folder, REGISTER=address, KEYID=keyid))
        asked = json.loads(_run(functions + ask, folder, REGISTER=address, KEYID=keyid))
        receipt = f"ask receipts/{pushed['receipt']}"
        told = json.loads(_run(functions + receipt, folder, REGISTER=address, KEYID=keyid))

    assert (pushed["state"], pushed["missing"]) == ("awaits_approval", [])
    assert asked["next_sequence"] == 2
    assert told["state"] == "awaits_approval"
    assert Push.objects.get().receipt == pushed["receipt"]


def test_the_page_names_every_code_of_a_refusal() -> None:
    text = PAGE.read_text()
    assert [code for code in KINDS if f"`{code}`" not in text] == ["internal"]
