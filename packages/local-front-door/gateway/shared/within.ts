/** Undefined where it takes longer; what was begun goes on by itself, as a Lambda function does. */
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
