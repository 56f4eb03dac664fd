"""Signing in through an organisation's own provider (OpenID Connect Core 1.0).

A person's account is linked by an invitation, never by an address: what a provider calls somebody
may be given to another tomorrow. Kept is a hash of issuer and subject.
"""

from sqlmodel import Field, SQLModel

from api.config import Settings


class ProviderAccountRow(SQLModel, table=True):
    """Whose account at the provider this is; the account as a hash."""

    __tablename__ = "provider_account"
    account: str = Field(primary_key=True)
    person: str = Field(index=True)


ACCOUNTS = ProviderAccountRow.__table__  # type: ignore[attr-defined]


def name(settings: Settings) -> str:
    """What the provider is called on pages; empty where there is none."""
    del settings
    return ""
