import { FrameJobs } from "./frameJobs";
import type { FromWorker, ToWorker } from "./protocol";

/** The worker: reads frames beside the page. */

const scope = self as unknown as {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

const jobs = new FrameJobs(
  (message) => scope.postMessage(message),
  (url, init) => fetch(url, init),
);

scope.onmessage = ({ data }) => jobs.receive(data);
