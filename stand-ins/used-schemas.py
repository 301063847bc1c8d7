"""Keep those of a provider's schemas that this repository uses.

    used-schemas.py ALL.json.gz USED.json.gz      in the repository

Terraform reads every schema of a provider for each command. The two providers have 2,700 types and this repository
names a hundred, so half of a plan's processor time would be spent on the others. With ALL_SCHEMAS=1 in the environment
a provider serves all of them: some tests read the schemas themselves.
"""

import gzip
import json
import re
import sys
from pathlib import Path

TYPE = re.compile(r"\b(?:aws|google)_[a-z0-9_]+")
SOURCES = ("__tests__", "cli", "contract", "examples", "functions", "intent", "packages", "stacks")
# Tables of all types, and what was built from the sources.
LEFT_OUT = ("node_modules", "dist", ".build")


def named_types():
    names = set()
    for folder in SOURCES:
        for path in Path(folder).rglob("*"):
            if path.is_file() and not set(path.parts) & set(LEFT_OUT):
                names.update(TYPE.findall(path.read_text(encoding="utf-8", errors="ignore")))
    return names


def main(every, used):
    named = named_types()
    with gzip.open(every, "rt") as file:
        document = json.load(file)
    for provider in document["provider_schemas"].values():
        for kind, schemas in provider.items():
            if kind.endswith("_schemas"):
                provider[kind] = {name: schema for name, schema in schemas.items() if name in named}
    with gzip.open(used, "wt") as file:
        json.dump(document, file)


main(*sys.argv[1:])
