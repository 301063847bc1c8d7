import type { TerraformJson } from "../../synthesis/review-text";
import type { Benchmark, Figure } from "../measure/figure";
import type { ProcessCost } from "../measure/node-process";
import { inTurns, medianOf } from "../measure/rounds";
import { ScratchProject } from "../measure/scratch-project";
import { type GatewayKind, growthConfig } from "./growth-config";

/** Sizes of the curve; the last one is 50 services of 6 routes each. */
const ROUTES = [10, 50, 100, 300] as const;

/** The same number of routes on a REST API, which has seven resources where an HTTP API has three. */
const REST_ROUTES = 300;

/** The maximum cost per resource, as a multiple of the example's. */
const TIMES = 1.2;
const REST_TIMES = 1.3;

interface Point {
  readonly label: string;
  readonly resources: number;
  readonly milliseconds: number;
  readonly peakMegabytes: number;
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
      const costs = inTurns<string, ProcessCost>("growth", rounds, Object.fromEntries(contenders));
      const points = projects.map(({ label, project, environment: name }) =>
        pointOf(label, costs[label] ?? [], countResources(project.stack(name))),
      );
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

function pointOf(label: string, costs: readonly ProcessCost[], resources: number): Point {
  return {
    label,
    resources,
    milliseconds: medianOf(costs, ({ milliseconds }) => milliseconds),
    peakMegabytes: medianOf(costs, ({ peakMegabytes }) => peakMegabytes),
  };
}

/** The largest project per resource, then every point of the curve, then the cost of each further resource. */
export function figuresOf(points: readonly Point[]): readonly Figure[] {
  const [example, ...curve] = points;
  const [middle, largest] = curve.slice(-2);
  if (example === undefined || middle === undefined || largest === undefined) throw new Error("a curve of no points");
  const perResource = (what: string, unit: Figure["unit"], pick: (point: Point) => number): Figure => ({
    what: `${what} per resource at ${largest.label}`,
    unit,
    measured: pick(largest) / largest.resources,
    baseline: pick(example) / example.resources,
    aim: { times: TIMES },
  });
  return [
    perResource("time", "ms", ({ milliseconds }) => milliseconds),
    perResource("peak memory", "MB", ({ peakMegabytes }) => peakMegabytes),
    {
      what: `time of each further resource, to ${largest.label}`,
      unit: "ms",
      measured: (largest.milliseconds - middle.milliseconds) / (largest.resources - middle.resources),
      baseline: example.milliseconds / example.resources,
    },
    ...curve.flatMap((point) => curveFigures(point, example)),
  ];
}

/** The last point, for a REST API, compared with the first one, the example. */
export function restFigures(points: readonly Point[]): readonly Figure[] {
  const [example, rest] = [points[0], points.at(-1)];
  if (example === undefined || rest === undefined) throw new Error("a curve of no points");
  return [
    {
      what: `time per resource at ${rest.label}`,
      unit: "ms",
      measured: rest.milliseconds / rest.resources,
      baseline: example.milliseconds / example.resources,
      aim: { times: REST_TIMES },
    },
    ...curveFigures(rest, example),
  ];
}

function curveFigures({ label, resources, milliseconds, peakMegabytes }: Point, example: Point): readonly Figure[] {
  return [
    { what: `${label}: resources`, unit: "resources", measured: resources, baseline: example.resources },
    { what: `${label}: time`, unit: "ms", measured: milliseconds, baseline: example.milliseconds },
    { what: `${label}: peak memory`, unit: "MB", measured: peakMegabytes, baseline: example.peakMegabytes },
  ];
}

function countResources({ resource = {} }: TerraformJson): number {
  return Object.values(resource).reduce((sum, named) => sum + Object.keys(named).length, 0);
}
