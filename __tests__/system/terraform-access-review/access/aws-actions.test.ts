import { execFileSync } from "node:child_process";
import { AWS_ACTIONS } from "../../../../packages/terraform-access-review/access/iam/permissions.json";
import { testWhere } from "../../../support/describe-where";
import { pythonWithPackages } from "../../../support/python/python";

/** Prints each operation of a service, with the names of all members of its output. */
const OPERATIONS = `
import json, sys, botocore.session
def members(shape, seen):
    if shape is None or shape.name in seen: return []
    seen = seen | {shape.name}
    if shape.type_name == "structure":
        return [m for name, inner in shape.members.items() for m in [name] + members(inner, seen)]
    if shape.type_name == "list": return members(shape.member, seen)
    return members(shape.value, seen) if shape.type_name == "map" else []
session = botocore.session.get_session()
def outputs(service):
    model = session.get_service_model(service)
    return {f"{service}:{name}": members(model.operation_model(name).output_shape, frozenset()) for name in model.operation_names}
print(json.dumps({name: found for service in sys.argv[1:] for name, found in outputs(service).items()}))
`;

const found = pythonWithPackages();
const testPython = testWhere("missing" in found ? found.missing : undefined);

function operationsOf(
  ...services: readonly string[]
): readonly (readonly [action: string, output: readonly string[]])[] {
  const python = "python" in found ? found.python : "";
  return Object.entries(JSON.parse(execFileSync(python, ["-c", OPERATIONS, ...services], { encoding: "utf8" })));
}

/** A member of an output with the value of a secret. */
const SECRET = /^(ClientSecret(Value)?|Secret(String|Binary))$/;

testPython("each action of AWS's model that returns the secret of a client or its copy is known", () => {
  const telling = operationsOf("cognito-idp", "secretsmanager").filter(([, output]) =>
    output.some((name) => SECRET.test(name)),
  );
  const unknown = telling.map(([action]) => action).filter((action) => !AWS_ACTIONS.includes(action));
  expect(telling.length).toBeGreaterThan(5);
  // It makes another client, whose secret is new.
  expect(unknown).toEqual(["cognito-idp:CreateUserPoolClient"]);
});

/** Actions of IAM that give no principal more than it has, by what they do. */
const GIVES_NOTHING = {
  reads: /^iam:(Generate|Get|List|Simulate)/,
  "takes away": /^iam:(Deactivate|Delete|Detach|Disable|Reject|Remove)/,
  "describes or names":
    /^iam:(Tag|Untag)|^iam:(Create|Update)AccountAlias$|^iam:Update(Role(Description)?|User|Group)$/,
  "makes what has no rights yet":
    /^iam:Create(Group|InstanceProfile|Policy|Role|ServiceLinkedRole|User|VirtualMFADevice|DelegationRequest)$/,
  "is about one's own password or device": /^iam:(ChangePassword|EnableMFADevice|ResyncMFADevice)$/,
  "sets a boundary or a rule for all":
    /^iam:(Put\w+PermissionsBoundary|UpdateAccountPasswordPolicy|SetSecurityTokenServicePreferences)$/,
  "is about credentials of other services":
    /^iam:(Upload|Update)(SSHPublicKey|ServerCertificate|SigningCertificate)$|^iam:(Create|Reset|Update)ServiceSpecificCredential$/,
  "needs a request that another action answers": /^iam:(Associate|Update)DelegationRequest$/,
  "lets the organization's management account in":
    /^iam:EnableOrganizationsRootCredentialsManagement$|^iam:EnableOutboundWebIdentityFederation$/,
  "needs the role, which another action passes": /^iam:AddRoleToInstanceProfile$/,
};

testPython("each action of IAM is known to give more rights, or has a reason why it gives none", () => {
  const actions = operationsOf("iam").map(([action]) => action);
  const harmless = Object.values(GIVES_NOTHING);
  expect(actions.length).toBeGreaterThan(150);
  expect(
    actions.filter((action) => !AWS_ACTIONS.includes(action) && !harmless.some((each) => each.test(action))),
  ).toEqual([]);
});
