"""Check the Terraform and the stand-in providers that `setup` laid out.

Run it with the `env` file sourced.
"""
import copy
import gzip
import json
import os
import pathlib
import pty
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
STACK = json.loads((HERE / "stack.json").read_text())
COUNT = sum(len(named) for named in STACK["resource"].values())
SCRATCH = tempfile.TemporaryDirectory(prefix="offline-terraform-")
failures = []


def check(name, good, evidence, note=""):
    """Report one check: a short note when it is good, the evidence when it is not."""
    print(("ok    " if good else "WRONG ") + name + (f"  ({note})" if good and note else ""))
    if not good:
        failures.append(name)
        print("      " + str(evidence).replace("\n", "\n      "))


def folder(stack=STACK, name="cdk.tf.json"):
    path = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH.name))
    (path / name).write_text(stack if isinstance(stack, str) else json.dumps(stack, indent=2))
    return path


def terraform(where, *arguments, env=None, stdin=""):
    """Run terraform; return its exit code, all it printed, and the seconds it took."""
    start = time.time()
    done = subprocess.run(["terraform", *arguments], cwd=where, input=stdin, text=True, encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, time.time() - start


def ready(stack=STACK, **more):
    path = folder(stack, **more)
    code, out, _ = terraform(path, "init", "-no-color")
    assert code == 0, out
    return path


def changed(at, **put):
    """The stack with one value replaced or, with nothing to put, removed."""
    stack = copy.deepcopy(STACK)
    spot = stack
    for key in at[:-1]:
        spot = spot[key]
    if put:
        spot[at[-1]] = put["put"]
    else:
        del spot[at[-1]]
    return stack


def command_line():
    """The `terraform` command passes everything through."""
    code, out, _ = terraform(".", "version", "-json")
    check("version -json", code == 0 and "terraform_version" in json.loads(out), out)
    code, out, _ = terraform(".", "plna")
    check("an unknown command exits 1", code == 1 and 'Did you mean "plan"' in out, out)
    where = ready()
    code, out, _ = terraform("/", f"-chdir={where}", "validate", "-json")
    check("-chdir, and validate -json", code == 0 and json.loads(out)["valid"], out)
    code, out, _ = terraform(where, "plan", env={"TF_CLI_ARGS_plan": "-no-color -detailed-exitcode"})
    check("TF_CLI_ARGS_plan, and exit code 2", code == 2 and "\x1b" not in out, (code, out[-300:]))
    other = folder()
    code, out, _ = terraform(other, "init", env={"TF_DATA_DIR": str(other / "elsewhere")})
    check("TF_DATA_DIR", code == 0 and (other / "elsewhere/providers").is_dir(), out)
    code, out, _ = terraform(folder(), "init", env={"TF_CLI_CONFIG_FILE": "/nowhere"})
    check("TF_CLI_CONFIG_FILE", "/nowhere" in out, out)
    code, out, _ = terraform(SCRATCH.name, "console", stdin='join("-", ["a", "b"])\n')
    check("standard input", out.strip() == '"a-b"', out)
    wanted = 'variable "name" { type = string }\noutput "name" { value = var.name }\n'
    code, out = on_terminal(ready(wanted, name="main.tf"), "plan", "-no-color", answer="from-the-keyboard\n")
    check("asking for a variable on a terminal", code == 0 and '"from-the-keyboard"' in out, out)
    code, out = on_terminal(where, "apply", "-no-color", answer="no\n")
    check("asking for approval on a terminal", code == 1 and "Apply cancelled" in out, out)


def on_terminal(where, *arguments, answer):
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(where)
        os.execvp("terraform", ["terraform", *arguments])
    out, answered = b"", False
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:  # how Linux says that the other side is gone
            piece = b""
        if not piece:
            break
        out += piece
        if not answered and b"Enter a value:" in out:
            os.write(fd, answer.encode())
            answered = True
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode(errors="replace")


def schema():
    """What Terraform gets from the stub is what the schema files hold."""
    code, out, seconds = terraform(ready(), "providers", "schema", "-json")
    served = json.loads(out)["provider_schemas"]
    laid_out = pathlib.Path(os.environ["TF_CLI_CONFIG_FILE"]).parent
    for cloud in ("aws", "google"):
        address = f"registry.terraform.io/hashicorp/{cloud}"
        source = laid_out / ("providers-all" if os.environ.get("ALL_SCHEMAS") else "providers") / cloud / "schema.json.gz"
        want = json.load(gzip.open(source))["provider_schemas"][address]
        got = served[address]
        for section in ("resource_schemas", "data_source_schemas", "ephemeral_resource_schemas"):
            differ = [n for n, s in want[section].items() if tidy(got[section].get(n)) != tidy(s)]
            check(f"{cloud} {section}", not differ, differ[:5], f"{len(want[section])} the same")
    check("whole schema in time", seconds < 5, seconds, f"{seconds:.1f} s")


def tidy(schema):
    """A schema without what says nothing: empty parts, zero counts, false flags, the kind of a text that is not there."""
    if not isinstance(schema, dict):
        return schema
    parts = {k: tidy(v) for k, v in schema.items() if k != "description_kind"}
    return {k: v for k, v in parts.items() if v not in ({}, None, False, 0, "")}


def good_stack():
    where = folder()
    code, out, seconds = terraform(where, "init", "-no-color")
    check("init", code == 0, out, f"{seconds:.1f} s")
    code, out, seconds = terraform(where, "validate", "-no-color")
    check("validate", code == 0, out, f"{seconds:.1f} s")
    code, out, seconds = terraform(where, "plan", "-no-color", "-out=plan")
    check("plan", f"Plan: {COUNT} to add, 0 to change, 0 to destroy." in out, out,
          f"{COUNT} to add, {seconds:.1f} s")
    code, out, _ = terraform(where, "show", "-json", "plan")
    plan = json.loads(out)
    changes = {c["address"]: c["change"] for c in plan["resource_changes"]}
    signer = changes["aws_lambda_function.signer"]
    check("show -json: unknown values", signer["after_unknown"]["role"] is True
          and signer["after_unknown"]["environment"][0]["variables"]["TARGET"] is True, signer)
    resources = {r["address"]: r for r in plan["configuration"]["root_module"]["resources"]}
    uses = resources["google_iam_workload_identity_pool_provider.pool-provider"]["expressions"]["attribute_condition"]
    check("show -json: references between clouds", "aws_iam_role.role.arn" in uses["references"], uses)
    check("default tags and labels", changes["aws_apigatewayv2_api.api"]["after"]["tags_all"] == {"environment": "dev"}
          and changes["google_cloud_run_v2_service.service"]["after"]["effective_labels"]["environment"] == "dev",
          changes, "in the plan")
    code, out, seconds = terraform(where, "apply", "-no-color", "plan")
    check("apply", f"{COUNT} added" in out, out, f"{seconds:.1f} s")
    code, out, _ = terraform(where, "plan", "-no-color", "-detailed-exitcode")
    check("no changes after it", code == 0 and "No changes." in out, out, "No changes.")
    state = (where / "terraform.tfstate").read_text()
    check("a write-only value is not in the state", "never-stored-value" not in state, "it is there")

    (where / "cdk.tf.json").write_text(json.dumps(changed(
        ["resource", "aws_cloudwatch_log_group", "logs", "retention_in_days"], put=7)))
    code, out, _ = terraform(where, "plan", "-no-color")
    check("a change in place", "Plan: 0 to add, 1 to change, 0 to destroy." in out, out, "one")
    (where / "cdk.tf.json").write_text(json.dumps(changed(
        ["resource", "google_service_account", "invoker", "account_id"], put="other-invoker")))
    code, out, _ = terraform(where, "plan", "-no-color")
    check("a replacement, and all that hangs on it", '"gateway-invoker" -> "other-invoker" # forces replacement' in out,
          out, out.split("Plan: ")[-1].splitlines()[0])
    code, out, _ = terraform(where, "apply", "-no-color", "-auto-approve")
    check("apply that", code == 0, out, "done")
    code, out, _ = terraform(where, "destroy", "-no-color", "-auto-approve")
    check("destroy", f"{COUNT} destroyed" in out, out, "all")

    code, out, _ = terraform(where, "import", "-no-color", "google_service_account.invoker", "projects/p/serviceAccounts/x")
    check("import", code == 0, out, "by id")


def wrong_stacks():
    for name, wrong in json.loads((HERE / "wrongs.json").read_text()).items():
        where = ready(changed(wrong["at"], **({"put": wrong["put"]} if "put" in wrong else {})))
        code, out, _ = terraform(where, "validate", "-no-color")
        flat = " ".join(out.replace("│", " ").split())
        check("refuses " + name, code == 1 and wrong["says"] in flat, out)


def backends():
    s3 = copy.deepcopy(STACK)
    s3["terraform"]["backend"] = {"s3": {"bucket": "b", "key": "k", "region": "eu-west-1"}}
    where = folder(s3)
    code, out, _ = terraform(where, "init", "-no-color", "-backend=false")
    check("init -backend=false with an s3 backend", code == 0, out)
    code, out, _ = terraform(where, "validate", "-no-color")
    check("validate after it", code == 0, out)
    local = copy.deepcopy(STACK)
    local["terraform"]["backend"] = {"local": {}}
    where = folder(local)
    code, out, _ = terraform(where, "init", "-no-color", "-backend-config=path=named.tfstate")
    check("init -backend-config", code == 0 and "named.tfstate" in (where / ".terraform/terraform.tfstate").read_text(), out)


def meanwhile():
    """What the clouds did since the apply shows in a refresh, and nothing else does."""
    where = ready()
    code, out, _ = terraform(where, "apply", "-no-color", "-auto-approve")
    assert code == 0, out
    cloud = where / "cloud.json"

    def plan(events, *more):
        cloud.write_text(json.dumps(events))
        return terraform(where, "plan", "-no-color", "-detailed-exitcode", *more, env={"STAND_IN_CLOUD": str(cloud)})

    code, out, _ = plan([])
    check("nothing happened, nothing to do", code == 0, out)
    code, out, _ = plan([{"type": "aws_cognito_user_pool", "set": {"estimated_number_of_users": 42}}], "-refresh-only")
    check("a computed value moved", code == 2 and "0 -> 42" in out, out)
    code, out, _ = plan([{"type": "google_service_account", "where": {"account_id": "absent"}, "gone": True}])
    check("an event that fits no object", code == 0, out)
    code, out, _ = plan([{"type": "google_cloud_run_v2_service", "gone": True}])
    check("an object is gone", code == 2 and "has been deleted" in out, out)
    code, out, _ = plan([{"type": "aws_iam_role", "set": {"nope": 1}}])
    check("an event that no schema knows", code == 1 and "has no nope to set" in out, out)


def own_tests():
    where = ready()
    (where / "tests").mkdir()
    (where / "tests/main.tftest.hcl").write_text((HERE / "main.tftest.hcl").read_text())
    code, out, seconds = terraform(where, "test", "-no-color")
    check("terraform test, with mock_provider", code == 0, out, f"{seconds:.1f} s")


if __name__ == "__main__":
    for part in (command_line, schema, good_stack, wrong_stacks, backends, meanwhile, own_tests):
        print(f"\n{part.__name__.replace('_', ' ')}")
        part()
    print(f"\n{len(failures)} wrong" if failures else "\nall good")
    raise SystemExit(bool(failures))
