/** What an application has promised by its OpenAPI document, and whether it keeps that. */
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "bun:test";
import type { HttpApp } from "../../src/http/mod.ts";

interface MediaType {
  readonly schema?: object;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, MediaType>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** An operation of the document. */
export interface Operation {
  readonly summary: string;
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** A promise: how one path answers one method. */
export interface Promised {
  readonly method: string;
  /** As the document has it: `/calls/{id}`. */
  readonly path: string;
  readonly operation: Operation;
}

/** Checks responses against the document, and notes which promises were seen to be kept. */
export class ApiContract {
  readonly document: Document;
  /** What was seen: `GET /calls 200`. */
  readonly seen: Set<string> = new Set();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  readonly #validators = new Map<object, ValidateFunction>();

  private constructor(document: Document) {
    this.document = document;
    this.#ajv.addSchema({ ...document, $id: "document" });
  }

  /** Reads the document of an application. */
  static async of(app: HttpApp): Promise<ApiContract> {
    const response = await app.request("http://localhost/openapi.json");
    return new ApiContract(await response.json());
  }

  /** All promises. */
  get promised(): Promised[] {
    return Object.entries(this.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      }))
    );
  }

  /** Checks a response, and gives what it holds. */
  async check(method: string, path: string, response: Response): Promise<unknown> {
    const { pathname } = new URL(path, "http://localhost");
    const promised = this.promised.find((one) =>
      one.method === method && matches(one.path, pathname)
    );
    expect([path, promised === undefined]).toEqual([path, false]);
    const { operation, path: template } = promised!;
    const at = `${method} ${template} ${response.status}`;
    const answer = operation.responses[response.status];
    expect([at, answer === undefined]).toEqual([at, false]);
    this.seen.add(at);
    for (const name of Object.keys(answer.headers ?? {})) {
      expect([at, name, response.headers.get(name) !== null]).toEqual([at, name, true]);
    }
    const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
    if (answer.content === undefined) return await response.body?.cancel();
    expect([at, Object.keys(answer.content).includes(type), type]).toEqual([at, true, type]);
    if (!type.endsWith("json")) return undefined;
    const body = await response.json();
    const { schema } = answer.content[type];
    if (schema !== undefined) {
      const validate = this.#validatorOf(schema);
      const faults = validate(body) ? [] : validate.errors;
      expect([at, faults, faults!.length > 0 ? body : 0]).toEqual([at, [], 0]);
    }
    return body;
  }

  /** An example of the body of an operation, as its schema has it. */
  exampleOf({ requestBody }: Operation): unknown {
    const schema = requestBody?.content["application/json"].schema as { $ref: string };
    const name = schema.$ref.split("/").at(-1)!;
    return (this.document.components.schemas[name] as { examples?: unknown[] }).examples?.[0];
  }

  /** Whether a body is as its schema says. */
  isAsPromised({ requestBody }: Operation, body: unknown): boolean {
    return this.#validatorOf(requestBody!.content["application/json"].schema!)(body) as boolean;
  }

  #validatorOf(schema: object): ValidateFunction {
    const known = this.#validators.get(schema);
    if (known !== undefined) return known;
    // References are into the document.
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/');
    const validate = this.#ajv.compile(JSON.parse(text));
    this.#validators.set(schema, validate);
    return validate;
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(path);
}
