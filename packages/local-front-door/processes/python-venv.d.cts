export interface PythonVenvProps {
  /** Start of the folder's name. One environment with this prefix is kept, and others are removed. */
  readonly name: string;
  /** File with pinned packages. */
  readonly requirements: string;
  /** Folder that git ignores. */
  readonly build: string;
  /** Called before packages are downloaded, which takes a while. Not called if there is no Python. Default: none. */
  readonly onFetch?: () => void;
  /** Python that creates the environment. Default: `python3` of the path. */
  readonly python?: string;
}

/**
 * Returns a Python virtual environment with the pinned packages of a requirements file, which is kept until they
 * change. Otherwise returns one line with the reason why there is none: no Python, or an index that cannot be reached.
 */
export function pythonVenv(props: PythonVenvProps): { readonly folder: string } | { readonly missing: string };

/**
 * Moves a finished folder to its permanent place, and removes earlier versions there. Several processes may make the
 * same folder at the same time: all but the first use the existing one.
 *
 * @param draft Folder next to `kept`
 * @param prefix Starts the names of all versions, including that of `kept`
 */
export function keepFolder(draft: string, kept: string, prefix: string): void;
