import type { Intent } from "../../intent/intent";
import type { Obstacle } from "./obstacles";

export interface Step {
  readonly name: string;
  readonly npm: readonly string[];
  /** Jest suites count each of their tests, everything else counts as one. */
  readonly jest?: boolean;
  /** Asked when its turn comes. Default: nothing is in the way. */
  readonly obstacle?: Obstacle;
}

/** What a machine may lack. */
export interface Obstacles {
  readonly registry: Obstacle;
  readonly terraform: Obstacle;
  readonly envoy: Obstacle;
  readonly scanners: Obstacle;
  readonly actionlint: Obstacle;
  readonly zizmor: Obstacle;
}

/** All that CI runs, in its order. A step needs what its obstacle asks for, and nothing else that may be missing. */
export function stepsOf(intents: readonly Intent[], obstacles: Obstacles): readonly Step[] {
  const isOffline = obstacles.registry() !== undefined;
  return [
    { name: "tests", npm: ["test"], jest: true },
    { name: "lint", npm: ["run", "lint"] },
    { name: "types", npm: ["run", "types"] },
    {
      name: "workflows, by actionlint",
      npm: ["run", "lint:workflows", "--", "actionlint"],
      obstacle: obstacles.actionlint,
    },
    { name: "workflows, by zizmor", npm: ["run", "lint:workflows", "--", "zizmor"], obstacle: obstacles.zizmor },
    { name: "scanners", npm: ["run", "scan"], obstacle: obstacles.scanners },
    { name: "synthesized/ is fresh", npm: ["run", "synth", "--", "--check"] },
    { name: "schema, README table and evidence are fresh", npm: ["run", "generate", "--", "--check"] },
    ...intents.map((intent) => ({
      name: `access.md of ${intent.environment}, by behaviour`,
      // With the Node release that the stack declares, where it can be fetched.
      npm: ["run", "local", "--", intent.environment, "--matrix", ...(isOffline ? [] : ["--declared-node"])],
      ...(hasEnvoy(intent) && { obstacle: obstacles.envoy }),
    })),
    { name: "Terraform", npm: ["run", "test:terraform"], jest: true, obstacle: obstacles.terraform },
    { name: "CDK Terrain", npm: ["run", "test:terrain"], jest: true, obstacle: obstacles.registry },
    // Passes when everything can be measured; the figures are for people, since machines differ.
    { name: "bench", npm: [...BENCH, "--without", "sidecar"], obstacle: obstacles.registry },
    ...(intents.some(hasEnvoy)
      ? [{ name: "bench of Envoy", npm: [...BENCH, "--only", "sidecar"], obstacle: obstacles.envoy }]
      : []),
  ];
}

const BENCH = ["run", "bench", "--", "--runs", "3"];

function hasEnvoy({ services }: Intent): boolean {
  return services.some(({ verifiesCallerToken }) => verifiesCallerToken);
}
