import type { Intent } from "../../../intent/model/intent";
import { authorities } from "../../support/authorities";
import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../support/domains";
import { everythingOfRest } from "../../support/everything";
import { MCP_CORS, MCP_NETWORKS, mcpDev } from "../../support/mcp";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { shopTwins } from "../../support/twin-page";
import { twins } from "../../support/twins";

/** Dev with a domain whose records are in another DNS, and clients with certificates of these authorities. */
const trusting = (truststore: string) =>
  small(httpWith({ domain: { name: DOMAIN.name, records: "all" }, mutualTls: { truststore } }));

/** Together, these have every resource for a domain, certificates, a firewall, networks and quotas. */
const COMBINATIONS: readonly { readonly name: string; readonly intent: Intent }[] = [
  {
    name: "http with a name in another DNS, for clients with certificates",
    intent: trusting(MUTUAL_TLS.truststore),
  },
  {
    name: "rest with all of it",
    intent: small(everythingOfRest()),
  },
  ...shopTwins().map((intent) => ({ name: `two regions behind one name: all of ${intent.environment}`, intent })),
  {
    name: "rest with an MCP server, for pages of one origin and one network",
    intent: mcpDev(`${MCP_CORS}${MCP_NETWORKS}`),
  },
];

describeTerraform("domains, certificates and filters", () => {
  describe.each(COMBINATIONS)("$name", ({ intent }) => {
    let stack: TerraformStack;

    test("an empty account gets every resource", () => {
      stack = TerraformStack.of(intent);
      const actions = stack.plan().resource_changes.map(({ change }) => change.actions.join());
      expect(new Set(actions)).toEqual(new Set(["create"]));
    });

    applying("after an apply, the same configuration changes nothing", () => {
      stack.apply();
      stack.expectNoChanges();
    });
  });

  applying(
    "changing the kind of API replaces the mapping in one apply, and keeps domain, certificate and records",
    () => {
      const stack = TerraformStack.of(small(httpWith({ domain: DOMAIN })));
      stack.deploy();
      const changes = stack.lay(small(restWith({ domain: DOMAIN }))).changes();
      expect(changes.filter((change) => /acm|apigatewayv2_(domain|api_mapping)|route53/.test(change))).toEqual([
        "aws_apigatewayv2_api_mapping.gateway delete+create",
      ]);
      stack.apply();
      stack.expectNoChanges();
    },
  );

  applying("a domain that gets a twin keeps its records, which change in place", () => {
    const [primary] = twins();
    const { routing, ...domain } = primary.gateway.domain ?? { name: "" };
    expect(routing?.policy).toBe("primary");
    const alone = { ...primary, gateway: { ...primary.gateway, domain } } as Intent;
    const stack = TerraformStack.of(alone);
    stack.deploy();
    expect(stack.lay(primary).changes()).toEqual(["aws_route53_record.ipv4 update", "aws_route53_record.ipv6 update"]);
    stack.apply();
    stack.expectNoChanges();
  });

  applying("a changed trust store is a new version of the same object", () => {
    const stack = TerraformStack.of(trusting(MUTUAL_TLS.truststore));
    stack.deploy();
    // The stand-in never changes an object's version. The real provider learns the new version from the apply, and the
    // domain then trusts that version.
    expect(stack.lay(trusting(authorities("root"))).changes()).toEqual(["aws_s3_object.truststore update"]);
  });
});
