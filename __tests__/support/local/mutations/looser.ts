import { block, set } from "../document";
import {
  ACCOUNT,
  document,
  invokers,
  type Mutation,
  nameOf,
  other,
  PROVIDER,
  roleArn,
  SERVICES,
  type Statement,
  statements,
  statementsOf,
} from "./declarations";

/** A declaration that allows more than the committed one, and the attacks that then pass. */
export interface LooseMutation extends Mutation {
  readonly lets: readonly string[];
}
function looseTrust(): LooseMutation[] {
  return invokers.flatMap((address) => {
    const service = nameOf(address);
    const trusted = [statementsOf(address, "assume_role_policy")[0]?.Principal?.AWS ?? []].flat();
    const named = (name: string, Principal: object, lets: readonly string[]): LooseMutation => ({
      address,
      name,
      change: statements(address, "assume_role_policy", ([first]) => [{ ...first, Principal } as Statement]),
      lets,
    });
    const opened = trusted.some((each) => each.includes("public")) ? [] : [`public becomes ${service}`];
    const everybody = [...opened, `a function runs as ${service}`, `${other(service)} becomes ${service}`];
    const anybody = everybody.filter((attack) => !attack.startsWith("a function"));
    return [
      named("names a role more", { AWS: [...trusted, roleArn(other(service))] }, [
        `${other(service)} becomes ${service}`,
      ]),
      named("names anybody of AWS", { AWS: "*" }, [...anybody, `a function runs as ${service}`]),
      named("names Lambda too", { AWS: trusted, Service: "lambda.amazonaws.com" }, [`a function runs as ${service}`]),
    ];
  });
}

function looseFederation(): LooseMutation[] {
  const { attribute_mapping: mapping } = block(document, PROVIDER) as { attribute_mapping: Record<string, string> };
  const loose = (name: string, attributes: Record<string, unknown>, lets: readonly string[]): LooseMutation => ({
    address: PROVIDER,
    name,
    change: set(PROVIDER, attributes),
    lets,
  });
  const itself = ["callers is admitted as itself"];
  return [
    loose("without a condition", { attribute_condition: undefined }, itself),
    loose("with a condition that always holds", { attribute_condition: "true" }, itself),
    loose(
      "whose condition is a prefix",
      { attribute_condition: "attribute.aws_role.startsWith('arn:aws:sts::')" },
      itself,
    ),
    ...SERVICES.map((service) =>
      loose(
        `that maps everybody to ${service}`,
        {
          attribute_mapping: {
            ...mapping,
            "attribute.aws_role": `'arn:aws:sts::${ACCOUNT}:assumed-role/storefront-dev-${service}'`,
          },
        },
        [...itself, `${other(service)} mints for ${service}`],
      ),
    ),
  ];
}

function looseBindings(): LooseMutation[] {
  const pool = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}";
  return SERVICES.flatMap((service) => {
    const impersonation = `google_service_account_iam_binding.${service}`;
    const invoker = `google_cloud_run_v2_service_iam_binding.${service}`;
    const run = `google_cloud_run_v2_service.${service}`;
    const mints = [`${other(service)} mints for ${service}`];
    const noCaller = [`no principal calls ${service}`];
    const others = [`${other(service)} calls ${service}`];
    const anyToken = [...others, ...noCaller, `${service} calls with another audience`];
    const role = `arn:aws:sts::${ACCOUNT}:assumed-role/storefront-dev-${other(service)}`;
    const member = `\${google_service_account.${other(service)}.member}`;
    const open = (address: string, name: string, attributes: Record<string, unknown>, lets: readonly string[]) => ({
      address,
      name,
      change: set(address, attributes),
      lets,
    });
    return [
      open(impersonation, "of the whole pool", { members: [`${pool}/*`] }, mints),
      open(impersonation, "of another role", { members: [`${pool}/attribute.aws_role/${role}`] }, mints),
      open(impersonation, "of any account", { members: ["allAuthenticatedUsers"] }, mints),
      open(invoker, "of everybody", { members: ["allUsers"] }, anyToken),
      open(invoker, "of any account", { members: ["allAuthenticatedUsers"] }, others),
      open(invoker, "of another service's account", { members: [member] }, others),
      open(run, "without a check", { invoker_iam_disabled: true }, anyToken),
      open(run, "of one audience more", { custom_audiences: ["https://other.example"] }, [
        `${service} calls with another audience`,
      ]),
    ];
  });
}

/** Everything that could be loosened, one declaration at a time. */
export const LOOSER: readonly LooseMutation[] = [...looseTrust(), ...looseFederation(), ...looseBindings()];
