/** The package.json of the package on npm. */

/** What the package.json of the sources says. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
}

/** The package.json for what was built: each subpath with its JavaScript and its types. */
export function npmPackage(source: SourcePackage): Readonly<Record<string, unknown>> {
  const { name, version, description, license } = source;
  const { dependencies, peerDependencies, peerDependenciesMeta } = source;
  const exports = Object.entries(source.exports).map(([subpath, path]) => {
    const built = path.replace(/\.ts$/, "");
    return [subpath, { types: `${built}.d.ts`, import: `${built}.js` }];
  });
  return {
    ...{ name, version, description, license },
    type: "module",
    sideEffects: false,
    engines: { bun: ">=1.4.0", node: ">=22" },
    bin: { "sofia-phone": "./bin/sofia-phone.js" },
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    ...{ dependencies, peerDependencies, peerDependenciesMeta },
  };
}
