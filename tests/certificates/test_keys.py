"""The development key: made once, kept private, and openly not official."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509

from portal.certificates.keys import (
    DEVELOPMENT,
    KeyMaterial,
    UnusableKey,
    ensure_development_key,
    load_key,
    to_pkcs12,
    trust_anchor_pem,
)


def test_it_is_made_at_first_run_and_found_at_the_next(tmp_path):
    made = ensure_development_key(tmp_path / "keys")
    assert ensure_development_key(tmp_path / "keys").certificate == made.certificate
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["development-key.p12"]


def test_processes_that_start_at_once_end_with_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: ensure_development_key(tmp_path), range(8)))
    assert len({key.certificate.serial_number for key in keys}) == 1


def test_only_its_owner_may_read_it(tmp_path):
    ensure_development_key(tmp_path / "keys")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "development-key.p12").stat().st_mode) == 0o600


def test_it_says_in_its_name_that_it_is_not_official(key):
    assert key.is_development
    assert DEVELOPMENT in key.name
    assert "private" not in repr(key).lower()


def test_its_trust_anchor_is_the_root_that_issued_it(key):
    anchor = x509.load_pem_x509_certificate(trust_anchor_pem(key))
    key.certificate.verify_directly_issued_by(anchor)
    assert b"PRIVATE" not in trust_anchor_pem(key)


def test_a_given_key_is_loaded_with_its_passphrase(key, tmp_path):
    path = tmp_path / "issuer.p12"
    path.write_bytes(to_pkcs12(key, "correct horse"))
    assert load_key(path, "correct horse").certificate == key.certificate
    for passphrase in (None, "wrong"):
        with pytest.raises(UnusableKey, match="cannot open"):
            load_key(path, passphrase)


def test_a_key_without_its_issuer_is_of_no_use(key, tmp_path):
    path = tmp_path / "alone.p12"
    path.write_bytes(to_pkcs12(KeyMaterial(key.private_key, key.certificate, ())))
    with pytest.raises(UnusableKey, match="issuer"):
        load_key(path)


def test_a_file_that_is_not_there_is_no_key(tmp_path):
    with pytest.raises(UnusableKey):
        load_key(tmp_path / "none.p12")
