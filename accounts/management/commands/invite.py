"""Invite somebody from the shell: the way to the first user (D-8)."""

import json
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts import actions, invitations, selectors
from accounts.emails import invitation_path
from accounts.models import Diocese, Region
from accounts.permissions import Role
from sipmanager.core import clock, mail


class Command(BaseCommand):
    help = "Invite somebody by email and print the address of the invitation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--authority", metavar="CODE", help="code or name, for roles of an authority")
        parser.add_argument("--region", metavar="NAME", help="for a regional SIP coordinator")
        parser.add_argument("--diocese", metavar="CODE", help="for a diocesan officer")
        parser.add_argument("--claims", default="", metavar="KIND:KEY", help="the post or SIP that the account is for")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, email, role, authority, region, diocese, claims, **options) -> None:
        wants_json = options["format"] == "json"
        try:
            place = self._place(authority, region, diocese)
            self._check(email)
            _, secret = actions.invite(
                email=email, role=Role(role), by=None, at=clock.now(), expires_at=clock.real_now() + invitations.LASTS,
                claims=claims, **place,
            )  # fmt: skip
        except actions.Refused as refused:
            if wants_json:
                self.stdout.write(json.dumps({"error": " ".join(refused.sentences)}))
                raise SystemExit(1) from refused
            raise CommandError(" ".join(refused.sentences)) from refused
        url = mail.link(invitation_path(secret))
        self.stdout.write(json.dumps({"url": url}) if wants_json else url)

    def _check(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise actions.Refused(f"{email} is not an email address") from error

    def _place(self, authority, region, diocese) -> dict:
        found = {
            "authority": authority and selectors.authority_called(authority),
            "region": region and Region.objects.filter(name__iexact=region).first(),
            "diocese": diocese and Diocese.objects.filter(code__iexact=diocese).first(),
        }
        asked = {"authority": authority, "region": region, "diocese": diocese}
        unknown = [f"There is no {kind} called {text}" for kind, text in asked.items() if text and not found[kind]]
        if unknown:
            raise actions.Refused(*unknown)
        return {kind: place or None for kind, place in found.items()}
