"""What each operation is said to take and give; the document is made of it, and nothing else.

The library reads and checks nothing at run time: our models need the clock and the policy in force
beside what was sent, and say no in the words of the pages (decision 0040).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

F = TypeVar("F", bound=Callable[..., Any])


class FaultOut(BaseModel):
    """One thing that is wrong, and where; what was sent is never repeated."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="Stable, in kebab-case or snake_case; the same on page and file.")
    detail: str = Field(description="A sentence in the language of Accept-Language: en or km.")
    params: dict[str, Any] = Field(description="What the sentence was made of.")
    pointer: str = Field("", description="JSON pointer into the body (RFC 6901).")
    parameter: str = Field("", description="The parameter of the address.")


class ProblemOut(BaseModel):
    """Why a request was not taken (RFC 9457). Nothing was changed."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    code: str
    detail: str
    request: str = Field(description="The number of the request, as X-Request-Id.")
    errors: list[FaultOut] = Field(default=[])


TREE: Final = SpecTree(
    "flask",
    mode="strict",
    annotations=False,
    title="Compliance portal for internet service providers",
    version="1",
    description="Registers, notices, filings and papers of one internet service provider, for its"
    " own programs.",
    security_schemes=[
        SecurityScheme(
            name="key",
            data=SecuritySchemeData(
                type=SecureType.HTTP, scheme="bearer", description="A program's key."
            ),
        )
    ],
    security={"key": []},
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_model=ProblemOut,
)


def described(
    tag: str,
    *,
    query: type[BaseModel] | None = None,
    json: type[BaseModel] | None = None,
    out: type[BaseModel] | None = None,
    status: int = 200,
    is_public: bool = False,
) -> Callable[[F], F]:
    """Say in the document what a view takes and gives."""
    responses = Response(**{f"HTTP_{status}": out}) if out else Response(f"HTTP_{status}")

    def mark(view: F) -> F:
        made: F = TREE.validate(
            query=query,
            json=json,
            resp=responses,
            tags=(tag,),
            security={} if is_public else None,
            operation_id=view.__name__,
            skip_validation=True,
        )(view)
        return made

    return mark
