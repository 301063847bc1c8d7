/** What code may is what its account or role may: rows of that are found under the name that stands in `on`. */
export const RUN_AS = "run as";
