import pytest

from accounts.permissions import Role

pytestmark = pytest.mark.django_db


def test_a_client_signed_in_as_a_role_is_that_person(as_role, viewer):
    client = as_role(Role.MANAGER)
    assert viewer(client.user).roles() == {Role.MANAGER}
    assert client.get("/health/").status_code == 200
