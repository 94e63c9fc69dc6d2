"""Notes and keys as other programs write and read them."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.trail.key import (
    CheckpointKey,
    PublicKey,
    UnusableCheckpointKey,
    ensure_development_checkpoint_key,
    load_checkpoint_key,
)
from portal.trail.note import (
    Head,
    NotSigned,
    UnreadableNote,
    is_signed,
    open_note,
    read_head,
    sign_note,
    sign_text,
)
from tests.trail.conftest import KEY

# The example in the documentation of Go's golang.org/x/mod/sumdb/note, which defined the form.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)
HEAD = Head("portal.example/trail", 12, bytes(range(32)))


def test_a_note_is_signed_as_the_go_library_signs_it() -> None:
    key = CheckpointKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(GO_SEED))

    assert sign_text(GO_TEXT, key) == GO_NOTE
    assert key.public.line == GO_KEY
    assert is_signed(GO_NOTE, [PublicKey.read(GO_KEY)])


def test_a_checkpoint_reads_back_as_it_was_signed() -> None:
    note = sign_note(HEAD, KEY)

    assert note.split("\n")[:4] == [
        "portal.example/trail",
        "12",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "",
    ]
    assert open_note(note, [KEY.public]) == HEAD


@pytest.mark.parametrize(
    ("old", "new"), [("\n12\n", "\n13\n"), ("AAEC", "AAED"), ("portal.", "other.")]
)
def test_a_changed_note_is_not_signed(old: str, new: str) -> None:
    note = sign_note(HEAD, KEY)

    with pytest.raises(NotSigned):
        open_note(note.replace(old, new, 1), [KEY.public])


def test_a_key_of_the_same_name_is_another_key() -> None:
    other = CheckpointKey(KEY.name, Ed25519PrivateKey.generate())

    with pytest.raises(NotSigned):
        open_note(sign_note(HEAD, other), [KEY.public])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "a\n1\n\n— b c\n",
        "a\n01\nAAAA\n\n— b AAAA\n",
        "a\n-1\nAAAA\n\n— b AAAA\n",
        GO_NOTE,
    ],
)
def test_what_is_no_checkpoint_is_said_to_be_unreadable(note: str) -> None:
    with pytest.raises(UnreadableNote):
        read_head(note)


@pytest.mark.parametrize(
    "line",
    ["", "name", GO_KEY.replace("c74f", "c74e"), GO_KEY.replace("Peter", "Petra"), GO_KEY[:-4]],
)
def test_a_mistyped_key_is_refused(line: str) -> None:
    with pytest.raises(UnusableCheckpointKey):
        PublicKey.read(line)


def test_the_development_key_is_made_once_and_says_what_it_is(tmp_path: Path) -> None:
    key = ensure_development_checkpoint_key(tmp_path / "keys", "portal.example/trail")
    again = ensure_development_checkpoint_key(tmp_path / "keys", "portal.example/trail")

    assert key.name == "portal.example/trail/development"
    assert key.public == again.public
    [file] = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_with_a_passphrase_opens_with_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    lock = form.BestAvailableEncryption(b"open sesame")
    path.write_bytes(KEY.private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock))

    assert load_checkpoint_key(path, "x", "open sesame").public.raw == KEY.public.raw
    for wrong in (None, "do-not-show"):
        with pytest.raises(UnusableCheckpointKey) as failure:
            load_checkpoint_key(path, "x", wrong)
        assert "do-not-show" not in str(failure.value)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )
    )

    with pytest.raises(UnusableCheckpointKey, match="Ed25519"):
        load_checkpoint_key(path, "x")
