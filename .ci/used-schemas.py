"""Let the stand-in providers of an offline Terraform serve only the schemas that this repository uses.

    used-schemas.py FOLDER      where the offline Terraform is laid out

Terraform reads every schema of a provider for each command. The two providers have 2,700 types and this repository
names a hundred, so half of a plan's processor time would be spent on the others. With ALL_SCHEMAS=1 in the environment
a provider serves all of them: some tests read the schemas themselves.
"""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

TYPE = re.compile(r"\b(?:aws|google)_[a-z0-9_]+")


def main(folder):
    some, every = folder / "providers", folder / "providers-all"
    shutil.copytree(some, every)
    named = named_types()
    for path in some.glob("*/schema.json.gz"):
        keep(path, named)
    # Terraform installs a script that starts the provider by its path.
    for path in folder.glob("mirror/**/terraform-provider-*"):
        first, start = path.read_text().split("\n", 1)
        with_all = start.strip().replace(f"'{some}/", f"'{every}/")
        path.write_text(f'{first}\n[ -z "$ALL_SCHEMAS" ] || {with_all}\n{start}')


def named_types():
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    texts = (Path(path).read_text(encoding="utf-8", errors="ignore") for path in listed.split("\0")[:-1])
    return {name for text in texts for name in TYPE.findall(text)}


def keep(path, named):
    with gzip.open(path, "rt") as file:
        document = json.load(file)
    for provider in document["provider_schemas"].values():
        for kind, schemas in provider.items():
            if kind.endswith("_schemas"):
                provider[kind] = {name: schema for name, schema in schemas.items() if name in named}
    path.unlink()  # it may be read-only
    with gzip.open(path, "wt") as file:
        json.dump(document, file)


main(Path(sys.argv[1]))
