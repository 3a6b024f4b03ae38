"""`manage.py versions`: which model answers, from the command line, through the same gate."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from emotionweb.training import gate, versions
from emotionweb.training.errors import PromotionRefused
from emotionweb.training.models import ModelVersion


class Command(BaseCommand):
    help = "Lists, shows, compares and promotes model versions, and goes back to earlier ones."

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        deeds.add_parser("list", help="all versions; * answers now")
        for deed, what in (
            ("show", "how good one is"),
            ("compare", "measure one beside the active one"),
            ("promote", "let one answer, if the gate finds it no worse"),
        ):
            one = deeds.add_parser(deed, help=what)
            one.add_argument("number", type=int)
            if deed == "promote":
                one.add_argument(
                    "--override", default="", metavar="REASON", help="against the gate; is logged"
                )
        deeds.add_parser("rollback", help="go back to the version that answered before")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        versions.ensure_shipped()
        try:
            getattr(self, f"_{deed}")(**options)
        except PromotionRefused as error:
            hint = "\nPromote it all the same with --override REASON." if error.overridable else ""
            raise CommandError("\n".join(error.reasons) + hint) from error

    def _list(self, **options: Any) -> None:
        for row in ModelVersion.objects.order_by("number"):
            mark = "*" if row.active else " "
            broken = f"  {why}" if (why := versions.problem(row)) else ""
            self.stdout.write(f"{mark} {row.number:>3}  {row.version}{broken}")
        for text in versions.warnings():
            self.stderr.write(text)

    def _show(self, number: int, **options: Any) -> None:
        row = _version(number)
        self.stdout.write(f"Version {row}{', active' if row.active else ''}")
        self.stdout.write(f"  in {versions.folder(row)}")
        if row.report:
            self.stdout.write(f"  measured on {row.report['measured_on'].replace('_', ' ')}:")
            self._side(row.report)

    def _side(self, side: dict[str, Any]) -> None:
        for title, key in (("accuracy", "accuracy"), ("macro F1", "macro_f1")):
            self.stdout.write(
                f"    {title} {side[key]['value']:.3f} "
                f"({side[key]['low']:.3f} to {side[key]['high']:.3f}, n = {side['n']:,})"
            )
        for name, scores in side["by_class"].items():
            f1 = scores["f1"]["value"]
            self.stdout.write(
                f"      {name:<10} F1 {f1 if f1 is None else f'{f1:.3f}'}, n = {scores['n']:,}"
            )
        self.stdout.write(f"    calibration error {side['ece_confidence']:.3f}")
        self.stdout.write(f"    {side['latency_ms']['median']:.2f} ms a face, one thread")
        self.stdout.write(f"    {side['size_bytes']['tflite']:,} bytes")

    def _compare(self, number: int, **options: Any) -> None:
        comparison = gate.compare_versions(_version(number))
        report = comparison.report
        for name in ("active", "candidate"):
            if report[name]:
                self.stdout.write(f"  {name}: version {report[name]['number']}")
                self._side(report[name])
        if differences := report["differences"]:
            gain = differences["macro_f1"]
            self.stdout.write(
                f"  macro F1 {gain['value']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
            )
        for text in gate.remarks(comparison):
            self.stdout.write(f"  {text}")
        against = gate.sentences(comparison)
        for text in against:
            self.stdout.write(f"  AGAINST: {text}")
        if not against:
            self.stdout.write("  Nothing speaks against it.")

    def _promote(self, number: int, override: str, **options: Any) -> None:
        row = _version(number)
        versions.promote(row, None, override)
        self.stdout.write(f"Version {row} answers now.")

    def _rollback(self, **options: Any) -> None:
        self.stdout.write(f"Version {versions.rollback(None)} answers now.")


def _version(number: int) -> ModelVersion:
    row = ModelVersion.objects.filter(number=number).first()
    if row is None:
        raise CommandError(f"There is no version {number}.")
    return row
