"""What a view may say of the session it is called in."""


def is_no_activity(request) -> None:
    """This request does not keep the session awake: an autosave whose text had not changed (D-27)."""
    request.is_activity = False
