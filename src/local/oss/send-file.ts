import type { FileHandle } from "node:fs/promises";
import type { ServerResponse } from "node:http";

const chunkSize = 1 << 20;
/** Buffers go round: fresh ones would wait for the garbage collector, hundreds of megabytes of them. */
const idleBuffers: Buffer[] = [];
/** As many as Lance has requests under way. */
const mostIdleBuffers = 64;

/**
 * Sends bytes `first` to `last` of a file, both included, as the body of a response, and ends it: 1 MiB at a time,
 * and the next when that has left. Fails if the client goes away or the file is shorter.
 */
export async function sendFile(
  file: FileHandle,
  first: number,
  last: number,
  response: ServerResponse,
): Promise<void> {
  const buffer = idleBuffers.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
  for (let at = first; at <= last; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(chunkSize, last - at + 1), at);
    if (bytesRead === 0) throw new Error("the file has become shorter");
    await write(response, buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  // After a failure the buffer may still be in the hands of the socket, so it is not used again.
  if (idleBuffers.length < mostIdleBuffers) idleBuffers.push(buffer);
  response.end();
}

/** Ends when the chunk has left this process, or never will. */
function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const goneAway = () => reject(new Error("the client has gone away"));
    if (response.destroyed) return goneAway();
    response.once("close", goneAway);
    response.write(chunk, (error) => {
      response.off("close", goneAway);
      if (error) reject(error);
      else resolve();
    });
  });
}
