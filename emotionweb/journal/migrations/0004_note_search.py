from django.db import migrations

import emotionweb.journal.models.checkins
from emotionweb.journal.search_text import search_text


def fill(apps, schema_editor):
    """Fold the notes that are there already, a thousand at a time."""
    check_in = apps.get_model("journal", "CheckIn")
    rows = check_in.objects.exclude(note="").only("note").order_by("pk")
    batch = []
    for row in rows.iterator(chunk_size=1000):
        row.note_search = search_text(row.note)
        batch.append(row)
        if len(batch) == 1000:
            check_in.objects.bulk_update(batch, ["note_search"], batch_size=200)
            batch = []
    check_in.objects.bulk_update(batch, ["note_search"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_insights")]

    operations = [
        migrations.AddField(
            model_name="checkin",
            name="note_search",
            field=emotionweb.journal.models.checkins.NoteSearchField(
                blank=True, default="", editable=False
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
