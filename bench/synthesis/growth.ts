import type { TerraformJson } from "../../cli/synthesis/review-text";
import { type Benchmark, type Figure, figure } from "../measure/figure";
import { medianCost, type ProcessCost } from "../measure/node-process";
import { interleaved } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";
import { type GatewayKind, growthConfig } from "./growth-config";

/** Sizes of the curve; the last one is 50 services of 6 routes each. */
const ROUTES = [10, 50, 100, 300] as const;

/** The same number of routes on a REST API, which has seven resources where an HTTP API has three. */
const REST_ROUTES = 300;

/** The maximum cost per resource, as a multiple of the example's. */
const TIMES = 1.2;
const REST_TIMES = 1.3;

interface Point extends ProcessCost {
  readonly label: string;
  readonly resources: number;
}

/** Whether a growing project stays as fast per resource as the example. */
export const growth: Benchmark = {
  name: "growth",
  title: "growth: 6 routes a service, as a whole process, against the example's environment",
  measure: ({ rounds, environment }) => {
    const projects = [
      { label: "example", environment, project: new ScratchProject() },
      ...ROUTES.map((routes) => grown(routes)),
      grown(REST_ROUTES, "rest"),
    ];
    try {
      for (const each of projects) each.project.settle(each.environment);
      const contenders = projects.map((each) => [each.label, () => each.project.synthesize(each.environment)] as const);
      const costs = interleaved<string, ProcessCost>("growth", rounds, Object.fromEntries(contenders));
      const points = projects.map(({ label, project, environment: name }) => ({
        label,
        resources: countResources(project.stack(name)),
        ...medianCost(costs[label] ?? []),
      }));
      return [...figuresOf(points.slice(0, -1)), ...restFigures(points)];
    } finally {
      for (const { project } of projects) project.remove();
    }
  },
};

function grown(routes: number, kind: GatewayKind = "http") {
  const project = new ScratchProject();
  project.replaceConfig(growthConfig(routes, kind));
  return { label: `${routes} ${kind === "rest" ? "REST " : ""}routes`, environment: "dev", project };
}

/** The largest project per resource, then every point of the curve, then the cost of each further resource. */
export function figuresOf(points: readonly Point[]): readonly Figure[] {
  const [example, ...curve] = points;
  const [middle, largest] = curve.slice(-2);
  if (example === undefined || middle === undefined || largest === undefined) throw new Error("a curve of no points");
  const slope = (largest.milliseconds - middle.milliseconds) / (largest.resources - middle.resources);
  const baseline = example.milliseconds / example.resources;
  return [
    perResource("time", "ms", "milliseconds", [largest, example], TIMES),
    perResource("peak memory", "MB", "peakMegabytes", [largest, example], TIMES),
    figure(`time of each further resource, to ${largest.label}`, "ms", slope, { baseline }),
    ...curve.flatMap((point) => curveFigures(point, example)),
  ];
}

/** The last point, for a REST API, compared with the first one, the example. */
export function restFigures(points: readonly Point[]): readonly Figure[] {
  const [example, rest] = [points[0], points.at(-1)];
  if (example === undefined || rest === undefined) throw new Error("a curve of no points");
  return [perResource("time", "ms", "milliseconds", [rest, example], REST_TIMES), ...curveFigures(rest, example)];
}

function perResource(
  what: string,
  unit: Figure["unit"],
  cost: keyof ProcessCost,
  [point, example]: readonly [Point, Point],
  times: number,
): Figure {
  const baseline = example[cost] / example.resources;
  return figure(`${what} per resource at ${point.label}`, unit, point[cost] / point.resources, { baseline, times });
}

function curveFigures({ label, resources, milliseconds, peakMegabytes }: Point, example: Point): readonly Figure[] {
  return [
    figure(`${label}: resources`, "resources", resources, { baseline: example.resources }),
    figure(`${label}: time`, "ms", milliseconds, { baseline: example.milliseconds }),
    figure(`${label}: peak memory`, "MB", peakMegabytes, { baseline: example.peakMegabytes }),
  ];
}

function countResources({ resource = {} }: TerraformJson): number {
  return Object.values(resource).reduce((sum, named) => sum + Object.keys(named).length, 0);
}
