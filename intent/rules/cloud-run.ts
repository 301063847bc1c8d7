import type { ServiceDraft } from "../draft";
import type { Report } from "../finding";
import { CLOUD_RUN_CPU_MIN, CLOUD_RUN_MEMORY_BY_CPU, CLOUD_RUN_WHOLE_CPUS } from "../limits";
import type { Path } from "../located";
import type { Rule } from "../rule";

/** Applies a check to each service. */
function eachService(check: (service: ServiceDraft, path: Path, report: Report) => void): Rule {
  return ({ services }, report) => {
    for (const [id, service] of services) check(service, ["services", id], report);
  };
}

/** Google's provider takes any number; Cloud Run offers these. */
export const cpuIsOffered = eachService(({ resources }, path, report) => {
  const { cpu } = resources ?? {};
  if (cpu === undefined) return;
  const isShare = cpu >= CLOUD_RUN_CPU_MIN && cpu < 1 && /^0\.\d{1,2}$/.test(String(cpu));
  if (isShare || CLOUD_RUN_WHOLE_CPUS.includes(cpu)) return;
  report([...path, "resources", "cpu"], {
    got: String(cpu),
    expected: `${CLOUD_RUN_CPU_MIN} to 0.99 in hundredths, or ${CLOUD_RUN_WHOLE_CPUS.join(", ")} (Cloud Run's choices)`,
    remedy: "choose the next one of these",
  });
});

/** Below one core an instance gets its processor only while it handles its one request. */
export const smallCpuTakesOneRequest = eachService(({ resources, scaling }, path, report) => {
  const { cpu } = resources ?? {};
  const { concurrency } = scaling ?? {};
  if (cpu === undefined || concurrency === undefined || cpu >= 1 || concurrency === 1) return;
  report([...path, "scaling", "concurrency"], {
    got: `${concurrency} with ${cpu} cpu`,
    expected: "1 (Cloud Run's rule below one core)",
    remedy: "set scaling.concurrency: 1, or resources.cpu to 1 or more",
  });
});

/** More memory needs more cores, and many cores need memory. */
export const memoryFitsCpu = eachService(({ resources }, path, report) => {
  const { cpu, memory } = resources ?? {};
  if (cpu === undefined || memory === undefined) return;
  const mebibytes = Number.parseInt(memory, 10) * (memory.endsWith("Gi") ? 1024 : 1);
  const range = CLOUD_RUN_MEMORY_BY_CPU.find(({ cpuBelow }) => cpu < cpuBelow);
  if (range === undefined || (mebibytes >= range.min && mebibytes <= range.max)) return;
  report([...path, "resources", "memory"], {
    got: `${memory} with ${cpu} cpu`,
    expected: `${range.min}Mi to ${range.max}Mi (Cloud Run's limits for ${cpu} cpu)`,
    remedy: mebibytes < range.min ? `raise it to ${range.min}Mi` : "lower it, or raise resources.cpu",
  });
});

/** Bounds on what runs: the quota, and each other. */
export const instancesFit: Rule = ({ services, limits }, report) => {
  const quota = limits?.cloudRunMaxInstances;
  for (const [id, { scaling }] of services) {
    const { min, max } = scaling ?? {};
    if (max === undefined) continue;
    const path = ["services", id, "scaling"];
    if (quota !== undefined && max > quota) {
      report([...path, "max"], {
        got: String(max),
        expected: `at most ${quota} (Cloud Run's limit per service)`,
        remedy: "lower it, or ask Google for a larger quota and set limits.cloudRunMaxInstances",
      });
    }
    if (min !== undefined && min > max) {
      report([...path, "min"], {
        got: String(min),
        expected: `at most scaling.max, ${max}`,
        remedy: "lower scaling.min or raise scaling.max",
      });
    }
  }
};
