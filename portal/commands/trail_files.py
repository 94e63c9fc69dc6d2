"""Files that commands about the trail take: a public key's line, a paper with its checkpoint."""

from __future__ import annotations

from pathlib import Path

import click

from portal.certificates.verify import verify
from portal.certificates.witnesses import sealed_then
from portal.trail.key import PublicKey, UnusableCheckpointKey
from portal.trail.note import Head
from portal.web.keyring import trust_anchors, trusted_stamps


class Key(click.ParamType[PublicKey]):
    """A file with a public key's line."""

    name = "file"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> PublicKey:
        path = Path(str(value))
        try:
            return PublicKey.read(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            said = error if isinstance(error, UnusableCheckpointKey) else "it cannot be read"
            self.fail(f"{path.name}: {said}.", param, ctx)


def named_by(paper: Path) -> Head:
    """The checkpoint that a signed paper names; raises a usage error for what is none of ours."""
    said = verify(paper.read_bytes(), trust_anchors(), trusted_stamps()).attestation
    if said is None:
        raise click.BadParameter(f"{paper} is no genuine paper of ours.", param_hint="--paper")
    head = sealed_then(said)
    if head is None:
        raise click.BadParameter(f"{paper} names no checkpoint.", param_hint="--paper")
    return head
