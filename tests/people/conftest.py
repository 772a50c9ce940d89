"""An installation whose people sign in with the account of their organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from waardewerk.config import Config
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, passwords
from waardewerk.testing import AddPerson, UnitOfWork, browser_of, with_provider
from waardewerk.testing_provider import IdentityProvider

PASSWORD = "correct horse battery"

WithPassword = Callable[..., Person]


@pytest.fixture
def someone_with_password(a_person: AddPerson, unit_of_work: UnitOfWork) -> WithPassword:
    """Give what adds somebody who can sign in with `PASSWORD`."""

    def add(*roles: str, name: str = "Sam") -> Person:
        person = a_person(roles, name=name)
        with unit_of_work() as session:
            known = accounts.get_person(session, person.id)
            known.password_hash = passwords.hasher.hash(PASSWORD)
        return person

    return add


@pytest.fixture
def settings() -> dict[str, Any]:
    """Give what a test module changes in the settings of `province`."""
    return {}


@pytest.fixture
def province(
    config: Config, identity_provider: IdentityProvider, settings: dict[str, Any]
) -> Config:
    """Give the settings of an installation that trusts the provider for tests."""
    return config.model_copy(update=with_provider(identity_provider, **settings))


class Visitor:
    """A browser that signs in by way of the provider."""

    def __init__(self, app: Flask, provider: IdentityProvider) -> None:
        self.client: FlaskClient = browser_of(app)
        self.provider = provider

    def to_provider(self, target: str = "") -> str:
        """Press *Sign in with …* and return where the browser is sent."""
        asked = {"next": target} if target else {}
        response = self.client.get("/sign-in/organisation", query_string=asked)
        assert response.status_code == 303, response.text
        return response.location

    def back(self, address: str) -> Any:
        """Follow the provider back to the site."""
        return self.client.get(address.removeprefix("http://localhost"))

    def sign_in(self, subject: str, target: str = "") -> Any:
        """Sign in there, and come back."""
        return self.back(self.provider.sign_in(self.to_provider(target), subject))

    @property
    def is_signed_in(self) -> bool:
        """Tell whether this browser sees its own account."""
        return self.client.get("/account").status_code == 200


@pytest.fixture
def visitor(app: Flask, identity_provider: IdentityProvider) -> Visitor:
    """Give a browser in which nobody is signed in."""
    return Visitor(app, identity_provider)


@pytest.fixture
def another_visitor(app: Flask, identity_provider: IdentityProvider) -> Visitor:
    """Give somebody else's browser."""
    return Visitor(app, identity_provider)
