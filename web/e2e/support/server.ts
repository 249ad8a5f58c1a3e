import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export const WRITE_KEY = "pk_e2e";
export const PASSWORD = "correct horse battery";
export const TOKEN = "e2e-token-0123456789";

/** Short, so that a test can see a session before and after it. */
export const SETTLE_AFTER_MS = 20_000;

const START_MS_MAX = 90_000;
const STOP_MS_MAX = 15_000;

/** The jar as a process of its own, on a free port of 127.0.0.1. */
export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the jar and waits until it is ready to take and show recordings. */
export async function startServer(dataDir: string, settings: Record<string, string> = {}): Promise<Server> {
  const jar = process.env.TAPEDECK_JAR;
  if (!jar) {
    throw new Error("TAPEDECK_JAR has to say where the server's jar is");
  }
  const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : "java";
  const child = spawn(java, ["-Xmx512m", "-jar", jar], {
    env: {
      ...withoutSettings(process.env),
      TAPEDECK_HTTP_PORT: "0",
      TAPEDECK_BIND: "127.0.0.1",
      TAPEDECK_DATA_DIR: dataDir,
      TAPEDECK_BOOTSTRAP_WRITE_KEY: WRITE_KEY,
      TAPEDECK_BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
      TAPEDECK_BOOTSTRAP_API_TOKEN: TOKEN,
      TAPEDECK_SETTLE_AFTER: `${SETTLE_AFTER_MS / 1_000}s`,
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = `http://127.0.0.1:${await announcedPort(child)}`;
  await ready(url);
  return { url, stop: () => stop(child) };
}

/** Settings of whoever runs the tests are not those of the test. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("TAPEDECK_")));
}

function announcedPort(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const fail = (why: string) => reject(new Error(`The server ${why}; it said:\n${printed}`));
    const timer = setTimeout(() => fail("did not start in time"), START_MS_MAX);
    const read = (data: Buffer) => {
      printed = (printed + data.toString()).slice(-20_000);
      const port = /https?:\/\/[^ /]*:(\d+)\S*\/app\//.exec(printed)?.[1];
      if (port) {
        clearTimeout(timer);
        resolve(port);
      }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => fail(`ended with code ${code}`));
  });
}

async function ready(url: string): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The server did not become ready");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}
