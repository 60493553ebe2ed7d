"""An upload whose import was refused says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="upload", name="planning_upload_state"),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["RECEIVED", "REFUSED", "TAKEN"])),
                name="planning_upload_state",
            ),
        ),
    ]
