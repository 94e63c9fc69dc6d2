"""Forms: drawn from the model, checked by it, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Literal

from flask import Flask
from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from portal.web.forms import form_for
from tests.visitors import Visitor
from tests.web.conftest import Answer, Colour, Sample, kept

TYPED = {
    "source_ref": "TD-1",
    "source": "COURT",
    "stop_page": "YES",
    "received_at": "2026-10-31T23:50",
    "entries": "១២",
}


def test_a_form_becomes_the_models_value(dara: Visitor) -> None:
    dara.opens("/samples/new").fills_in(
        **TYPED, held_on="2026-10-31", modules=["YES", "NO"], everywhere=True
    )

    assert "Kept." in dara.text
    [value] = kept
    assert value == Sample(
        source_ref="TD-1",
        source=Colour.COURT,
        stop_page=Answer.YES,
        received_at=datetime(2026, 10, 31, 16, 50, tzinfo=UTC),
        held_on=date(2026, 10, 31),
        entries=12,
        modules=[Answer.YES, Answer.NO],
        everywhere=True,
    )


def test_every_error_stands_at_its_field_and_on_top(dara: Visitor) -> None:
    dara.opens("/samples/new").fills_in(
        422, source_ref="", received_at="yesterday", entries="-1", note="x" * 301
    )

    assert dara.errors() == [
        "The sender's reference: enter this.",
        "Who sent the notice: enter this.",
        "Stop page: enter this.",
        "Notice received: enter a real date and time, such as 2026-10-31 23:50.",
        "Entries: enter 0 or more.",
        "Note: use 300 characters or fewer.",
    ]
    assert dara.page.get_element_by_id("entries").get("aria-invalid") == "true"
    assert "enter 0 or more" in dara.page.get_element_by_id("entries-error").text_content()
    assert kept == []


def test_nothing_typed_is_lost(dara: Visitor) -> None:
    dara.opens("/samples/new").fills_in(
        422, **{**TYPED, "entries": "many", "received_at": "soon", "note": "a\nb"}
    )

    form = dara._form("Record")
    assert form.fields["source_ref"] == "TD-1"
    assert form.fields["source"] == "COURT"
    assert form.fields["stop_page"] == "YES"
    assert form.fields["entries"] == "many"
    assert form.fields["received_at"] == "soon"
    assert form.fields["note"].strip() == "a\nb"


def test_a_refusal_shows_the_form_again_with_its_sentence(dara: Visitor) -> None:
    dara.opens("/samples/new").fills_in(409, **{**TYPED, "entries": "13"})

    assert dara.errors() == ["The short name Dara is taken already."]
    assert dara._form("Record").fields["source_ref"] == "TD-1"
    assert dara.page.get_element_by_id("entries-error") is not None


def test_a_long_list_opens_and_a_short_one_is_seen(dara: Visitor) -> None:
    page = dara.opens("/samples/new").page

    assert page.xpath("//select/@name") == ["source"]
    assert set(page.xpath("//input[@type='radio']/@name")) == {"stop_page", "tested"}
    assert "Police" in page.get_element_by_id("source").text_content()


class Sending(BaseModel):
    """A page that takes a file."""

    file: bytes = Field(title="File", max_length=10)
    kind: Literal["takedowns", "training"] = Field(title="Register")


def test_a_small_file_is_taken_as_bytes(app: Flask) -> None:
    sent = {"file": (BytesIO(b"a,b\n"), "x.csv"), "kind": "training"}

    with app.test_request_context(method="POST", data=sent):
        form = form_for(Sending)(meta={"csrf": False})
        assert form.encoding() == "multipart/form-data"
        assert form.validate()
        assert form.value == Sending(file=b"a,b\n", kind="training")


def test_a_model_is_checked_against_what_is_given(app: Flask) -> None:
    class Given(BaseModel):
        word: str

        @field_validator("word")
        @classmethod
        def known(cls, word: str, info: ValidationInfo) -> str:
            if word not in info.context["words"]:
                raise PydanticCustomError("not-a-permitted-list", "unknown")
            return word

    with app.test_request_context(method="POST", data={"word": "x"}):
        form = form_for(Given, choices={"word": [("x", "X")]})(
            given={"words": {"y"}}, meta={"csrf": False}
        )
        assert not form.validate()
        assert form.problems() == [
            ("word-0", "This list is not on the policy's register of permitted lists.")
        ]
