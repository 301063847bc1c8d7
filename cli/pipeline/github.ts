import { CommandError, EXIT } from "../process/command-error";

/** A comment or an issue, as far as anything here looks at it. */
export interface Post {
  readonly id: number;
  /** The number. */
  readonly number?: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  /** There where an issue is a pull request. */
  readonly pull_request?: unknown;
}

/** Whose posts are ours: the account behind a workflow's GITHUB_TOKEN. */
const AUTHOR = "github-actions[bot]";
/** What GitHub gives at once. */
const PAGE = 100;
/** More pages than this is no conversation any more. */
const MOST_PAGES = 50;

/** GitHub's REST API for one repository, with the token of a job, which never gets into a message. */
export class GitHub {
  private constructor(
    private readonly api: string,
    private readonly repository: string,
    private readonly token: string,
  ) {}

  /** From what GitHub sets in every job, and the token that the step is given. */
  static ofJob(environment: NodeJS.ProcessEnv = process.env): GitHub {
    const {
      GITHUB_API_URL: api = "https://api.github.com",
      GITHUB_REPOSITORY: repository,
      GITHUB_TOKEN: token,
    } = environment;
    if (repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository) || !token) {
      throw new CommandError(
        "no GITHUB_REPOSITORY (OWNER/NAME) or no GITHUB_TOKEN\n    run this in a job, or set both",
        EXIT.usage,
      );
    }
    return new GitHub(api, repository, token);
  }

  /** All pages of a list, of which only what a workflow wrote. */
  async own(path: string): Promise<readonly Post[]> {
    const found: Post[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const mark = path.includes("?") ? "&" : "?";
      const posts = (await this.ask("GET", `${path}${mark}per_page=${PAGE}&page=${page}`)) as readonly Post[];
      // Anybody may write a mark of ours into a post of theirs, and the token may edit it.
      found.push(...posts.filter(({ user }) => user?.login === AUTHOR));
      if (posts.length < PAGE) return found;
    }
    throw new CommandError(`GitHub: ${path} has more than ${MOST_PAGES * PAGE} entries`, EXIT.failed);
  }

  async ask(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.api}/repos/${this.repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "content-type": "application/json",
        "user-agent": "front-door",
        "x-github-api-version": "2022-11-28",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A redirect would carry the token elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new CommandError(
        `GitHub: ${method} ${path} answered ${answer.status}: ${text.slice(0, 200)}\n` +
          "    does the job have the permission (pull-requests or issues: write)?",
        EXIT.failed,
      );
    }
    return text === "" ? undefined : JSON.parse(text);
  }
}
