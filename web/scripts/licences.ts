import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Plugin } from "vite";

/** Licences under which a package may be part of what Tapedeck ships. */
const ALLOWED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
]);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Notice {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/**
 * A build plugin that collects the notices of the npm packages a bundle is made of, and writes them together with
 * those of the other bundles to `NOTICES-npm.txt`. A package that is in the bundle counts with all of its
 * dependencies, since some packages come with theirs built in. The build fails on a licence that is not allowed, or
 * whose text cannot be told.
 *
 * @param copied packages that are not in the bundle but copied beside it
 */
export function collectNotices(bundle: "recorder" | "app", copied: readonly string[] = []): Plugin {
  let root = "";
  let outDir = "";
  return {
    name: "tapedeck:notices",
    apply: "build",
    configResolved(config) {
      root = config.root;
      outDir = resolve(config.root, config.build.outDir);
      if (bundle === "app") {
        outDir = dirname(outDir);
      }
    },
    writeBundle(_, output) {
      const folders = new Set<string>();
      for (const file of Object.values(output)) {
        if (file.type === "chunk") {
          Object.entries(file.modules)
            .filter(([, module]) => module.renderedLength > 0)
            .forEach(([id]) => addPackage(packageFolder(id), folders));
        }
      }
      copied.forEach((name) => addPackage(findDependency(root, name), folders));
      const notices = [...folders].map(readNotice);
      writeParts(outDir, bundle, notices);
    },
  };
}

/** The folder of the package that a module belongs to; null for the project's own modules and virtual ones. */
function packageFolder(id: string): string | null {
  const match = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id);
  return match?.[1] ?? null;
}

function addPackage(folder: string | null, folders: Set<string>): void {
  if (!folder || folders.has(folder)) {
    return;
  }
  folders.add(folder);
  Object.keys(readManifest(folder).dependencies ?? {})
    .filter((name) => !name.startsWith("@types/"))
    .forEach((name) => addPackage(findDependency(folder, name), folders));
}

/** As Node looks for it: inside the package first, then in the folders around it. */
function findDependency(from: string, name: string): string | null {
  for (let at = from; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(join(folder, "package.json"))) {
      return folder;
    }
  }
  return null;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function readNotice(folder: string): Notice {
  const manifest = readManifest(folder);
  const licence = manifest.license ?? "unknown";
  if (!choices(licence).some((choice) => choice.split(" AND ").every((one) => ALLOWED.has(one)))) {
    throw new Error(
      `${manifest.name} ${manifest.version}: licence ${licence} is not on the list of those allowed`,
    );
  }
  return {
    name: manifest.name,
    version: manifest.version,
    licence,
    text: licenceText(folder, manifest, licence),
  };
}

/** `(MIT OR CC0-1.0)` leaves the choice; `(Apache-2.0 AND MIT)` is one. */
function choices(licence: string): string[] {
  return licence.replace(/[()]/g, "").split(" OR ");
}

function licenceText(folder: string, manifest: Manifest, licence: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file) {
    return readFileSync(join(folder, file), "utf8").trim();
  }
  if (licence !== "MIT") {
    throw new Error(`${manifest.name} ${manifest.version} says ${licence} but has no text of it`);
  }
  const author = typeof manifest.author === "string" ? manifest.author : manifest.author?.name;
  return MIT.replace("HOLDER", author ?? `the authors of ${manifest.name}`);
}

function writeParts(outDir: string, bundle: string, notices: Notice[]): void {
  const folder = join(outDir, "notices");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${bundle}.json`), JSON.stringify(notices));
  const all = new Map<string, Notice>();
  for (const part of readdirSync(folder).sort()) {
    for (const notice of JSON.parse(readFileSync(join(folder, part), "utf8")) as Notice[]) {
      all.set(`${notice.name} ${notice.version}`, notice);
    }
  }
  const rule = "=".repeat(80);
  const texts = [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, { licence, text }]) => `${rule}\n${title} (${licence})\n${rule}\n\n${text}\n`);
  writeFileSync(
    join(outDir, "NOTICES-npm.txt"),
    `The scripts and styles that Tapedeck serves contain the npm packages below.\n\n${texts.join("\n")}`,
  );
}

const MIT = `MIT License

Copyright (c) HOLDER

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
