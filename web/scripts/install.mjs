import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * `npm ci`, unless what it would install is installed already: `node scripts/install.mjs build` for what the build
 * needs, `… all` for the tests' packages too.
 */
const wanted = process.argv[2] === "all" ? "all" : "build";
const stampFile = "node_modules/.installed";
const lock = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
const stamp = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";

if (stamp !== `all ${lock}` && stamp !== `${wanted} ${lock}`) {
  const omit = wanted === "all" ? [] : ["--omit=dev"];
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", ...omit], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stampFile, `${wanted} ${lock}`);
}
