"""The secrets of second factors are sealed, and outlive a rotation of the key ring."""

import pytest
from allauth.mfa.models import Authenticator
from register_builders import Office
from sign_in_building import Browser, enrolled, fresh_code, secret_of

from nsor.accounts import sealing
from nsor.register import key_use, rekeying
from nsor.register.errors import Refusal
from nsor.secrecy import ring
from nsor.secrecy.box import SealBroken


def test_no_secret_is_stored_in_clear(sqlite_office: Office) -> None:
    officer, _, codes = enrolled()
    secret = secret_of(officer)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    with pytest.raises(SealBroken):
        sealing.opened("in clear")


def test_a_rotation_brings_them_to_the_new_key(office: Office) -> None:
    officer, _, codes = enrolled()
    old = ring.key_ids()[0]
    assert sealing.sealed_by() == {old: 2}

    rotated = rekeying.rotate()

    assert sealing.sealed_by() == {rotated.ring_key: 2}
    browser = Browser()
    browser.password(officer.name)
    assert browser.code(fresh_code(officer)).status_code == 302
    other = Browser()
    other.password(officer.name)
    assert other.code(codes[0]).status_code == 302


def test_a_key_that_seals_one_is_not_taken_out(sqlite_office: Office) -> None:
    enrolled()
    old = ring.key_ids()[0]
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    under_the_old = dict(row.data)
    rekeying.rotate()
    Authenticator.objects.filter(pk=row.pk).update(data=under_the_old)

    found = next(one for one in key_use.key_use() if one.id == old)
    assert found.second_factors == 1
    with pytest.raises(Refusal) as told:
        key_use.retire(old)
    assert told.value.code == "key_in_use"
    assert "second factors" in str(told.value)
