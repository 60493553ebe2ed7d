"""Writes docs/openapi.json, the description of the desk's API for programs; with --check says whether it is true."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

import django

PAGE = Path(__file__).parent.parent / "docs" / "openapi.json"


def main() -> int:
    """Exit code 1: the page is not what the code says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.desk.settings")
    os.environ.setdefault("WEIXI_SECRET", "for a page that holds no secret")
    django.setup()
    text = json.dumps(import_module("weixi.desk.api").schema(), ensure_ascii=False, indent=1) + "\n"
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        print("docs/openapi.json is not what the code says: run `make docs`")
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
