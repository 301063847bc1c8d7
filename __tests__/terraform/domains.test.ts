import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/intent";
import { declareStacks } from "../../main";
import { accessLedger } from "../../review/access";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { authorities } from "../support/authorities";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../support/domains";
import { type Plan, planned } from "../support/plan";
import { BUILD } from "../support/stack";

const binary = findTerraform();
const out = mkdtempSync(join(tmpdir(), "front-door-domains-"));
const scratches: ScratchStack[] = [];
afterAll(() => {
  for (const scratch of scratches) scratch.remove();
  rmSync(out, { recursive: true });
});

const QUOTA = { defaultPlan: { quota: { requests: 1000, per: "day" } } };
const ELSEWHERE = { name: DOMAIN.name, records: "all" };

const NAME = ["acm_certificate", "acm_certificate_validation", "apigatewayv2_api_mapping", "apigatewayv2_domain_name"];
const RECORDS = ["route53_record"];
const CERTIFICATES = [
  "s3_bucket",
  "s3_bucket_lifecycle_configuration",
  "s3_bucket_ownership_controls",
  "s3_bucket_policy",
  "s3_bucket_public_access_block",
  "s3_bucket_server_side_encryption_configuration",
  "s3_bucket_versioning",
  "s3_object",
];
const FIREWALL = ["wafv2_ip_set", "wafv2_web_acl", "wafv2_web_acl_association", "wafv2_web_acl_logging_configuration"];
const POLICY = ["api_gateway_rest_api_policy"];
const USAGE = ["api_gateway_api_key", "api_gateway_usage_plan", "api_gateway_usage_plan_key"];
/** Of whatever combination: what it has beside an API of its kind. */
const EVERY = [...NAME, ...RECORDS, ...CERTIFICATES, ...FIREWALL, ...POLICY, ...USAGE];

interface Combination {
  readonly name: string;
  readonly intent: Intent;
  readonly beside: readonly string[];
  /** How the ledger says that the gateway is reached. */
  readonly reached: string;
}

const HTTP = "stage $default of API storefront-dev";
const REST = "stage live of REST API storefront-dev";
const BY_NAME = `by ${DOMAIN.name} alone`;
const BY_AWS = "by the address that AWS gives";
const CERTIFICATE = "with a client certificate of the trust store";
const WALL = "past web ACL storefront-dev";
const SERVED = "serves deployment gateway; each request is logged";

const combinations: readonly Combination[] = [
  {
    name: "http with a name in Route 53",
    intent: httpWith({ domain: DOMAIN }),
    beside: [...NAME, ...RECORDS],
    reached: `${HTTP}: ${BY_NAME}; each request is logged`,
  },
  {
    name: "http whose certificate is asked for in another DNS",
    intent: httpWith({ domain: { name: DOMAIN.name } }),
    beside: ["acm_certificate"],
    reached: `${HTTP}: ${BY_AWS}; each request is logged`,
  },
  {
    name: "http with a name in another DNS, for clients with certificates",
    intent: httpWith({ domain: ELSEWHERE, mutualTls: MUTUAL_TLS }),
    beside: [...NAME, ...CERTIFICATES],
    reached: `${HTTP}: ${BY_NAME}; ${CERTIFICATE}; each request is logged`,
  },
  {
    name: "rest with a name, a firewall and quotas",
    intent: restWith({ domain: DOMAIN, waf: WAF, ...QUOTA }),
    beside: [...NAME, ...RECORDS, ...FIREWALL, ...USAGE],
    reached: `${REST}: ${BY_NAME}; ${WALL}; ${SERVED}`,
  },
  {
    name: "rest without a name, with a firewall, for some networks",
    intent: restWith({ waf: WAF, allowedNetworks: NETWORKS }),
    beside: [...FIREWALL, ...POLICY],
    reached: `${REST}: ${BY_AWS}; ${WALL}; ${SERVED}`,
  },
  {
    name: "rest with all of it",
    intent: restWith({ domain: DOMAIN, waf: WAF, mutualTls: MUTUAL_TLS, allowedNetworks: NETWORKS, ...QUOTA }),
    beside: EVERY,
    reached: `${REST}: ${BY_NAME}; ${CERTIFICATE}; ${WALL}; ${SERVED}`,
  },
];

/** Folder of the synthesized stack: the app's own synthesis, which every policy rule must let through. */
function synthesized(name: string, intent: Intent): string {
  const outdir = join(out, name.replaceAll(" ", "-"));
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

function started(name: string, intent: Intent) {
  const scratch = new ScratchStack(synthesized(name, intent));
  scratches.push(scratch);
  const terraform = new Terraform(binary, scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  // The real providers would call the clouds here: only stand-ins apply without an account.
  const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
  const plan = () => {
    const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
    expect(made).toEqual({ code: 0, output: made.output });
    return terraform.json("show", "-json", "plan") as Plan;
  };
  const apply = () => terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  const changes = () =>
    plan()
      .resource_changes.filter(({ change }) => change.actions.join() !== "no-op")
      .map(({ address, change }) => `${change.actions.join("+")} ${address}`)
      .sort();
  return { scratch, terraform, init, applying: standIns ? test : test.skip, plan, apply, changes };
}

describe.each(combinations.map((each) => ({ ...each, ...started(each.name, each.intent) })))(
  "$name",
  ({ intent, beside, reached, scratch, terraform, init, applying, plan, apply }) => {
    test("the ledger says by which names, and past what, the gateway is reached", () => {
      const stack = JSON.parse(readFileSync(join(scratch.folder, "cdk.tf.json"), "utf8"));
      const rows = accessLedger(stack, JSON.parse(JSON.stringify(authorizerPolicy(intent))));
      const found = rows.filter(({ may }) => may === "reach the gateway").map(({ on, under }) => `${on}: ${under}`);
      expect(found).toEqual([reached]);
    });

    test("Terraform takes the stack: init, validate, plan", () => {
      expect(init).toEqual({ code: 0, output: init.output });
      const validate = terraform.run("validate", "-no-color");
      expect(validate).toEqual({ code: 0, output: expect.stringContaining("The configuration is valid.") });
      const made = plan();
      expect(new Set(made.resource_changes.map(({ change }) => change.actions.join()))).toEqual(new Set(["create"]));
      const types = new Set(made.resource_changes.map(({ type }) => type));
      expect(EVERY.filter((type) => types.has(`aws_${type}`)).sort()).toEqual([...beside].sort());
      const [api, isClosed] = [
        `aws_${intent.gateway.kind === "rest" ? "api_gateway_rest_api" : "apigatewayv2_api"}.gateway`,
        intent.gateway.domain?.step === "live",
      ];
      expect(planned(made, api).disable_execute_api_endpoint).toBe(isClosed);
    });

    applying("applied, the same configuration changes nothing", () => {
      expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
      const again = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-detailed-exitcode");
      expect(again).toEqual({ code: 0, output: expect.stringContaining("No changes.") });
    });
  },
);

describe("a switch of kinds under one name", () => {
  const intent = restWith({ domain: DOMAIN });
  const both = (kind: "http" | "rest", beside: "http" | "rest"): Intent => ({
    ...intent,
    gateway: { ...intent.gateway, kind, beside },
  });
  const { scratch, applying, apply, changes } = started("http beside rest", both("http", "rest"));

  applying("moves the mapping, and leaves the name, its certificate and its records alone", () => {
    expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    scratch.lay(synthesized("rest beside http", both("rest", "http")));
    const touched = changes().filter((change) => /acm|apigatewayv2_(domain|api_mapping)|route53/.test(change));
    expect(touched).toEqual(["delete+create aws_apigatewayv2_api_mapping.gateway"]);
  });
});

describe("another trust store", () => {
  const trusting = (truststore: string) => httpWith({ domain: DOMAIN, mutualTls: { truststore } });
  const { scratch, applying, apply, changes } = started("one authority", trusting(authorities("root")));

  applying("is another version of one object", () => {
    expect(apply()).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    scratch.lay(synthesized("two authorities", trusting(authorities("root", "level-1"))));
    // The stand-in gives an object one version for ever: the real provider knows the next one after the apply, and then the
    // domain trusts that.
    expect(changes()).toEqual(["update aws_s3_object.truststore"]);
  });
});
