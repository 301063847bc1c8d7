import { projectError, usageError } from "../process/command-error";

/** The fields of a comment or an issue that are read here. */
export interface Post {
  readonly id: number;
  /** The number. */
  readonly number?: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  /** Present if an issue is a pull request. */
  readonly pull_request?: unknown;
}

/** The author of the workflow's posts: the account behind its GITHUB_TOKEN. */
const AUTHOR = "github-actions[bot]";
/** The page size of GitHub's answers. */
const PAGE = 100;
/** No conversation has more pages than this. */
const MOST_PAGES = 50;

/** GitHub's REST API for one repository, with a job's token. The token never appears in a message. */
export class GitHub {
  private constructor(
    private readonly api: string,
    private readonly repository: string,
    private readonly token: string,
  ) {}

  /** From the variables that GitHub sets in every job, and the token that the step receives. */
  static ofJob(environment: NodeJS.ProcessEnv = process.env): GitHub {
    const {
      GITHUB_API_URL: api = "https://api.github.com",
      GITHUB_REPOSITORY: repository,
      GITHUB_TOKEN: token,
    } = environment;
    if (repository === undefined || !/^[\w.-]+\/[\w.-]+$/.test(repository) || !token) {
      throw usageError("no GITHUB_REPOSITORY (OWNER/NAME) or no GITHUB_TOKEN", "run this in a job, or set both");
    }
    return new GitHub(api, repository, token);
  }

  /** The workflow's own posts on all pages of a list. */
  async own(path: string): Promise<readonly Post[]> {
    const found: Post[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const mark = path.includes("?") ? "&" : "?";
      const posts = (await this.ask("GET", `${path}${mark}per_page=${PAGE}&page=${page}`)) as readonly Post[];
      // Any user may write the workflow's mark into a post, and the token may edit that post.
      found.push(...posts.filter(({ user }) => user?.login === AUTHOR));
      if (posts.length < PAGE) return found;
    }
    throw projectError(`GitHub: ${path} has more than ${MOST_PAGES * PAGE} entries`);
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
      // A redirect would send the token to another host.
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw projectError(
        `GitHub: ${method} ${path} answered ${answer.status}: ${text.slice(0, 200)}`,
        "does the job have the permission (pull-requests or issues: write)?",
      );
    }
    return text === "" ? undefined : JSON.parse(text);
  }
}
