"""`manage.py dataset`: data sets from the command line, by the rules of the admin pages."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from emotionweb.training import checking, datasets, test_sets
from emotionweb.training.errors import TrainingError
from emotionweb.training.models import Dataset
from inference.errors import InferenceError


class Command(BaseCommand):
    help = "Adds, lists, shows and deletes data sets, and freezes test sets from them."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        add = deeds.add_parser("add", help="take in a data set and check it")
        add.add_argument(
            "files",
            type=Path,
            nargs="+",
            help="a zip of class folders, fer2013.csv with or without fer2013new.csv, parquet",
        )
        add.add_argument("--name", default="")
        add.add_argument(
            "--no-test-set", action="store_true", help="freeze no first test set from it"
        )
        add.add_argument(
            "--later", action="store_true", help="let a worker check it; else it is checked now"
        )
        deeds.add_parser("list", help="all data sets")
        for deed, what in (
            ("show", "what is in one, what was left out and why"),
            ("delete", "remove one that nothing has used"),
            ("freeze", "freeze a fifth of one as a new test set"),
        ):
            deeds.add_parser(deed, help=what).add_argument("id", type=int)

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        try:
            getattr(self, f"_{deed}")(**options)
        except (TrainingError, InferenceError) as error:
            raise CommandError(str(error)) from error

    def _add(
        self, files: list[Path], name: str, no_test_set: bool, later: bool, **options: Any
    ) -> None:
        dataset = datasets.create(files, name, None, freeze=not no_test_set)
        if later:
            self.stdout.write(f"Data set {dataset.pk} waits for its check.")
            return
        checking.work()
        dataset.refresh_from_db()
        if dataset.state == Dataset.State.FAILED:
            raise CommandError(f"Data set {dataset.pk}: {dataset.said_problem}")
        self._show(dataset.pk)

    def _list(self, **options: Any) -> None:
        for row in Dataset.objects.order_by("pk"):
            self.stdout.write(
                f"{row.pk:>4}  {row.get_state_display():<24} {row.faces:>8,} faces  {row.name}"
            )

    def _show(self, id: int, **options: Any) -> None:  # noqa: A002  (as the option is called)
        row = _dataset(id)
        self.stdout.write(f"Data set {row.pk}: {row.name} ({row.file_name}, sha256 {row.sha256})")
        self.stdout.write(f"  {row.get_state_display()}; {row.said_problem}".rstrip("; "))
        report = row.report
        for split, labels in report.get("counts", {}).items():
            counts = ", ".join(f"{label or 'no label'} {n:,}" for label, n in labels.items())
            self.stdout.write(f"  {split or 'no split'}: {counts}")
        if copies := report.get("duplicates"):
            self.stdout.write(f"  pictures that are there twice: {copies['pairs']:,} pairs")
        for reason, n in report.get("skipped_by_reason", {}).items():
            self.stdout.write(f"  left out, {reason}: {n:,}")
        for skipped in report.get("skipped", [])[:20]:
            self.stdout.write(f"    {skipped['source']}: {skipped['reason']} {skipped['detail']}")
        runs, sets = datasets.used_by(row)
        for use in [*runs, *sets]:
            self.stdout.write(f"  used by {use}")

    def _delete(self, id: int, **options: Any) -> None:  # noqa: A002
        datasets.delete(_dataset(id), None)
        self.stdout.write(f"Data set {id} is deleted.")

    def _freeze(self, id: int, **options: Any) -> None:  # noqa: A002
        test_set = test_sets.freeze([_dataset(id)], None)
        self.stdout.write(f"{test_set} has {test_set.faces:,} faces.")


def _dataset(pk: int) -> Dataset:
    row = Dataset.objects.filter(pk=pk).first()
    if row is None:
        raise CommandError(f"There is no data set {pk}.")
    return row
