/** Annotation of a Cloud Run service with the image of the revision that gets the other calls of a rollout. */
export const FROM_ANNOTATION = "front-door/rollout-from";
