/** Blobs as a display reads them: by range, and no more than it can show. */

/** A blob, or the beginning of one. */
export interface BlobStart {
  /** From the first byte on; all of them where there are as many as {@link size}. */
  readonly bytes: Uint8Array;
  /** Of the whole blob, in bytes. */
  readonly size: number;
}

export interface BlobLimits {
  /** Blobs with at most so many bytes are read whole, as long as there is room for them. */
  readonly wholeBytes: number;
  /** All blobs that are read whole, together. */
  readonly totalBytes: number;
  /** Of other blobs, enough to tell what they are. */
  readonly startBytes: number;
}

/** As pictures and players fit into one display. */
export const blobLimits: BlobLimits = { wholeBytes: 90_000, totalBytes: 95_000, startBytes: 4_096 };
