/** The least that a Lambda authorizer can be: the baseline of the start-up. */
export const callers = async () => ({ isAuthorized: false });
