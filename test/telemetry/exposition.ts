/** Prometheus' text format, read by its definition and none of our code. */

/** One value of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What an exposition has. */
export interface Exposition {
  readonly samples: readonly Sample[];
  /** The kinds of metrics, by their names. */
  readonly types: ReadonlyMap<string, string>;
  /** The value of a name with just these labels; undefined if there is none. */
  get(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** The sum of all values of a name that have these labels, and perhaps more. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|[-+0-9.eE]+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)"(?:,|$)/y;

/** Reads an exposition. @throws {SyntaxError} for a line that is none, and a value that is there twice */
export function readExposition(text: string): Exposition {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# HELP ")) continue;
    if (line.startsWith("# TYPE ")) {
      const [name, type] = line.slice(7).split(" ");
      if (types.has(name)) throw new SyntaxError(`${name} is there twice`);
      types.set(name, type);
      continue;
    }
    const found = LINE.exec(line);
    if (found === null) throw new SyntaxError(`No line of an exposition: ${line}`);
    const [, name, labelText = "", value] = found;
    const labels = labelsOf(labelText);
    const key = name + JSON.stringify(Object.entries(labels).sort());
    if (seen.has(key)) throw new SyntaxError(`There twice: ${line}`);
    seen.add(key);
    samples.push({ name, labels, value: value === "+Inf" ? Infinity : Number(value) });
  }
  const has = (sample: Sample, name: string, labels: Readonly<Record<string, string>>) =>
    sample.name === name &&
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  return {
    samples,
    types,
    get: (name, labels = {}) =>
      samples.find((sample) =>
        has(sample, name, labels) &&
        Object.keys(sample.labels).length === Object.keys(labels).length
      )?.value,
    sum: (name, labels = {}) =>
      samples.filter((sample) => has(sample, name, labels))
        .reduce((sum, { value }) => sum + value, 0),
  };
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const found = LABEL.exec(text);
    if (found === null) throw new SyntaxError(`No labels: ${text}`);
    labels[found[1]] = found[2].replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
  }
  return labels;
}
