"""What the console's scripts send, as frozen dataclasses."""

from dataclasses import dataclass
from typing import Annotated

from api.schemas import Object
from ledger.fields import text

Token = Annotated[str, text(64)]


@dataclass(frozen=True, kw_only=True)
class EnrolQuestion:
    """Whoever holds an invitation asks what to register."""

    token: Token


@dataclass(frozen=True, kw_only=True)
class EnrolAnswer:
    """What their authenticator registered, and what they would be called."""

    token: Token
    ceremony: Token
    response: Object
    name: Annotated[str, text(80)] | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderQuestion:
    """Where to sign in at the provider; with an invitation, to link one's account."""

    token: Token | None = None


@dataclass(frozen=True, kw_only=True)
class SignInAnswer:
    """What an authenticator signed for somebody who wants to come in."""

    ceremony: Token
    response: Object


@dataclass(frozen=True, kw_only=True)
class StepUpQuestion:
    """What somebody is about to do: the form's address and fields, or a request they answer."""

    decision: Object


@dataclass(frozen=True, kw_only=True)
class OptionsAnswer:
    """What the browser's passkey functions are to be asked."""

    ceremony: Token
    publicKey: Object  # noqa: N815 - the browser's own name for it
    agency: Annotated[str, text(40)] | None = None
    roles: Annotated[str, text(200)] | None = None


@dataclass(frozen=True, kw_only=True)
class NextAnswer:
    """Where the browser goes from here."""

    next: Annotated[str, text(2000)]
