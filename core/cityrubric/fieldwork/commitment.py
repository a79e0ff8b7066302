"""What is promised before a draw and what its seed is made of.

Nobody can choose the points: the register and the plan are frozen before the public string is known, and the secret
of a covert draw is fixed by its hash. Nobody can foresee the covert points: the secret stays with its keeper until the
last visit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from hashlib import sha256

from attrs import frozen

from cityrubric.canonical import fingerprint
from cityrubric.errors import CityrubricError
from cityrubric.fieldwork.plan import Course, Plan
from cityrubric.fieldwork.register import Register
from cityrubric.language import translate as _

_BYTES = 32
_LEAST_SECRET = 32  # characters; fewer could be found from the hash by trying


@frozen
class Frozen:
    """What is published before the draw.

    Attributes:
        title, announced: as in the plan.
        ruleset: version the plan is made for.
        rows: of the register.
        declared: number of enterprises it was checked against.
        register_hash, plan_hash: of what they say.
        commitments: covert mode -> SHA-256 of its secret.
    """

    title: str
    announced: str
    ruleset: str
    rows: int
    declared: int
    register_hash: str
    plan_hash: str
    commitments: Mapping[str, str]


def new_secret() -> str:
    """Return a secret nobody can guess."""
    return secrets.token_hex(_BYTES)


def commitment_to(secret: str) -> str:
    """Return the hash of a secret, to be published before the draw.

    Raises:
        CityrubricError: if the secret is so short that it could be found by trying.
    """
    if len(secret) < _LEAST_SECRET:
        raise CityrubricError(_("a secret needs {n} characters or more").format(n=_LEAST_SECRET))
    return sha256(secret.encode()).hexdigest()


def freeze(register: Register, plan: Plan, secret: str | None) -> Frozen:
    """Freeze register and plan.

    Raises:
        CityrubricError: if the plan has a covert draw and there is no secret.
    """
    covert = [course.mode for course in plan.courses if course.covert]
    if covert and secret is None:
        raise CityrubricError(_("{mode} is covert and needs a secret: --secret FILE").format(mode=covert[0]))
    return Frozen(
        title=plan.title,
        announced=plan.announced,
        ruleset=plan.ruleset,
        rows=len(register.rows),
        declared=plan.declared,
        register_hash=register.hash,
        plan_hash=plan.hash,
        commitments={mode: commitment_to(secret or "") for mode in covert},
    )


def seed_of(frozen: Frozen, course: Course, public: str, secret: str | None) -> str:
    """Return the seed of a draw.

    Args:
        frozen: what was published before.
        course: the draw.
        public: the string that nobody knew when the register was frozen.
        secret: of a covert draw.

    Raises:
        CityrubricError: if there is no public string, or the secret is not the one that was promised.
    """
    if not public.strip():
        raise CityrubricError(_("the public string is empty"))
    parts = ["draw 1", course.mode, frozen.register_hash, frozen.plan_hash, public.strip()]
    if course.covert:
        if secret is None:
            raise CityrubricError(_("{mode} is covert and needs a secret: --secret FILE").format(mode=course.mode))
        if commitment_to(secret) != frozen.commitments.get(course.mode):
            raise CityrubricError(_("this is not the secret whose hash was published"))
        parts.append(secret)
    return fingerprint(parts)
