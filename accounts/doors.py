"""The addresses that ask for no permission, by name (D-35). Every other view names the right it needs; a test walks them all."""

# Open to anybody, signed in or not.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "mfa_authenticate",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "openid_connect_login",
        "openid_connect_callback",
        "accounts:invitation",
        "health-alive",
        "health-ready",
        "core:accessibility-statement",
        "core:contact",
        "core:cookies",
        "core:help",
        "core:privacy-notice",
        # The local outbox; 404 but for a demonstration, whose password is printed anyway (D-32).
        "site:demonstration-outbox",
        "site:demonstration-email",
    }
)

# Known to django-allauth and closed: 404 for everybody.
CLOSED = frozenset(
    {
        "account_signup",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_set_password",
        "socialaccount_signup",
        "socialaccount_connections",
    }
)

# A signed-in person's own session, password and second factor, whatever their role.
OWN = frozenset(
    {
        "account_reauthenticate",
        "account_change_password",
        "mfa_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "accounts:own-details",
        "accounts:capacity-switch",
        "accounts:session-extend",
        "accounts:kept",
        "accounts:kept-throw-away",
    }
)

DOORS = OPEN | CLOSED | OWN
