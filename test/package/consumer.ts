import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly unpkg: string;
}

/** The package as `npm publish` would send it, in this folder. */
export function pack(folder: string): { tarball: string; files: readonly string[] } {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const [{ filename, files }] = JSON.parse(packed.toString());
  return { tarball: join(folder, filename), files: files.map((file: { path: string }) => file.path) };
}

/** Somebody's application in a folder of its own, with the package as `npm publish` would send it. */
export class Consumer {
  readonly dir = mkdtempSync(join(tmpdir(), "sojourn-consumer-"));
  readonly packageDir = join(this.dir, "node_modules/sojourn");
  readonly tarball: string;
  readonly files: readonly string[];
  readonly manifest: Manifest;

  constructor() {
    const { tarball, files } = pack(this.dir);
    this.tarball = tarball;
    this.files = files;

    execFileSync("tar", ["-xzf", basename(tarball)], { cwd: this.dir });
    mkdirSync(dirname(this.packageDir), { recursive: true });
    renameSync(join(this.dir, "package"), this.packageDir);
    this.manifest = JSON.parse(this.read("package.json"));

    // Only what the package declares is there: an undeclared dependency does not resolve.
    for (const name of Object.keys(this.manifest.dependencies ?? {})) {
      symlinkSync(join(root, "node_modules", name), join(this.dir, "node_modules", name), "junction");
    }
    this.write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  }

  /** A file of the installed package. */
  read(path: string): string {
    return readFileSync(join(this.packageDir, path), "utf8");
  }

  /** A file of the application. */
  write(path: string, text: string): void {
    writeFileSync(join(this.dir, path), text);
  }

  /** Runs a script of the application on Node and returns what it printed as JSON. */
  run<Result>(path: string): Result {
    return JSON.parse(execFileSync(process.execPath, [path], { cwd: this.dir, timeout: 20_000 }).toString());
  }

  /** Runs a development tool of this repository in the application; returns its output when it failed, else "". */
  complaints(bin: string, ...args: string[]): string {
    const result = spawnSync(process.execPath, [join(root, "node_modules", bin), ...args], { cwd: this.dir });
    return result.status === 0 ? "" : `${result.stdout}${result.stderr}` || `exit code ${result.status}`;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
