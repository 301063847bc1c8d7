import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface StoredPost {
  id: number;
  number: number;
  body: string;
  title?: string;
  state: string;
  user: { login: string };
  pull_request?: object;
}

/** The calls of GitHub's REST API that the pipeline makes, for acme/storefront, with one conversation and a list of issues. */
export class GitHubServer {
  comments: StoredPost[] = [];
  issues: StoredPost[] = [];
  readonly calls: string[] = [];
  private next = 1;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async open(): Promise<NodeJS.ProcessEnv> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    return { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "acme/storefront", GITHUB_TOKEN: "t0ken" };
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  post(body: string, login = "github-actions[bot]", more: Partial<StoredPost> = {}): StoredPost {
    const id = this.next++;
    return { id, number: id, body, state: "open", user: { login }, ...more };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    const path = pathname.replace("/repos/acme/storefront/", "");
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const sent = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString("utf8"));
    if (request.method !== "GET") this.calls.push(`${request.method} ${path}`);
    const reply = (status: number, value?: unknown) => response.writeHead(status).end(value && JSON.stringify(value));
    if (request.headers.authorization !== "Bearer t0ken") return void reply(401, { message: "Bad credentials" });
    const page = (posts: StoredPost[]) => {
      const [size, number] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return posts.slice((number - 1) * size, number * size);
    };
    const change = (posts: StoredPost[], id: string | undefined) => {
      const found = posts.find((post) => String(post.id) === id);
      return found === undefined ? reply(404, { message: "Not Found" }) : reply(200, Object.assign(found, sent));
    };
    const add = (posts: StoredPost[]) => {
      posts.push(Object.assign(this.post(""), sent));
      return reply(201, posts.at(-1));
    };
    const comment = /^issues\/comments\/(\d+)$/.exec(path)?.[1];
    const issue = /^issues\/(\d+)$/.exec(path)?.[1];
    if (path === "issues/7/comments")
      return void (request.method === "GET" ? reply(200, page(this.comments)) : add(this.comments));
    if (path === "issues") {
      const open = this.issues.filter(({ state }) => state === searchParams.get("state"));
      return void (request.method === "GET" ? reply(200, page(open)) : add(this.issues));
    }
    if (comment !== undefined && request.method === "DELETE") {
      this.comments = this.comments.filter(({ id }) => String(id) !== comment);
      return void reply(204);
    }
    if (comment !== undefined) return void change(this.comments, comment);
    if (issue !== undefined) return void change(this.issues, issue);
    reply(404, { message: "Not Found" });
  }
}
