/**
 * Makes a call after which what is fetched is as new as the call. A fetch that is under way then goes on, as its answer is
 * better than none, and another one follows it: one, however many calls there are meanwhile.
 *
 * @param isFetching whether a fetch is under way, by whomever it was begun
 * @param fetch begins a fetch, or waits for the one under way
 */
export function refetcher(isFetching: () => boolean, fetch: () => Promise<unknown>): () => void {
  let isDue = false;
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    while (isDue) {
      isDue = isFetching();
      await fetch();
    }
    isRunning = false;
  };
  return () => {
    isDue = true;
    if (!isRunning) void run();
  };
}
