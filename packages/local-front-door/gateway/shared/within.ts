/** Returns undefined if the work takes longer. The work itself continues, as in a Lambda function. */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, undefined);
    const over = (settle: () => void) => {
      clearTimeout(timer);
      settle();
    };
    work.then(
      (value) => over(() => resolve(value)),
      (error) => over(() => reject(error)),
    );
  });
}
