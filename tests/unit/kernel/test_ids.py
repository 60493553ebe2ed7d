import hashlib
import hmac

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from weixi.kernel.ids import fingerprint, keyed_hash, mask_name, mask_number

parts = st.lists(st.text(max_size=8), max_size=4)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13012345678", "130****5678"),
        ("8613012345678", "861******5678"),
        ("62345678", "******78"),
        ("6234567", "*****67"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_number_is_masked(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@given(st.text("0123456789", max_size=20))
def test_a_masked_number_keeps_its_length_and_hides_at_least_four_digits(number: str) -> None:
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert masked.count("*") >= min(4, len(number))
    assert all(shown in ("*", digit) for shown, digit in zip(masked, number, strict=True))


@pytest.mark.parametrize(
    ("name", "masked"), [("王小明", "王**"), ("欧阳娜娜", "欧***"), ("Ann", "A**"), ("", "")]
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_the_keyed_hash_is_hmac_of_length_prefixed_parts() -> None:
    message = b"\x00\x00\x00\x01a" + b"\x00\x00\x00\x06" + "维系".encode()
    assert keyed_hash(b"key", "a", "维系") == hmac.new(b"key", message, hashlib.sha256).hexdigest()


@given(parts, parts)
def test_no_two_lists_of_parts_share_a_name(left: list[str], right: list[str]) -> None:
    assume(left != right)
    assert keyed_hash(b"k", *left) != keyed_hash(b"k", *right)
    assert fingerprint(*left) != fingerprint(*right)


@given(parts)
def test_a_hash_needs_its_key(texts: list[str]) -> None:
    assert keyed_hash(b"one", *texts) != keyed_hash(b"two", *texts)
    assert keyed_hash(b"one", *texts) == keyed_hash(b"one", *texts)
    assert fingerprint(*texts) == fingerprint(*texts)
    assert len(fingerprint(*texts)) == 64
