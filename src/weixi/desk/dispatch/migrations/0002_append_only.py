"""TaskEvent is only ever added to: the database refuses to change or remove a row."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLE = "dispatch_taskevent"
SAYS = "events of tasks are only ever added"

PUT = {
    "sqlite": (
        f"CREATE TRIGGER dispatch_event_stays_u BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
        f"CREATE TRIGGER dispatch_event_stays_d BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION dispatch_event_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER dispatch_event_stays BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION dispatch_event_stays()",
    ),
}
TAKEN = {
    "sqlite": ("DROP TRIGGER dispatch_event_stays_u", "DROP TRIGGER dispatch_event_stays_d"),
    "postgresql": (f"DROP TRIGGER dispatch_event_stays ON {TABLE}", "DROP FUNCTION dispatch_event_stays()"),
}


def put(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in PUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def take(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in TAKEN[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0001_initial")]

    operations = [migrations.RunPython(put, take)]
