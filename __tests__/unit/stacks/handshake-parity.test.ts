import { previewUnder } from "../../support/handshakes";
import { type Synthesized, stackOf } from "../../support/stack";

const federated = stackOf(previewUnder("federated"));
const shared = stackOf(previewUnder("shared-issuer"));

/** Resources that only one of the handshakes declares, and why. An unused entry fails. */
const ONLY: readonly { readonly of: Synthesized; readonly address: RegExp; readonly why: string }[] = [
  { of: federated, address: /^aws_lambda_(function|permission)\./, why: "functions decide" },
  { of: federated, address: /^aws_cloudwatch_log_group\.(callers|public)$/, why: "the functions write logs" },
  { of: federated, address: /^aws_iam_role(_policy)?\.(callers|public)$/, why: "the functions have roles" },
  { of: federated, address: /^aws_iam_role\.(accounts|orders)$/, why: "a role becomes each invoker" },
  {
    of: federated,
    address: /^aws_iam_role_polic(ies|y_attachments)_exclusive\./,
    why: "roles have these policies alone",
  },
  {
    of: federated,
    address: /^aws_apigatewayv2_authorizer\.(public|scoped)(_path)?$/,
    why: "functions answer the gateway",
  },
  { of: federated, address: /^google_iam_workload_identity_pool/, why: "AWS roles come in through a federation" },
  {
    of: federated,
    address: /^google_service_account(_iam_binding)?\.(accounts|orders)$/,
    why: "each service has an invoker",
  },
  { of: federated, address: /^google_cloud_run_v2_service_iam_binding\./, why: "IAM lets the invoker in" },
  { of: shared, address: /^aws_apigatewayv2_authorizer\.customers$/, why: "the gateway verifies tokens itself" },
];

/** Attributes that differ in shared resources, by type, and why. */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  // The gateway verifies tokens and requires scopes itself.
  aws_apigatewayv2_route: ["authorization_scopes", "authorization_type", "authorizer_id"],
  // No Google token; Envoy identifies the caller; the route waits only for the service.
  aws_apigatewayv2_integration: ["depends_on", "request_parameters"],
  // Claims in the log, and no policy fingerprint for cached results.
  aws_apigatewayv2_stage: ["access_log_settings", "depends_on", "stage_variables"],
  // Envoy in front of the app, and no IAM check, which would wait for what lets a call pass it.
  google_cloud_run_v2_service: ["custom_audiences", "depends_on", "description", "invoker_iam_disabled", "template"],
};

const onlyIn = (one: Synthesized, other: Synthesized) =>
  one.addresses().filter((address) => !other.addresses().includes(address));

test("the handshakes declare the same resources, except those listed here", () => {
  for (const [of, other] of [
    [federated, shared],
    [shared, federated],
  ] as const) {
    const declared = ONLY.filter((each) => each.of === of);
    expect(onlyIn(of, other).filter((address) => !declared.some((each) => each.address.test(address)))).toEqual([]);
  }
});

test.each(ONLY)("$address: $why", ({ of, address }) => {
  expect(onlyIn(of, of === federated ? shared : federated).filter((found) => address.test(found))).not.toEqual([]);
});

test("shared resources are equal in every other attribute, including services, scopes and clients", () => {
  const both = federated.addresses().filter((address) => shared.addresses().includes(address));
  const different: Record<string, Set<string>> = {};
  for (const address of both) {
    const [type = "", name = ""] = address.split(".");
    const [one, other] = [federated.resource(type, name), shared.resource(type, name)];
    for (const attribute of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (JSON.stringify(one[attribute]) === JSON.stringify(other[attribute])) continue;
      different[type] ??= new Set();
      different[type].add(attribute);
    }
  }
  const found = Object.fromEntries(
    Object.entries(different).map(([type, attributes]) => [type, [...attributes].sort()]),
  );
  expect(found).toEqual(DIFFERENT);
});

test("the same scopes allow the same clients on the same routes", () => {
  const asked = (handshake: Parameters<typeof previewUnder>[0]) => {
    const { services, clients } = previewUnder(handshake);
    return { routes: services.flatMap(({ routes }) => routes.map(({ key, access }) => ({ key, access }))), clients };
  };
  expect(asked("shared-issuer")).toEqual(asked("federated"));
});
