import type { Host } from '../host.ts';
import { codeOf, type Request } from '../http-server.ts';

const folder = '/var/data';
const dataFile = `${folder}/kubia.txt`;
export const port = 8080;
export const largestBody = 1024 * 1024;

/** Resolves once the bytes are on the volume: what has been acknowledged survives the loss of the Pod. */
export async function store(host: Host, request: Request): Promise<void> {
  const body = await request.body();
  await host.files.makeDirectory(folder);
  await host.files.write(dataFile, body);
  host.log('New data has been received and stored.');
}

export async function stored(host: Host): Promise<string> {
  try {
    return new TextDecoder().decode(await host.files.read(dataFile));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'No data posted yet';
    throw error;
  }
}
