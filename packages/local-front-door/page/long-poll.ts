import type { RequestLog } from "../trace/request-log";

/** An answer is sent after this time at the latest, because a proxy in between might drop an idle connection. */
const LONGEST_WAIT_MILLISECONDS = 20_000;

/** Changes within this time are sent in one answer, because a person would not see them separately. */
const COALESCE_MILLISECONDS = 150;

/** Lets many pages wait for a change of the log, however often it changes. */
export class LongPoll {
  private readonly stopping = new AbortController();

  constructor(private readonly log: RequestLog) {}

  /** Resolves shortly after the log becomes newer than this version, or when the longest waiting time is over. */
  async newerThan(version: number): Promise<void> {
    if (this.log.version <= version) await this.change();
    await this.pause(COALESCE_MILLISECONDS);
  }

  stop(): void {
    this.stopping.abort();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        unsubscribe();
        this.stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const unsubscribe = this.log.onChange(done);
      const timer = setTimeout(done, LONGEST_WAIT_MILLISECONDS);
      this.stopping.signal.addEventListener("abort", done);
    });
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.stopping.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.stopping.signal.addEventListener("abort", done);
    });
  }
}
