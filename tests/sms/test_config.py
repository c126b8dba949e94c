"""The gateway's environment: every parameter, good and bad, and what an error gives away."""

import pytest

from nsor.sms.config import ConfigError, Smsc, bind_address, read, smsc
from nsor.sms.seams import Address

URL = "smpp://nsor:s3cret@smsc.example:2775"


def test_an_entry_without_parameters_has_the_defaults() -> None:
    assert smsc(URL) == Smsc(
        address=Address("smsc.example", 2775, tls=False),
        system_id="nsor",
        password="s3cret",
        operator="smsc.example:2775",
        bind="trx",
        binds=1,
        window=64,
        rate=0.0,
        enquire_link=30.0,
        response_timeout=10.0,
    )


def test_every_parameter_is_read() -> None:
    entry = smsc(
        "smpps://nsor:a%40b%2Fc@[::1]:3550?bind=tx_rx&binds=3&window=10&rate=12.5&operator=jazz"
        "&enquire_link=7.5&response_timeout=2"
    )

    assert entry == Smsc(
        address=Address("::1", 3550, tls=True),
        system_id="nsor",
        password="a@b/c",
        operator="jazz",
        bind="tx_rx",
        binds=3,
        window=10,
        rate=12.5,
        enquire_link=7.5,
        response_timeout=2.0,
    )


def test_entries_are_separated_by_any_white_space() -> None:
    config = read({"NSOR_SMSC_URLS": f"  {URL}?operator=a\n\t{URL}?operator=b  "})

    assert [one.operator for one in config.smscs] == ["a", "b"]


def test_without_any_variable_the_defaults_of_the_design_hold() -> None:
    config = read({})

    assert config.smscs == ()
    assert config.short_code == "7000"
    assert config.daily_limit == 20
    assert config.reply_validity == 21600
    assert config.part_timeout == 60
    assert config.stale_after == 300


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("NSOR_SHORT_CODE", "8300", "short_code", "8300"),
        ("NSOR_DAILY_LIMIT", "0", "daily_limit", 0),
        ("NSOR_DAILY_LIMIT", "5", "daily_limit", 5),
        ("NSOR_DAILY_LIMIT", "", "daily_limit", 20),
        ("NSOR_REPLY_VALIDITY", "1", "reply_validity", 1),
        ("NSOR_REPLY_VALIDITY", "2592000", "reply_validity", 2592000),
        ("NSOR_PART_TIMEOUT", "0.5", "part_timeout", 0.5),
        ("NSOR_STALE_AFTER", "2.5", "stale_after", 2.5),
    ],
)
def test_a_variable_is_read(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(read({name: text}), attribute) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("NSOR_SHORT_CODE", ""),
        ("NSOR_SHORT_CODE", "70 00"),
        ("NSOR_SHORT_CODE", "۷۰۰۰"),
        ("NSOR_SHORT_CODE", "1" * 21),
        ("NSOR_DAILY_LIMIT", "-1"),
        ("NSOR_DAILY_LIMIT", "2.5"),
        ("NSOR_DAILY_LIMIT", "many"),
        ("NSOR_DAILY_LIMIT", "nan"),
        ("NSOR_DAILY_LIMIT", "inf"),
        ("NSOR_REPLY_VALIDITY", "0"),
        ("NSOR_REPLY_VALIDITY", "2592001"),
        ("NSOR_PART_TIMEOUT", "0"),
        ("NSOR_PART_TIMEOUT", "1m"),
        ("NSOR_STALE_AFTER", "-3"),
    ],
)
def test_a_variable_that_cant_be_used_is_named_with_what_was_wrong(name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read({name: text})

    assert name in str(caught.value)
    assert repr(text) in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bind=rx", "bind"),
        ("bind=", "bind"),
        ("binds=0", "binds"),
        ("binds=1.5", "binds"),
        ("window=0", "window"),
        ("window=a", "window"),
        ("rate=-1", "rate"),
        ("enquire_link=0", "enquire_link"),
        ("response_timeout=soon", "response_timeout"),
        ("windows=3", "windows"),
        ("Window=3", "Window"),
    ],
)
def test_a_parameter_that_cant_be_used_is_named_with_its_message_centre(
    query: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read({"NSOR_SMSC_URLS": f"{URL}?{query}"})

    message = str(caught.value)
    assert "NSOR_SMSC_URLS" in message
    assert "smsc.example:2775" in message
    assert said in message
    assert "s3cret" not in message


@pytest.mark.parametrize(
    "url",
    [
        "nsor:s3cret@smsc.example:2775",
        "http://nsor:s3cret@smsc.example:2775",
        "smpp://nsor:s3cret@smsc.example",
        "smpp://nsor:s3cret@:2775",
        "smpp://nsor:s3cret@smsc.example:port",
        "smpp://nsor:s3cret@smsc.example:70000",
        "smpp://nsor:s3cret@smsc.example:0",
        "smpp://nsor:s3cret@smsc.example:2775/s3cret",
        "smpp://nsor:s3cret@smsc.example:2775#s3cret",
        "smpp://smsc.example:2775",
        "smpp://:s3cret@smsc.example:2775",
        "smpp://@smsc.example:2775",
        "smpp://nsor:s3cret",
        # Passwords whose odd characters are not quoted, whatever the rest looks like then.
        "smpp://nsor:s3cret/1@smsc.example:2775",
        "smpp://nsor:12/s3cret@smsc.example:2775",
        "smpp://nsor:12?s3cret@smsc.example:2775",
        "smpp://nsor:12#s3cret@smsc.example:2775",
        "smpp://nsor:s3cret[@smsc.example:2775",
        # What a C-string of SMPP can't carry.
        "smpp://nsor:s3cret%00@smsc.example:2775",
        "smpp://nsor:s3cret%E2%82%AC@smsc.example:2775",
        "smpp://n%C3%B6r:s3cret@smsc.example:2775",
    ],
)
def test_an_entry_of_another_form_is_refused_without_a_word_of_its_password(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read({"NSOR_SMSC_URLS": url})

    assert "NSOR_SMSC_URLS" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", [f"{URL}9999", "smpp://nsor:s3cret@[smsc.example:2775"])
def test_a_port_or_a_host_that_cant_be_is_told_apart_from_another_form(url: str) -> None:
    with pytest.raises(
        ConfigError, match=r"a host or a port \(1 to 65535\) that can't be"
    ) as caught:
        smsc(url)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:80", ("localhost", 80)),
    ],
)
def test_an_address_to_bind_is_read(text: str, address: tuple[str, int]) -> None:
    assert bind_address({"NSOR_OPS_BIND": text}, "NSOR_OPS_BIND", "127.0.0.1:1") == address


def test_an_address_has_its_default() -> None:
    assert bind_address({}, "NSOR_OPS_BIND", "127.0.0.1:9464") == ("127.0.0.1", 9464)


@pytest.mark.parametrize("text", ["", ":9464", "localhost", "localhost:x", "localhost:99999"])
def test_an_address_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="NSOR_OPS_BIND is written host:port"):
        bind_address({"NSOR_OPS_BIND": text}, "NSOR_OPS_BIND", "127.0.0.1:9464")
