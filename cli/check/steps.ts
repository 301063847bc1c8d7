import type { Intent } from "../../intent/model/intent";
import type { OBSTACLES, Obstacle } from "./obstacles";

export interface Step {
  readonly name: string;
  readonly npm: readonly string[];
  /** Jest suites count each of their tests, everything else counts as one. */
  readonly jest?: boolean;
  /** Concurrent test files of a step that runs in parallel with others. Default: 1. */
  readonly workers?: number;
  /** Runs alone before all others, because it uses every core and its failures are reported first. Default: false. */
  readonly first?: boolean;
  /** Called just before the step would run. Default: the step always runs. */
  readonly obstacle?: Obstacle;
}

/** Tools that a machine may lack. */
export type Obstacles = Readonly<Record<keyof typeof OBSTACLES, Obstacle>>;

/**
 * All steps of CI. The short ones come before the long ones: their failures show early, and they install tools that the
 * long ones also use.
 */
export function stepsOf(intents: readonly Intent[], obstacles: Obstacles): readonly Step[] {
  const isOffline = obstacles.registry() !== undefined;
  return [
    { name: "tests", npm: ["test"], jest: true, first: true },
    {
      name: "workflows, by actionlint",
      npm: ["run", "lint:workflows", "--", "actionlint"],
      obstacle: obstacles.actionlint,
    },
    { name: "workflows, by zizmor", npm: ["run", "lint:workflows", "--", "zizmor"], obstacle: obstacles.zizmor },
    { name: "lint", npm: ["run", "lint"] },
    { name: "types", npm: ["run", "types"] },
    { name: "synthesized/ is fresh", npm: ["run", "synth", "--", "--check"] },
    { name: "schema and reference are fresh", npm: ["run", "generate", "--", "--check"] },
    ...intents.map((intent) => ({
      name: `access.md of ${intent.environment}, by behaviour`,
      // With the Node release that the stack declares, if it can be downloaded.
      npm: ["run", "local", "--", intent.environment, "--matrix", ...(isOffline ? [] : ["--declared-node"])],
      ...(hasEnvoy(intent) && { obstacle: obstacles.envoy }),
    })),
    // These tests wait for processes a third of the time, so they get more workers than there are free cores.
    { name: "system tests", npm: ["run", "test:system"], jest: true, workers: 2 },
    { name: "component tests", npm: ["run", "test:component"], jest: true, workers: 2 },
    { name: "scanners", npm: ["run", "scan"], obstacle: obstacles.scanners },
    { name: "documentation site", npm: ["run", "docs:build"], obstacle: obstacles.registry },
  ];
}

function hasEnvoy({ services }: Intent): boolean {
  return services.some(({ verifiesCallerToken }) => verifiesCallerToken);
}
