/** Annotation of a Cloud Run service with the image of the revision that gets the other calls of a rollout. */
export const FROM_ANNOTATION = "front-door/rollout-from";

/** Minimum number of errors within a window for an alarm on a share: one failed call of three is not an outage. */
export const FEWEST_ERRORS = 5;
