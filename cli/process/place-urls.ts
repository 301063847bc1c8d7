import { CommandError } from "./command-error";
import { checkedOut, folderInRepository, remoteUrl } from "./git";
import { CONFIG } from "./project";

/** Browser URL of a file or a line in it, such as `config/base.yaml:41`; undefined if it is unknown. */
export type UrlOf = (place: string) => string | undefined;

/** The commit under review, and the repository that has it. */
export interface Published {
  /** `https://github.com/acme/shop` */
  readonly repository: string;
  /** 40 or 64 hex digits. */
  readonly commit: string;
  /** The project's folder within the repository: empty, or with a slash at its end. */
  readonly folder: string;
}

/** URLs on GitHub. Only the path and the line come from the place. A place of any other form has no URL. */
export function placeUrls(published: Published | undefined): UrlOf {
  return (place) => {
    const [, path, line] = /^([\w./-]+?)(?::(\d+))?$/.exec(place) ?? [];
    if (published === undefined || path === undefined) return undefined;
    const { repository, commit, folder } = published;
    return `${repository}/blob/${commit}/${encodeURI(folder)}${path}${line === undefined ? "" : `#L${line}`}`;
  };
}

/** Places of the working tree's config, if it has no uncommitted changes and GitHub has the commit. */
export function configUrls(): UrlOf {
  try {
    const repository = repositoryOfJob() ?? repositoryOfRemote(remoteUrl() ?? "");
    const found = repository === undefined ? undefined : checkedOut(CONFIG);
    return placeUrls(found && repository !== undefined ? { repository, ...found } : undefined);
  } catch (error) {
    // Without git, a report has no links but is still complete.
    if (error instanceof CommandError) return placeUrls(undefined);
    throw error;
  }
}

/** Files of the commit that a GitHub job runs for, whatever is checked out. */
export function jobUrls(environment: NodeJS.ProcessEnv = process.env, folderOf = folderInRepository): UrlOf {
  const [repository, commit = ""] = [repositoryOfJob(environment), environment.GITHUB_SHA];
  if (repository === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return placeUrls(undefined);
  return placeUrls({ repository, commit, folder: folderOf() });
}

/** The repository of a GitHub job, from GitHub's variables; undefined outside a job. */
export function repositoryOfJob(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GITHUB_SERVER_URL: server = "", GITHUB_REPOSITORY: repository = "" } = environment;
  return isAddress(`${server}/${repository}`) ? `${server}/${repository}` : undefined;
}

/** `git@github.com:acme/shop.git` or `https://github.com/acme/shop.git` as a page's URL, without credentials. */
export function repositoryOfRemote(remote: string): string | undefined {
  const [, host, path = ""] =
    /^(?:https:\/\/|ssh:\/\/git@|git@)([\w.-]+)[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  const address = `https://${host}/${path}`;
  // Other services use other URLs for files.
  return host !== undefined && /github/.test(host) && isAddress(address) ? address : undefined;
}

function isAddress(text: string): boolean {
  return /^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/.test(text);
}
