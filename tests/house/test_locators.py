"""The database has no place for a locator (chairs C4): none of any kind, and no content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Integer, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from portal.db import Base
from portal.entries.inputs import Input
from tests.engines import load_models

load_models()

COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]

TELLING = re.compile(
    r"(^|_)(ur[li]s?|links?|locators?|domains?|hosts?|hostnames?|fqdn|dns|sites?|websites?|ips?|ipv[46]|"
    r"address(es)?|hash(es)?|md5|sha1|sha256|phash|photodna|e?mails?|phones?|msisdn|accounts?|users?|"
    r"usernames?|handles?|nicknames?|files?|images?|videos?|media|contents?|attachments?|"
    r"screenshots?|descriptions?)(_|$)"
)
# How people sign in; nothing here is about material.
SIGN_IN: frozenset[str] = frozenset(
    {"account.email", "account.fs_webauthn_user_handle", "mailed_link.address"}
)
# Text without a length, and what bounds it instead.
LONG_TEXT: dict[str, str] = {
    "event.facts": "written by the portal alone: codes, numbers and references"
}
# Bytes without the length of a digest or a salt: documents that the portal or the authority made.
OWN_DOCUMENTS: frozenset[str] = frozenset(
    {
        "archive_copy.pdf",
        "certificate.attestation",
        "filing.statement",
        "framework.document",
        # What a program was answered: names, numbers and versions, no text of anybody.
        "kept_answer.body",
        "paper.pdf",
        "policy_version.document",
        "preparation.statement",
    }
)
# The public half of what people sign in with.
KEYS: frozenset[str] = frozenset(
    {"passkey.credential_id", "passkey.public_key", "signer.certificate", "signer.issuers"}
)
DIGEST, SALT = 32, 16


def name(column: Column) -> str:
    return f"{column.table.name}.{column.name}"


def stored(column: Column) -> TypeEngine:
    """The type beneath our own (an Instant is a DateTime, a Digest bytes)."""
    return column.type.impl if isinstance(column.type, TypeDecorator) else column.type


def written(column: Column) -> bool:
    """Whether people decide what stands in it: a text that is no code of a closed list."""
    return isinstance(stored(column), String) and not isinstance(stored(column), Enum)


def document(column: Column) -> bool:
    """Whether it holds bytes that are neither a digest nor a salt."""
    return isinstance(stored(column), LargeBinary) and stored(column).length not in {DIGEST, SALT}


def test_no_column_is_named_for_a_locator_or_content() -> None:
    telling = {name(c) for c in COLUMNS if TELLING.search(c.name) and (written(c) or document(c))}

    assert telling - SIGN_IN == set()


def test_every_text_has_a_limit_or_a_reason() -> None:
    assert {name(c) for c in COLUMNS if written(c) and stored(c).length is None} == set(LONG_TEXT)


def test_bytes_are_digests_salts_or_documents_of_our_own() -> None:
    assert {name(c) for c in COLUMNS if document(c)} == OWN_DOCUMENTS | KEYS


def test_no_column_takes_whatever_it_is_given() -> None:
    known = String, LargeBinary, Integer, Boolean, Date, DateTime

    assert [name(c) for c in COLUMNS if not isinstance(stored(c), known)] == []


def test_every_code_is_held_by_the_database_too() -> None:
    codes = [c for c in COLUMNS if isinstance(stored(c), Enum)]

    assert [name(c) for c in codes if not stored(c).create_constraint] == []


def test_a_category_is_csam_or_csea_alone() -> None:
    categories = [c for c in COLUMNS if c.name == "category"]

    assert "takedown.category" in map(name, categories)
    assert [name(c) for c in categories if set(stored(c).enums) != {"CSAM", "CSEA"}] == []


LOCATORS = (
    "https://example.org/a",
    "example.org",
    "192.0.2.17",
    "2001:db8::17",
    "someone@example.org",
    "d41d8cd98f00b204e9800998ecf8427e",
    "data:image/png;base64,iVBORw0KGgo=",
)
# The digest of a whole list release, as its publisher gives it (data dictionary §2.2).
OF_A_LIST = {"BlocklistUpdateIn.content_digest"}
# Chosen from the policy's own codes (the rules that see the whole row refuse all others).
CHOSEN = {
    "BlocklistUpdateIn.list_code",
    "ComplaintIn.list_code",
    "DeclarationIn.obligation",
    "ListReleaseIn.list_code",
    "NoticeIn.legal_basis",
    # Short names of ISPs: looked up, never stored.
    "NoticeRow.isps",
    "Saying.upstream",
    "SessionRow.isps",
    "TakedownIn.legal_basis",
}


def inputs(kind: type[Input] = Input) -> Iterator[type[Input]]:
    """Every model that something people type goes through."""
    for further in kind.__subclasses__():
        yield further
        yield from inputs(further)


def texts() -> Iterator[tuple[str, TypeAdapter[object]]]:
    for model in sorted(set(inputs()), key=lambda model: model.__name__):
        # A field that a model inherits is tried where it is defined.
        own = vars(model).get("__annotations__", {})
        for field, told in model.model_fields.items():
            if field not in own:
                continue
            adapter = TypeAdapter(Annotated[told.annotation, told])
            if takes_text(adapter):
                yield f"{model.__name__}.{field}", adapter


def takes_text(adapter: TypeAdapter[object]) -> bool:
    """Whether some word gets through: codes of a closed list, numbers, days and the like do not."""
    schema = json.dumps(adapter.json_schema())
    return '"type": "string"' in schema and '"enum"' not in schema and '"format"' not in schema


def taken(adapter: TypeAdapter[object], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True


def test_no_field_that_people_fill_in_takes_a_locator() -> None:
    found = dict(texts())

    assert {"TakedownIn.note", "TakedownIn.source_ref", "TakedownIn.own_ref"} <= set(found)
    assert [
        f"{name}: {text}"
        for name, adapter in found.items()
        if name not in OF_A_LIST | CHOSEN
        for text in LOCATORS
        if taken(adapter, text)
    ] == []
