"""Every row of the desk: what a refused call must not change."""

from django.apps import apps


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the desk's own apps."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=str)
        for config in apps.get_app_configs()
        if config.name.startswith("weixi.")
        for model in config.get_models()
    }
