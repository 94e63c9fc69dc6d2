"""``flask organisations``: whom people act for, and what these are called.

An officer of the authority acts (``--as``); before there is one, the portal founds by itself.
"""

from __future__ import annotations

from typing import Annotated

import click
from pydantic import BaseModel, StringConstraints

from portal.accounts import OrganisationKind, Permission, SizeClass
from portal.accounts import actions as accounts
from portal.accounts.queries import organisation_named, particulars
from portal.commands.acting import checked, command, founder, founding_option
from portal.entries.texts import ShortReference
from portal.web.converters import SlugConverter
from portal.web.session import now, session

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Founding(BaseModel):
    """The short name that stands in addresses."""

    slug: Annotated[str, StringConstraints(pattern=f"^{SlugConverter.regex}$", max_length=40)]


class Called(BaseModel):
    """What an organisation is called."""

    name_en: Named
    name_km: Named
    registration: ShortReference


@click.group()
def organisations() -> None:
    """Organisations that people act for."""


_SIZE = click.Choice([size.value for size in SizeClass])


@click.argument("slug")
@click.option("--kind", type=click.Choice([k.value for k in OrganisationKind]), required=True)
@click.option("--name-en", required=True)
@click.option("--name-km", required=True)
@click.option("--registration", required=True, help="Its registration number.")
@click.option("--size", type=_SIZE, default=SizeClass.STANDARD.value, show_default=True)
@founding_option
def found(slug: str, kind: str, size: str, email: str | None, **said: str) -> None:
    """Add an organisation under a short name (small letters, digits, hyphens)."""
    by = founder(email, Permission.ORGANISATION_FOUND)
    called, short = checked(Called, **said), checked(Founding, slug=slug).slug
    naming = _naming(called, SizeClass(size))
    accounts.found(session(), OrganisationKind(kind), short, naming, by=by, at=now())
    click.echo(f"Founded {short} ({kind}).")


@click.argument("slug")
@click.option("--name-en")
@click.option("--name-km")
@click.option("--registration")
@click.option("--size", type=_SIZE)
@founding_option
def rename(slug: str, size: str | None, email: str | None, **said: str | None) -> None:
    """Change names, registration number or size from now on; what is not given stays."""
    by = founder(email, Permission.ORGANISATION_FOUND)
    own = organisation_named(session(), slug)
    held = particulars(session(), own.id)
    before = {
        "name_en": held.name_en,
        "name_km": held.name_km,
        "registration": held.registration_no,
    }
    given = {name: text for name, text in said.items() if text is not None}
    naming = _naming(checked(Called, **(before | given)), SizeClass(size or held.size))
    accounts.rename(session(), own.id, naming, by=by, at=now())
    click.echo(f"{slug} is called {naming.name_en} from now on.")


def _naming(called: Called, size: SizeClass) -> accounts.Naming:
    return accounts.Naming(called.name_en, called.name_km, called.registration, size)


command(organisations, "found", writes=True)(found)
command(organisations, "rename", writes=True)(rename)
