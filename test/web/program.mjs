// The program under test, as a user runs it: load, sql, run.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = process.env.MILLRACE ?? fileURLToPath(new URL('../../build/millrace', import.meta.url));

const kPartial = 4; // some records were refused
const kStart_ms_max = 30_000;

/** A warehouse in a temporary folder, and the server of its page. */
export class Shop {
  static async make() {
    return new Shop(await mkdtemp(join(tmpdir(), 'millrace-page-')));
  }

  constructor(folder) {
    this.folder = folder;
    this.dataDir = join(folder, 'data');
    this.url = null;
    this.server = null;
  }

  async load(...files) {
    try {
      await run(program, ['load', '--quiet', '--data-dir', this.dataDir, ...files], { maxBuffer: 1 << 24 });
    } catch (error) {
      if (error.code !== kPartial) throw error;
    }
  }

  async loadVisits(name, visits) {
    const file = join(this.folder, name);
    await writeFile(file, visits.map((visit) => `${JSON.stringify(visit)}\n`).join(''));
    await this.load(file);
  }

  /** The rows of a SELECT. Works beside the running server. */
  async sql(statement) {
    const { stdout } = await run(program, ['sql', '--data-dir', this.dataDir, '--output', 'json', statement], {
      maxBuffer: 1 << 26,
    });
    return JSON.parse(stdout);
  }

  /** The payloads of a topic, as JSON; none when there is no such topic. */
  async topic(name) {
    const list = await run(program, ['topics', 'list', '--data-dir', this.dataDir]);
    if (!list.stdout.includes(name)) return [];
    const { stdout } = await run(program, ['topics', 'read', '--output', 'raw', '--data-dir', this.dataDir, name], {
      maxBuffer: 1 << 26,
    });
    return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** Starts the server, on the port it had before if it had one. */
  async start() {
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    this.server = spawn(program, ['run', '--data-dir', this.dataDir, '--listen', listen], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.url = await addressFrom(this.server);
  }

  async stop() {
    const server = this.server;
    this.server = null;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }

  async remove() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function addressFrom(server) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the server did not say its address')), kStart_ms_max);
    server.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
    server.once('error', reject);
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(line)?.[0];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}

/** Writes the visits of a simulated shop, a file a day. */
export async function simulate(folder, days) {
  await run(program, ['simulate', '--days', String(days), '--start', '2024-07-01', '--seed', '7', '--to', folder]);
}
