/** nginx or Caddy with the configuration in `deploy/proxy/`, with ports and a certificate of its own. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free_ports.ts";
import { Program } from "./program.ts";
import { ROOT } from "./source_files.ts";

/** Which of them. */
export type ProxyName = "nginx" | "caddy";

/** A running proxy in front of a port of 127.0.0.1. */
export class TlsProxy implements AsyncDisposable {
  /** Where it speaks HTTP, if only to send browsers elsewhere. */
  readonly plainPort: number;
  /** Where it speaks HTTPS, as phone.example.com. */
  readonly port: number;
  readonly #folder: string;
  #program!: Program;

  private constructor(ports: readonly number[], folder: string) {
    [this.plainPort, this.port] = ports;
    this.#folder = folder;
  }

  /** Starts one, and waits until it listens. */
  static async start(name: ProxyName, target: number): Promise<TlsProxy> {
    const folder = await mkdtemp(join(tmpdir(), `sofia-phone-${name}-`));
    const proxy = new TlsProxy([await freePort(), await freePort()], folder);
    try {
      await proxy.#certify();
      await proxy.#run(
        ...name === "nginx" ? await proxy.#nginx(target) : await proxy.#caddy(target),
      );
      return proxy;
    } catch (error) {
      await proxy[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // By a signal that nginx can tell its worker of.
    await this.#program?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  /** A certificate that nobody trusts, which takes 20 ms where one for RSA takes a second. */
  async #certify(): Promise<void> {
    const subject = ["-subj", "/CN=phone.example.com", "-days", "1"];
    const files = ["-keyout", this.#path("key.pem"), "-out", this.#path("cert.pem")];
    const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    await new Program("openssl", ["req", ...kind, ...subject, ...files]).ended;
  }

  async #nginx(target: number): Promise<[string, string[]]> {
    const shipped = await changed("nginx.conf", {
      "server 127.0.0.1:8080;": `server 127.0.0.1:${target};`,
      "listen 80;": `listen 127.0.0.1:${this.plainPort};`,
      "listen 443 ssl http2;": `listen 127.0.0.1:${this.port} ssl http2;`,
      "/etc/letsencrypt/live/phone.example.com/fullchain.pem": this.#path("cert.pem"),
      "/etc/letsencrypt/live/phone.example.com/privkey.pem": this.#path("key.pem"),
      "/var/log/nginx/sofia-phone.log": this.#path("access.log"),
    });
    await writeFile(this.#path("site.conf"), shipped);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
      `${name}_temp_path ${this.#path(name)};`
    );
    await writeFile(
      this.#path("nginx.conf"),
      `daemon off; worker_processes 1; pid ${this.#path("pid")}; error_log stderr;
       events {} http { ${temporary.join("\n")} include ${this.#path("site.conf")}; }`,
    );
    return ["/usr/sbin/nginx", [
      "-p",
      this.#folder,
      "-c",
      this.#path("nginx.conf"),
      "-e",
      "stderr",
    ]];
  }

  async #caddy(target: number): Promise<[string, string[]]> {
    const certificate = `tls ${this.#path("cert.pem")} ${this.#path("key.pem")}`;
    const shipped = await changed("Caddyfile", {
      "phone.example.com {": `phone.example.com:${this.port} {\n\tbind 127.0.0.1\n\t${certificate}`,
      "reverse_proxy 127.0.0.1:8080": `reverse_proxy 127.0.0.1:${target}`,
    });
    const ports = `http_port ${this.plainPort}\n\thttps_port ${this.port}`;
    await writeFile(this.#path("Caddyfile"), `{\n\tadmin off\n\t${ports}\n}\n${shipped}`);
    return ["caddy", ["run", "--adapter", "caddyfile", "--config", this.#path("Caddyfile")]];
  }

  async #run(command: string, args: string[]): Promise<void> {
    const env = { HOME: this.#folder, XDG_DATA_HOME: this.#folder, XDG_CONFIG_HOME: this.#folder };
    this.#program = new Program(command, args, { env });
    await this.#program.listens(this.port);
  }
}

/** A shipped file with some of its words in the place of others; each of those must be there. */
async function changed(name: string, words: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(`${ROOT}deploy/proxy/${name}`, "utf8");
  for (const [word, other] of Object.entries(words)) {
    if (!text.includes(word)) throw new Error(`deploy/proxy/${name} says "${word}" nowhere`);
    text = text.replaceAll(word, other);
  }
  return text;
}
