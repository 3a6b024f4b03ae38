"""`manage.py train`: runs from the command line, by the rules of the admin pages."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from emotionweb.training import runs
from emotionweb.training.errors import TrainingError
from emotionweb.training.models import Dataset, Run


class Command(BaseCommand):
    help = "Asks for trainings, lists, shows and cancels them; the training worker does them."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        start = deeds.add_parser("start", help="ask for a run")
        start.add_argument("--data", type=int, nargs="*", default=[], help="ids of data sets")
        start.add_argument("--architecture", choices=runs.CHOICES, default=None)
        start.add_argument("--fine-tune", action="store_true", help="go on from the active version")
        start.add_argument(
            "--without-corrections", action="store_true", help="leave the given faces out"
        )
        start.add_argument("--minutes", type=int, help="of training, at most")
        start.add_argument("--seed", type=int, default=0)
        recipe = start.add_argument_group("recipe (default: the architecture's own)")
        for field in runs.RECIPE_FIELDS:
            recipe.add_argument(f"--{field.name.replace('_', '-')}", type=field.kind, metavar="X")
        start.add_argument(
            "--here", action="store_true", help="train in this process, without a worker"
        )
        deeds.add_parser("list", help="all runs")
        for deed, what in (
            ("show", "how far a run is"),
            ("cancel", "stop a run and keep the best so far"),
            ("retry", "let a failed run go on"),
        ):
            deeds.add_parser(deed, help=what).add_argument("id", type=int)

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        try:
            getattr(self, f"_{deed}")(**options)
        except TrainingError as error:
            raise CommandError(str(error)) from error

    def _start(self, data: list[int], here: bool, **options: Any) -> None:
        chosen = list(Dataset.objects.filter(pk__in=data))
        if missing := sorted(set(data) - {row.pk for row in chosen}):
            raise CommandError(f"There is no data set {missing[0]}.")
        recipe = {f.name: options[f.name] for f in runs.RECIPE_FIELDS}
        asked = runs.RunOptions(
            architecture=options["architecture"] or runs.RunOptions().architecture,
            datasets=chosen,
            with_corrections=not options["without_corrections"],
            fine_tune=options["fine_tune"],
            recipe={name: value for name, value in recipe.items() if value is not None},
            budget_minutes=options["minutes"],
            seed=options["seed"],
        )
        run = runs.create(asked, None)
        if here:
            from emotionweb.training import worker

            worker.work()
            self._show(run.pk)
        else:
            self.stdout.write(f"Run {run.pk} waits for the training worker.")

    def _list(self, **options: Any) -> None:
        for row in Run.objects.order_by("pk"):
            self.stdout.write(
                f"{row.pk:>4}  {row.get_state_display():<10} {row.architecture:<16} "
                f"{row.epoch}/{row.epochs} passes"
            )

    def _show(self, id: int, **options: Any) -> None:  # noqa: A002  (as the option is called)
        row = _run(id)
        stage = f", {row.get_stage_display()}" if row.stage else ""
        self.stdout.write(f"{row}: {row.get_state_display()}{stage}")
        self.stdout.write(f"  {row.architecture}, {row.epoch} of {row.epochs} passes")
        for text in (row.said_problem, row.said_note):
            if text:
                self.stdout.write(f"  {text}")
        if (left := runs.eta_s(row)) is not None:
            self.stdout.write(f"  about {left / 60:.0f} minutes left")
        if hasattr(row, "version"):
            self.stdout.write(f"  version {row.version}")
        for curve in runs.curves(row)[-5:]:
            self.stdout.write(f"  {curve}")

    def _cancel(self, id: int, **options: Any) -> None:  # noqa: A002
        runs.cancel(_run(id), None)
        self.stdout.write(f"Run {id} is told to stop.")

    def _retry(self, id: int, **options: Any) -> None:  # noqa: A002
        runs.retry(_run(id), None)
        self.stdout.write(f"Run {id} waits for the training worker.")


def _run(pk: int) -> Run:
    row = Run.objects.filter(pk=pk).first()
    if row is None:
        raise CommandError(f"There is no run {pk}.")
    return row
