"""`manage.py demo`: a made-up person with a year of days, to look around with."""

import secrets
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from emotionweb.accounts.models import User, validate_timezone
from emotionweb.demo import store


class Command(BaseCommand):
    help = (
        "Makes the demo account with a generated year of data, marked as made up on every page. "
        "Asked again, it changes nothing. No other account is ever touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", help="default: a random one, which is printed")
        parser.add_argument("--timezone", default="Europe/Berlin")
        parser.add_argument("--language", default="", choices=["", "en", "zh-hans"])
        parser.add_argument("--days", type=int, default=365)
        parser.add_argument(
            "--again", action="store_true", help="remove the demo account first, all that is in it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = store.existing()
        except store.NotTheDemoError as error:
            raise CommandError(
                f"The account {store.ADDRESS} was not made by this command. Nothing was changed."
            ) from error
        self._check(options)
        if user is not None and not options["again"]:
            self._say_again(user, options["password"])
            return
        if user is not None:
            store.remove(user)
        password = options["password"] or secrets.token_urlsafe(12)
        store.make(
            password=password,
            timezone=options["timezone"],
            language=options["language"],
            now=timezone.now(),
            days=options["days"],
        )
        self.stdout.write(f"Made {options['days']} days. Log in as")
        self.stdout.write(f"  {store.ADDRESS}\n  {password}")

    def _say_again(self, user: User, password: str | None) -> None:
        self.stdout.write(f"The demo account is there already: {store.ADDRESS}")
        if password:
            user.set_password(password)
            user.save(update_fields=["password"])
            self.stdout.write("It has the new password.")
        else:
            self.stdout.write("--password gives it a new password, --again makes it anew.")

    def _check(self, options: dict[str, Any]) -> None:
        try:
            validate_timezone(options["timezone"])
            if options["password"]:
                password_validation.validate_password(options["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not 1 <= options["days"] <= 3660:
            raise CommandError("--days is a number from 1 to 3660.")
