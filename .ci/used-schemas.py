"""Leave only the schemas of the resource types that this repository names: used-schemas.py FILE...

Terraform reads every schema of a provider for each command. The two providers have 2,700 types and this repository
uses a hundred, so most of a plan's processor time would be spent on schemas that no stack needs.
"""

import gzip
import json
import os
import re
import subprocess
import sys

TYPE = re.compile(r"\b(?:aws|google)_[a-z0-9_]+")


def main(files):
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    named = set()
    for path in listed.split("\0")[:-1]:
        with open(path, encoding="utf-8", errors="ignore") as file:
            named.update(TYPE.findall(file.read()))
    for path in files:
        with gzip.open(path, "rt") as file:
            document = json.load(file)
        for provider in document["provider_schemas"].values():
            for kind, schemas in provider.items():
                if kind.endswith("_schemas"):
                    provider[kind] = {name: schema for name, schema in schemas.items() if name in named}
        # A new file: the old one may be read-only, or have another name elsewhere.
        with gzip.open(f"{path}.new", "wt") as file:
            json.dump(document, file)
        os.replace(f"{path}.new", path)


main(sys.argv[1:])
