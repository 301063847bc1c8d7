import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Story } from "../../../cli/trace/model";
import { placesOf } from "../../../cli/trace/places";
import { requestRef } from "../../../cli/trace/request-ref";
import { folderSource } from "../../../cli/trace/sources";
import { StoryBuilder } from "../../../cli/trace/story";
import type { Clouds, CloudsProps } from "../../../packages/local-front-door/clouds";
import { LOG_FILES, LocalLogs } from "../../../packages/local-front-door/logs/local-logs";
import { explanationOf } from "../../../packages/local-front-door/page/headline";
import { callerName } from "../../../packages/local-front-door/page/views";

/** Who called, and why the answer is what it is, according to the page and to the logs. */
export interface ExplainedCall {
  readonly status: number;
  readonly page: { readonly who: string | undefined; readonly why: string };
  readonly story: Story;
}

/** A front door that writes logs, with the statements of its page and its logs about each call. */
export class TracedDoor {
  private constructor(
    readonly clouds: Clouds,
    readonly folder: string,
    private readonly logs: LocalLogs,
  ) {}

  static async open(start: (props: Partial<CloudsProps>) => Promise<Clouds>): Promise<TracedDoor> {
    const folder = mkdtempSync(join(tmpdir(), "traced-door-"));
    const logs = new LocalLogs(folder);
    return new TracedDoor(await start({ logs }), folder, logs);
  }

  async call(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ExplainedCall> {
    const { url, trace, explaining } = this.clouds;
    const answer = await fetch(`${url}${path}`, { headers });
    await answer.arrayBuffer();
    const id = answer.headers.get("apigw-requestid") ?? answer.headers.get("x-amz-apigw-id") ?? "";
    // An Envoy's line arrives after the answer.
    await new Promise((resolve) => setTimeout(resolve, this.clouds.sidecars.running.size > 0 ? 150 : 0));
    const request = trace.requests.find(id);
    if (request === undefined) throw new Error(`the page has no request ${id}`);
    const page = { who: callerName(request, explaining), why: explanationOf(request, explaining).because };
    return { status: answer.status, page, story: await this.story(id) };
  }

  async story(id: string): Promise<Story> {
    this.logs.flush();
    const read = (name: string) => JSON.parse(readFileSync(join(this.folder, name), "utf8"));
    const places = placesOf("local", read("stack.json"), read("routes.json"));
    const period = { from: Date.now() - 600_000, to: Date.now() + 60_000 };
    const story = await new StoryBuilder(places, folderSource(this.folder), period).of(requestRef(id));
    if (story === undefined) throw new Error(`the logs have no request ${id}`);
    return story;
  }

  flush(): void {
    this.logs.flush();
  }

  /** Removes the lines that were written. */
  forget(): void {
    this.logs.flush();
    for (const name of Object.values(LOG_FILES)) rmSync(join(this.folder, name), { force: true });
  }

  /** Everything that was written. */
  get written(): string {
    this.logs.flush();
    const files = ["cloudwatch.jsonl", "cloud-logging.jsonl", "routes.json"];
    return files.map((name) => readFileSync(join(this.folder, name), "utf8")).join("");
  }

  async close(): Promise<void> {
    await this.clouds.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Returns the differences between page and logs. Only the page shows an unverified name. */
export function differences({ page, story }: ExplainedCall): readonly string[] {
  const who = page.who?.endsWith("(unverified)") ? undefined : page.who;
  return [
    ...(who === story.who ? [] : [`who: the page says ${page.who}, the logs ${story.who}`]),
    ...(page.why === story.why ? [] : [`why: the page says ${page.why}, the logs ${story.why}`]),
  ];
}
