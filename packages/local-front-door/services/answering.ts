import type { LocalService } from "../google/run";
import { traceOf } from "../net/trace-context";

/**
 * Milliseconds after an answer in which a line still belongs to its request. A program may print after it has answered, and
 * its output may arrive later than its answer.
 */
const ARRIVAL_MILLISECONDS = 100;

/** The traces of the requests that each service is answering. */
export class AnsweringTraces {
  /** By name of the Cloud Run service. */
  private readonly traces = new Map<string, string[]>();

  during(answer: LocalService): LocalService {
    return async (request) => {
      const trace = traceOf(request);
      if (trace === undefined) return answer(request);
      const own = this.traces.get(request.service) ?? [];
      this.traces.set(request.service, own);
      own.push(trace);
      try {
        return await answer(request);
      } finally {
        setTimeout(() => own.splice(own.indexOf(trace), 1), ARRIVAL_MILLISECONDS).unref();
      }
    };
  }

  /** The trace of the one request that a service is answering. Undefined if there are several, or none. */
  onlyOf(service: string): string | undefined {
    const [only, second] = this.traces.get(service) ?? [];
    return second === undefined ? only : undefined;
  }
}
