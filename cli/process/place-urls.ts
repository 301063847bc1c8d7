import { CommandError } from "./command-error";
import { checkedOut, folderInRepository, remoteUrl } from "./git";
import { CONFIG } from "./project";

/** Where a browser shows a file, or a line of it, as in `config/base.yaml:41`; undefined where that is not known. */
export type UrlOf = (place: string) => string | undefined;

/** The commit whose files are reviewed, and the repository that has it. */
export interface Published {
  /** `https://github.com/acme/shop` */
  readonly repository: string;
  /** 40 or 64 hex digits. */
  readonly commit: string;
  /** The project's folder within the repository: empty, or with a slash at its end. */
  readonly folder: string;
}

/** Addresses on GitHub. Only the path and the line come from a place; a place of any other form has no address. */
export function placeUrls(published: Published | undefined): UrlOf {
  return (place) => {
    const [, path, line] = /^([\w./-]+?)(?::(\d+))?$/.exec(place) ?? [];
    if (published === undefined || path === undefined) return undefined;
    const { repository, commit, folder } = published;
    return `${repository}/blob/${commit}/${encodeURI(folder)}${path}${line === undefined ? "" : `#L${line}`}`;
  };
}

/** Places of the working tree's config, where it is as committed and GitHub has the commit. */
export function configUrls(): UrlOf {
  try {
    const repository = repositoryOfJob() ?? repositoryOfRemote(remoteUrl() ?? "");
    const found = repository === undefined ? undefined : checkedOut(CONFIG);
    return placeUrls(found && repository !== undefined ? { repository, ...found } : undefined);
  } catch (error) {
    // Without git a report has no links, and is a report all the same.
    if (error instanceof CommandError) return placeUrls(undefined);
    throw error;
  }
}

/** Files of the commit that a GitHub job is for, whatever is checked out. */
export function jobUrls(environment: NodeJS.ProcessEnv = process.env, folderOf = folderInRepository): UrlOf {
  const [repository, commit = ""] = [repositoryOfJob(environment), environment.GITHUB_SHA];
  if (repository === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return placeUrls(undefined);
  return placeUrls({ repository, commit, folder: folderOf() });
}

/** The repository of a GitHub job, by what GitHub sets; undefined outside a job. */
export function repositoryOfJob(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GITHUB_SERVER_URL: server = "", GITHUB_REPOSITORY: repository = "" } = environment;
  return isAddress(`${server}/${repository}`) ? `${server}/${repository}` : undefined;
}

/** `git@github.com:acme/shop.git` and `https://github.com/acme/shop.git` as a page's address; no credentials in it. */
export function repositoryOfRemote(remote: string): string | undefined {
  const [, host, path = ""] =
    /^(?:https:\/\/|ssh:\/\/git@|git@)([\w.-]+)[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  const address = `https://${host}/${path}`;
  // Another service has other addresses of files.
  return host !== undefined && /github/.test(host) && isAddress(address) ? address : undefined;
}

function isAddress(text: string): boolean {
  return /^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+$/.test(text);
}
