"""Who may do what: closed by default, decided by roles and a province's own choices."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from waardewerk import access
from waardewerk.access import UndeclaredView, permissions_of, public, requires
from waardewerk.contract import ROLES, Permission
from waardewerk.testing import SignInAs

READ = Permission(key="sample.read", title="Read", default_roles=("adviseur",))
WRITE = Permission(key="sample.write", title="Write")
role_sets = st.frozensets(st.sampled_from(ROLES))
grants = st.dictionaries(
    st.tuples(st.sampled_from(ROLES), st.sampled_from([READ.key, WRITE.key])), st.booleans()
)


def add_page(app: Flask, view: object) -> None:
    pages = Blueprint("extra", __name__)
    pages.add_url_rule("/extra", "page", view)
    app.register_blueprint(pages)


def test_a_view_that_declares_nothing_stops_the_start(app: Flask) -> None:
    add_page(app, lambda: "open to everybody")
    with pytest.raises(UndeclaredView, match=r"extra\.page"):
        access.check_declarations(app)


def test_a_view_that_names_no_known_permission_stops_the_start(app: Flask) -> None:
    add_page(app, requires("extra.unheard-of")(lambda: ""))
    with pytest.raises(UndeclaredView, match=r"extra\.unheard-of"):
        access.check_declarations(app)


def test_a_view_that_declares_something_known_may_start(app: Flask) -> None:
    add_page(app, public(lambda: ""))
    access.check_declarations(app)


def test_every_view_of_the_core_declares_its_access(app: Flask) -> None:
    access.check_declarations(app)
    declared = [getattr(view, access.DECLARATION, None) for view in app.view_functions.values()]
    assert None not in declared


def test_a_default_counts_until_the_province_chooses() -> None:
    assert permissions_of({"adviseur"}, [READ], {}) == {READ.key}
    assert permissions_of({"adviseur"}, [READ], {("adviseur", READ.key): False}) == set()
    assert permissions_of({"beheerder"}, [READ], {("beheerder", READ.key): True}) == {READ.key}


@given(role_sets, role_sets, grants)
def test_two_roles_may_do_what_each_of_them_may(one, other, chosen) -> None:
    declared = [READ, WRITE]
    together = permissions_of(one | other, declared, chosen)
    apart = permissions_of(one, declared, chosen) | permissions_of(other, declared, chosen)
    assert together == apart


@given(grants)
def test_without_a_role_one_may_do_nothing(chosen) -> None:
    assert permissions_of((), [READ, WRITE], chosen) == set()


@pytest.mark.parametrize(
    "wrong",
    [
        Permission(key="other.read", title="Another plugin's"),
        Permission(key="sample", title="No name of its own"),
        Permission(key="sample.read", title="A role that is not there", default_roles=("king",)),
    ],
    ids=lambda permission: permission.title,
)
def test_a_plugin_declares_only_its_own_permissions_for_roles_that_exist(
    app: Flask, wrong: Permission
) -> None:
    with pytest.raises(ValueError, match=wrong.key):
        access.declare(app, [("sample", wrong)])


def test_a_stranger_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    response = client.get("/account?x=1")
    assert (response.status_code, response.location) == (303, "/sign-in?next=/account?x%3D1")


def test_a_machine_hears_401_and_a_form_is_not_lost(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_a_token_is_stored_as_a_hash_alone(sign_in_as: SignInAs, unit_of_work) -> None:
    from sqlalchemy import select

    from waardewerk.people.models import Link, SignIn

    token = sign_in_as().get_cookie("waardewerk").value
    with unit_of_work() as session:
        stored = session.scalars(select(SignIn.token_hash)).all()
        links = session.scalars(select(Link.token_hash)).all()
    assert stored == [access.hash_of(token)]
    assert all(len(digest) == 64 for digest in (*stored, *links))
    assert token not in str(stored)
