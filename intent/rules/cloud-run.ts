import type { Rule, ServiceDraft } from "../derived/draft";
import * as limit from "../model/limits";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** Applies a check to each service. */
function eachService(check: (service: ServiceDraft, path: Path, report: Report) => void): Rule {
  return ({ services }, report) => {
    for (const [id, service] of services) check(service, ["services", id], report);
  };
}

/** Google's Terraform provider accepts any number; Cloud Run offers only these. */
export const cpuIsOffered = eachService(({ resources }, path, report) => {
  const { cpu } = resources;
  const isShare = cpu >= limit.CLOUD_RUN_CPU_MIN && /^0\.\d{1,2}$/.test(String(cpu));
  if (isShare || limit.CLOUD_RUN_WHOLE_CPUS.includes(cpu)) return;
  report([...path, "resources", "cpu"], {
    got: String(cpu),
    expected: `${limit.CLOUD_RUN_CPU_MIN} to 0.99 in hundredths, or ${limit.CLOUD_RUN_WHOLE_CPUS.join(", ")} (Cloud Run's choices)`,
    remedy: "choose one of these",
  });
});

/** Below one core, an instance handles one request at a time and gets CPU only during that request. */
export const smallCpuTakesOneRequest = eachService(({ resources, scaling }, path, report) => {
  const { cpu } = resources;
  const { concurrency } = scaling;
  if (cpu >= 1 || concurrency === 1) return;
  report([...path, "scaling", "concurrency"], {
    got: `${concurrency} with ${cpu} cpu`,
    expected: "1 (Cloud Run's rule below one core)",
    remedy: "set scaling.concurrency: 1, or resources.cpu to 1 or more",
  });
});

/** More memory needs more cores, and more cores need a minimum of memory. */
export const memoryFitsCpu = eachService(({ resources }, path, report) => {
  const { cpu, memory } = resources;
  const mebibytes = mebibytesIn(memory);
  const range = limit.CLOUD_RUN_MEMORY_BY_CPU.find(({ cpuBelow }) => cpu < cpuBelow);
  if (range === undefined || (mebibytes >= range.min && mebibytes <= range.max)) return;
  report([...path, "resources", "memory"], {
    got: `${memory} with ${cpu} cpu`,
    expected: `${range.min}Mi to ${range.max}Mi (Cloud Run's limits for ${cpu} cpu)`,
    remedy: mebibytes < range.min ? `raise it to ${range.min}Mi` : "lower it, or raise resources.cpu",
  });
});

/** Envoy's container runs in the same instance. The instance's limit covers all of its containers. */
export const sidecarFits: Rule = ({ handshake, services }, report) => {
  for (const [id, { resources, verifyCallerToken }] of services) {
    if (handshake !== "shared-issuer" && !verifyCallerToken) continue;
    const { cpu, memory } = resources;
    if (cpu + limit.ENVOY_CPU > limit.CLOUD_RUN_CPU_MAX) {
      report(["services", id, "resources", "cpu"], {
        got: `${cpu} in addition to ${limit.ENVOY_CPU} for Envoy`,
        expected: `at most ${limit.CLOUD_RUN_CPU_MAX} together (Cloud Run's limit for an instance)`,
        remedy: `lower it to ${limit.CLOUD_RUN_WHOLE_CPUS.at(-2)}`,
      });
    }
    if (mebibytesIn(memory) + limit.ENVOY_MEMORY_MI > limit.CLOUD_RUN_MEMORY_MAX_MI) {
      report(["services", id, "resources", "memory"], {
        got: `${memory} in addition to ${limit.ENVOY_MEMORY_MI}Mi for Envoy`,
        expected: `at most ${limit.CLOUD_RUN_MEMORY_MAX_MI}Mi together (Cloud Run's limit for an instance)`,
        remedy: `lower it to ${limit.CLOUD_RUN_MEMORY_MAX_MI - limit.ENVOY_MEMORY_MI}Mi`,
      });
    }
  }
};

function mebibytesIn(memory: string): number {
  return Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 1024 : 1);
}

/** The numbers of instances must fit the quota and each other. */
export const instancesFit: Rule = ({ services, limits }, report) => {
  const quota = limits.cloudRunMaxInstances;
  for (const [id, { scaling }] of services) {
    const { min, max } = scaling;
    const path = ["services", id, "scaling"];
    if (max > quota) {
      report([...path, "max"], {
        got: String(max),
        expected: `at most ${quota} (Cloud Run's limit per service)`,
        remedy: "lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
      });
    }
    if (min > max) {
      report([...path, "min"], {
        got: String(min),
        expected: `at most scaling.max, ${max}`,
        remedy: "lower scaling.min or raise scaling.max",
      });
    }
  }
};
