"""The main job: a citizen texts a number and reads the answer."""

from gateway_process import GatewayProcess
from raw_centre import RawCentre
from sample_people import LISTED_MAN, UNLISTED


def test_a_listed_number_is_answered_with_the_warning(
    gateway: GatewayProcess, centre: RawCentre
) -> None:
    bind = centre.accept_bind()

    parts = bind.ask(1, LISTED_MAN.encode())

    text = b"".join(part.short_message[6:] for part in parts).decode("utf-16-be")
    assert text == (
        "خبردار! فرضی اسلم خان ولد فرضی غلام رسول سزا یافتہ مجرم ہے۔ "
        "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔"
    )
    assert [part.esm_class for part in parts] == [0x40, 0x40]
    assert {part.data_coding for part in parts} == {8}
    assert {part.validity_period for part in parts} == {b"000000060000000R"}


def test_an_unlisted_number_is_answered_with_no_record(
    gateway: GatewayProcess, centre: RawCentre
) -> None:
    bind = centre.accept_bind()

    (part,) = bind.ask(1, b"EN " + UNLISTED.encode())

    assert part.short_message == (
        b"CNIC 5440112345677: no record of conviction for a sexual offence was found."
    )
    assert part.source == (0, 1, b"7000")
    assert part.destination == (1, 1, b"923001234567")


def test_it_stops_cleanly(gateway: GatewayProcess, centre: RawCentre) -> None:
    bind = centre.accept_bind()
    bind.ask(1, LISTED_MAN.encode())

    assert gateway.process is not None
    gateway.process.terminate()
    request = bind.read()
    assert request.command == 6
    bind.send(
        b"\x00\x00\x00\x10\x80\x00\x00\x06\x00\x00\x00\x00" + request.sequence.to_bytes(4, "big")
    )

    assert gateway.process.wait(10) == 0
